/**
 * `mailrobot init`: a config, and an empty store beside it.
 *
 * Refuses where either is there already. The config is checked by the schema
 * before anything is written and is written last, so that a config that can be
 * read always has its store. As root the whole belongs to `--user`, else to whom the folder of
 * the store belongs already; the user is looked up with id(1), which knows every name service.
 * With `--store` it lies in a database (init-database.ts), and the folder of this host is for what is
 * being received. Prints what Postfix is to be told (mta/script.ts), and with `--print` does nothing else.
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
import { dirname, join, resolve } from 'node:path';
import { type Config, folderOf, queueAddress } from '../config/config.ts';
import { checkConfig, readConfig, USUAL_DIRECTORY, USUAL_STORE } from '../config/read.ts';
import { robotAddresses } from '../config/robots.ts';
import { checkSchema } from '../config/schema/config.ts';
import { configFlag } from '../mta/needs.ts';
import { postfixScript } from '../mta/script.ts';
import { asUser } from '../runtime/as-user.ts';
import { outputOf } from '../runtime/programs.ts';
import { userName } from '../runtime/user-name.ts';
import { createStore } from '../stores/files/create-store.ts';
import type { WithConfig } from './commands/given.ts';
import { holeAddressesOf } from './hole-addresses.ts';
import { type Owner, ownerFor } from './owner.ts';
import { programOf } from './postfix.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface InitOptions extends WithConfig {
  readonly domain?: string;
  readonly print?: boolean;
  readonly dir?: string;
  readonly prefix?: string;
  readonly first?: string;
  readonly sendmail?: string;
  readonly user?: string;
  readonly store?: string;
  readonly ownerStore?: string;
}

/** The option behind a key of the config. */
const OPTIONS = new Map([
  ['domain', '--domain'],
  ['queues.0.prefix', '--prefix'],
  ['queues.0.first', '--first'],
  ['sendmail', '--sendmail'],
  ['store', '--store'],
]);

export async function init(options: InitOptions, run: Run): Promise<void> {
  await (options.print === true ? printLines : makeDesk)(options, run);
}

async function makeDesk(options: InitOptions, run: Run): Promise<void> {
  if (options.domain === undefined) {
    throw new Refused(
      "required option '--domain <domain>' not specified; see mailrobot init --help",
      true,
    );
  }
  const file = fileIn(options.dir ?? USUAL_DIRECTORY);
  const directory = dirname(file);
  const prefix = (options.prefix ?? 'SUPPORT').toUpperCase();
  const written = {
    domain: options.domain,
    store: options.store ?? (options.dir === undefined ? USUAL_STORE : 'store'),
    ...(options.store !== undefined && options.dir !== undefined && { spool: 'spool' }),
    sendmail: options.sendmail ?? '/usr/sbin/sendmail',
    queues: [
      {
        prefix,
        address: 'new',
        name: prefix.charAt(0) + prefix.slice(1).toLowerCase(),
        first: numberOr(options.first ?? '7102'),
      },
    ],
  };
  const checked = checkSchema(written);
  if (!checked.ok) {
    const [{ key, problem }] = checked.problems;
    throw new Refused(`${OPTIONS.get(key) ?? key} ${problem}`, true);
  }
  const config = checkConfig(written, file);
  const isDatabase = config.store.kind === 'database';
  mustBeOfDatabase(options, isDatabase);
  const folder = folderOf(config.store);
  const user = options.user ?? (await ownerOfFolder(folder));
  const owner = await ownerFor(user);
  if (existsSync(file)) {
    const flag = configFlag({ file });
    throw new Refused(
      `${file} is there already: init never overwrites it (for the lines for Postfix: mailrobot init --print${flag})`,
    );
  }
  if (existsSync(folder) && (isDatabase ? hasStore(folder) : readdirSync(folder).length > 0)) {
    throw new Refused(`${folder} is not empty: init never overwrites a store`);
  }
  const database =
    config.store.kind === 'files'
      ? null
      : await (await import('./init-database.ts')).plannedDatabase({
          ...{ url: config.store.url, ownerUrl: options.ownerStore ?? null },
          ...{ owner, userName: user ?? userName() },
        });
  makePublicDirectory(directory);
  if (owner !== null && user !== undefined) mustBeAbleToEnter(directory, owner, user);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== null) lchownSync(realpathSync(folder), owner.uid, owner.gid);
  if (database === null) await asUser(owner, () => createStore(folder));
  else await database.make();
  writeConfig(file, `${JSON.stringify(written, null, 2)}\n`, owner);
  const where = database === null ? folder : `${database.name}, with ${folder} on this host`;
  process.stdout.write(`${nextSteps(config, where, user ?? userName(), run)}\n`);
}

/** What is no number stays what was written, for the schema to name it. */
function numberOr(written: string): number | string {
  const number = Number(written);
  return Number.isNaN(number) ? written : number;
}

function mustBeOfDatabase({ store, ownerStore }: InitOptions, isDatabase: boolean): void {
  if (store !== undefined && !isDatabase) {
    throw new Refused(
      '--store takes a database, postgresql://…; for a folder there is --dir',
      true,
    );
  }
  if (ownerStore !== undefined && store === undefined) {
    throw new Refused('--owner-store is for a database: name it with --store, too', true);
  }
}

/** In files: what else lies in a folder that mail is received in is in nobody's way. */
function hasStore(folder: string): boolean {
  return existsSync(join(folder, 'store.json'));
}

/** A package has made the folder for its user: root makes the store theirs. */
async function ownerOfFolder(store: string): Promise<string | undefined> {
  const uid = statSync(store, { throwIfNoEntry: false })?.uid ?? 0;
  return process.geteuid?.() === 0 && uid !== 0 ? nameOfUser(uid) : undefined;
}

async function nameOfUser(uid: number): Promise<string> {
  return (await outputOf('id', ['-nu', '--', String(uid)])) ?? String(uid);
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

function mustBeAbleToEnter(directory: string, owner: Owner, user: string): void {
  const { uid, gid, mode } = statSync(directory);
  const right = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  if (owner.uid === 0 || (mode & right) !== 0) return;
  throw new Refused(`the user ${user} could not enter ${directory}: chmod 755 ${directory} first`);
}

/** `mailrobot init --print`: what `init` prints of Postfix, for the config that is there. */
async function printLines(options: InitOptions, run: Run): Promise<void> {
  const config = readConfig(options.dir === undefined ? options.config : fileIn(options.dir));
  const folder = folderOf(config.store);
  if (!existsSync(folder)) throw new Refused(`${folder}: there is no store: run mailrobot init`);
  const user = await nameOfUser(statSync(folder).uid);
  const to = { user, program: programOf(run) };
  process.stdout.write(
    `${postfixScript(config, to, holeAddressesOf(config), robotAddresses(config).names)}\n`,
  );
}

function fileIn(directory: string): string {
  return join(resolve(directory), 'config.json');
}

function nextSteps(config: Config, store: string, user: string, run: Run): string {
  const warning =
    user === 'root'
      ? '\nPostfix never runs a command as root: for Postfix, give the store to a user of\nits own with --user.\n'
      : '';
  return `Config: ${config.file}
Store:  ${store}, of the user ${user}
${warning}
Next, as root (the reasons are in the folder postfix of the package; the same lines
for what the config says then: mailrobot init --print${configFlag(config)}):

${postfixScript(config, { user, program: programOf(run) })}

Then name the staff in the config (until then nobody is told of a ticket), send a mail to
${queueAddress(config.queues[0], config)}, and look:
  mailrobot ticket list${configFlag(config)}
  mailrobot doctor${configFlag(config)}`;
}
