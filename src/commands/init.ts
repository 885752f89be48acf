/**
 * `mailrobot init`: a config, and an empty store beside it.
 *
 * Refuses where either is there already. The config is checked by the schema
 * before anything is written and is written last, so that a config that can be
 * read always has its store. As root the whole belongs to `--user`; the user
 * is looked up with id(1), which knows every name service.
 */
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { checkConfig } from '../config/read.ts';
import type { Run } from '../run.ts';
import { createStore } from '../store/layout.ts';
import { outputOf } from './programs.ts';
import { Refused } from './refused.ts';

export interface InitOptions {
  readonly domain: string;
  readonly dir?: string;
  readonly prefix: string;
  readonly first: string;
  readonly sendmail: string;
  readonly user?: string;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export async function init(options: InitOptions, run: Run): Promise<void> {
  const directory = resolve(options.dir ?? '/etc/mailrobot');
  const file = join(directory, 'config.json');
  const config = {
    domain: options.domain,
    store: options.dir === undefined ? '/var/lib/mailrobot' : 'store',
    sendmail: options.sendmail,
    queues: [
      {
        prefix: options.prefix,
        address: 'new',
        name: options.prefix.charAt(0) + options.prefix.slice(1).toLowerCase(),
        first: Number(options.first),
      },
    ],
  };
  const { store } = checkConfig(config, file);
  if (existsSync(file)) throw new Refused(`${file} is there already: init never overwrites it`);
  if (existsSync(store) && readdirSync(store).length > 0) {
    throw new Refused(`${store} is not empty: init never overwrites a store`);
  }
  const owner = await ownerFor(options.user);

  makePublicDirectory(directory);
  if (owner !== null) mustBeAbleToEnter(directory, owner);
  createStore(store);
  if (owner !== null) chownTree(store, owner);
  writeFileSync(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  if (owner !== null) chownSync(`${file}.new`, owner.uid, owner.gid);
  renameSync(`${file}.new`, file);
  run.say(nextSteps(file, store, options));
}

/** The folder of the config is no secret, and the store's owner must be able to pass. */
function makePublicDirectory(directory: string): void {
  const umask = process.umask(0o022);
  mkdirSync(directory, { recursive: true });
  process.umask(umask);
}

function chownTree(path: string, owner: Owner): void {
  for (const name of readdirSync(path, { recursive: true })) {
    chownSync(join(path, String(name)), owner.uid, owner.gid);
  }
  chownSync(path, owner.uid, owner.gid);
}

function mustBeAbleToEnter(directory: string, owner: Owner): void {
  const { uid, mode } = statSync(directory);
  if (uid === owner.uid || owner.uid === 0 || (mode & 0o001) !== 0) return;
  throw new Refused(`the user could not enter ${directory}: chmod 755 ${directory} first`);
}

async function ownerFor(user: string | undefined): Promise<Owner | null> {
  if (user === undefined) return null;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => {
      const number = await outputOf('id', [flag, '--', user]);
      if (number === null)
        throw new Refused(`there is no user "${user}": adduser --system --group ${user}`);
      return Number(number);
    }),
  );
  if (uid === undefined || gid === undefined) throw new Refused(`"${user}" has no uid`);
  const self = process.geteuid?.();
  if (self !== 0 && self !== uid) throw new Refused('only root can give a store to another user');
  return { uid, gid };
}

function nextSteps(file: string, store: string, { dir, user }: InitOptions): string {
  const flag = dir === undefined ? '' : ` --config ${file}`;
  return `Config: ${file}
Store:  ${store}

Next:
  1. Give the lines below to an alias file that ${user ?? 'the owner of the store'} owns
     (Postfix runs an alias command as the owner of the alias file):
       new:     "|/usr/local/bin/mailrobot new${flag}"
       support: "|/usr/local/bin/mailrobot reply${flag}"
  2. Set recipient_delimiter = +- in main.cf, so that SUPPORT-7102@ reaches support:
  3. Try it:  mailrobot new${flag} < message.eml && mailrobot ticket list${flag}`;
}
