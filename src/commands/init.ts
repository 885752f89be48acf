/**
 * `mailrobot init`: a config, and an empty store beside it.
 *
 * Refuses where either is there already. The config is checked by the schema
 * before anything is written and is written last, so that a config that can be
 * read always has its store. As root the whole belongs to `--user`; the user
 * is looked up with id(1), which knows every name service.
 */
import {
  closeSync,
  existsSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { checkConfig, USUAL_DIRECTORY, USUAL_STORE } from '../config/read.ts';
import { checkSchema } from '../config/schema.ts';
import type { Run } from '../run.ts';
import { asUser } from '../store/as-user.ts';
import { createStore } from '../store/layout.ts';
import { type Owner, ownerFor } from './owner.ts';
import { Refused } from './refused.ts';

export interface InitOptions {
  readonly domain: string;
  readonly dir?: string;
  readonly prefix?: string;
  readonly first?: string;
  readonly sendmail?: string;
  readonly user?: string;
}

/** The option behind a key of the config. */
const OPTIONS = new Map([
  ['domain', '--domain'],
  ['queues.0.prefix', '--prefix'],
  ['queues.0.first', '--first'],
  ['sendmail', '--sendmail'],
]);

export async function init(options: InitOptions, run: Run): Promise<void> {
  const directory = resolve(options.dir ?? USUAL_DIRECTORY);
  const file = join(directory, 'config.json');
  const prefix = (options.prefix ?? 'SUPPORT').toUpperCase();
  const config = {
    domain: options.domain,
    store: options.dir === undefined ? USUAL_STORE : 'store',
    sendmail: options.sendmail ?? '/usr/sbin/sendmail',
    queues: [
      {
        prefix,
        address: 'new',
        name: prefix.charAt(0) + prefix.slice(1).toLowerCase(),
        first: Number(options.first ?? 7102),
      },
    ],
  };
  const checked = checkSchema(config);
  if (!checked.ok) {
    const option = OPTIONS.get(checked.key) ?? checked.key;
    throw new Refused(`${option} ${checked.problem}`, true);
  }
  const { store } = checkConfig(config, file);
  const owner = await ownerFor(options.user);
  if (existsSync(file)) throw new Refused(`${file} is there already: init never overwrites it`);
  if (existsSync(store) && readdirSync(store).length > 0) {
    throw new Refused(`${store} is not empty: init never overwrites a store`);
  }
  makePublicDirectory(directory);
  if (owner !== null) mustBeAbleToEnter(directory, owner);
  mkdirSync(store, { recursive: true, mode: 0o700 });
  if (owner !== null) lchownSync(realpathSync(store), owner.uid, owner.gid);
  await asUser(owner, () => createStore(store));
  writeConfig(file, `${JSON.stringify(config, null, 2)}\n`, owner);
  run.say(
    nextSteps({ file, store, prefix, options, program: run.environment['MAILROBOT_PROGRAM'] }),
  );
}

/** The folder of the config is no secret, and the store's owner must be able to pass. */
function makePublicDirectory(directory: string): void {
  const umask = process.umask(0o022);
  mkdirSync(directory, { recursive: true });
  process.umask(umask);
}

/** Through no link: the folder may be somebody else's. */
function writeConfig(file: string, text: string, owner: Owner | null): void {
  const temporary = `${file}.new`;
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    if (owner !== null) fchownSync(fd, owner.uid, owner.gid);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

function mustBeAbleToEnter(directory: string, owner: Owner): void {
  const { uid, mode } = statSync(directory);
  if (uid === owner.uid || owner.uid === 0 || (mode & 0o001) !== 0) return;
  throw new Refused(`the user could not enter ${directory}: chmod 755 ${directory} first`);
}

interface Made {
  readonly file: string;
  readonly store: string;
  readonly prefix: string;
  readonly options: InitOptions;
  readonly program: string | undefined;
}

function nextSteps({ file, store, prefix, options, program }: Made): string {
  const command = program?.startsWith('/') ? program : '/usr/local/bin/mailrobot';
  const flag = options.dir === undefined ? '' : ` --config ${file}`;
  const user = options.user ?? userInfo().username;
  const name = prefix.toLowerCase();
  const warning =
    user === 'root'
      ? '\nPostfix never runs a command as root: for Postfix, give the store to a user of\nits own with --user.\n'
      : '';
  return `Config: ${file}
Store:  ${store}, of the user ${user}
${warning}
Next, as root (the reasons are in the folder postfix of the package):
  1. A folder for an alias map that ${user} owns, because Postfix runs the
     command of an alias as the owner of its file:
       install -d -o ${user} /etc/mailrobot/postfix
     and in it a file aliases of the same owner, with these lines:
       new: "|${command} new${flag} || exit 75"
       ${name}: "|${command} reply${flag} || exit 75"
       control: "|${command} control${flag} || exit 75"
       help: "|${command} control${flag} || exit 75"
  2. Tell Postfix, so that new@${options.domain} and ${prefix}-${options.first ?? 7102}@ are found:
       postalias hash:/etc/mailrobot/postfix/aliases
       postconf -e "alias_maps = $(postconf -h alias_maps), hash:/etc/mailrobot/postfix/aliases"
       postconf -e "mydestination = $(postconf -h mydestination), ${options.domain}"
       postconf -e "recipient_delimiter = +-"
       postfix reload
  3. Send a mail to new@${options.domain}, and look:
       mailrobot ticket list${flag}`;
}
