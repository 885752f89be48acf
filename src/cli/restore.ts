/**
 * `mailrobot restore`: the store from a backup, if there is none (any more).
 *
 * As root it belongs to whom it belonged to, or to `--user`. Config and templates of the backup
 * come back beside the present ones, never over them, since they name programs that would be
 * run; if there is no config, they come first, for a person to look at.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { numberingOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import type { ErasureMemory } from '../journal/erasing/memory.ts';
import { asUser } from '../runtime/as-user.ts';
import {
  type FileBeside,
  type Restored,
  type Restoring,
  readBeside,
  readManifest,
  restoreStore,
} from '../stores/files/restore.ts';
import type { WithConfig } from './commands/given.ts';
import { keepErasures, readErasures } from './erasures.ts';
import { type Owner, ownerFor } from './owner.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

interface RestoreOptions extends WithConfig {
  readonly user?: string;
  readonly ownerStore?: string;
}

export async function restore(
  archive: string,
  { config: configFile, user, ownerStore }: RestoreOptions,
  run: Run,
): Promise<void> {
  const path = resolve(archive);
  if (!existsSync(path)) throw new Refused(`${path}: there is no such file`);
  const file = { fd: openSync(path, 'r'), path };
  try {
    const manifest = await readManifest(file);
    const owner = await ownerAfter(user, manifest.owner);
    const config = resolve(configFile);
    if (!existsSync(config)) {
      const place = await putBeside(await readBeside(file), config, owner);
      throw new Refused(
        place === null
          ? `there is no config ${config}, and none in the backup: write one first`
          : `there is no config ${config}: look at that of the backup, ${place}, move it there, and do this again`,
      );
    }
    const known = readConfig(config);
    const { store, queues } = known;
    const countings = queues.map(({ prefix }) => numberingOf(prefix, known));
    const now = run.now();
    const memory = readErasures(config);
    const restoring = {
      ...{ now, owner, countings, memory },
      keep: (remembered: ErasureMemory) => keepErasures(config, remembered),
    };
    const { restored, name } =
      store.kind === 'files'
        ? { restored: await restoreFiles(file, store.root, restoring), name: store.root }
        : await (await import('./restore-database.ts')).restoreIntoDatabase(
            file,
            { ...restoring, config: known, place: store, ownerUrl: ownerStore ?? null },
            run,
          );
    const next = queues.map(({ prefix }, n) => `${prefix}-${restored.next[n]}`);
    run.say(
      `${name}: ${restored.commits} commits restored; the next ticket is ${next.join(', ')}.`,
    );
    if (restored.erased > 0) {
      run.say(`What was erased since the backup is erased again, in ${restored.erased} of them.`);
    }
    await sayWhereBeside(restored.beside, config, owner, run);
    run.say('Mail is taken, but nothing is sent until you run: mailrobot resume');
  } finally {
    closeSync(file.fd);
  }
}

function restoreFiles(
  file: Parameters<typeof restoreStore>[0],
  root: string,
  restoring: Omit<Restoring, 'root' | 'asOwner'>,
): Promise<Restored> {
  const { owner } = restoring;
  return restoreStore(file, { ...restoring, root, asOwner: (work) => asUser(owner, work) });
}

/** null for whoever gives the command. */
async function ownerAfter(user: string | undefined, before: string | null): Promise<Owner | null> {
  if (user !== undefined) return ownerFor(user);
  if (process.geteuid?.() !== 0 || before === null) return null;
  try {
    return await ownerFor(before);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(
      `the store belonged to "${before}", and there is no such user: adduser --system --group ${before}, or name another by --user`,
    );
  }
}

async function sayWhereBeside(
  files: readonly FileBeside[],
  config: string,
  owner: Owner | null,
  run: Run,
): Promise<void> {
  try {
    const place = await putBeside(files, config, owner);
    const kinds = ['templates', 'snippets'].filter((kind) =>
      files.some(({ name }) => name.startsWith(`${kind}/`)),
    );
    const more = kinds.length === 0 ? '' : `, its ${kinds.join(' and ')} beside it`;
    if (place !== null) run.say(`Its config is ${place}${more}; the present one is untouched.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    run.explain(`mailrobot: config, templates and snippets stay in the backup: ${reason}`);
  }
}

/** Gives where the config is; null if the backup has none. */
async function putBeside(
  files: readonly FileBeside[],
  config: string,
  owner: Owner | null,
): Promise<string | null> {
  // On a new host there is nothing of ours yet.
  makePublicFolder(dirname(config));
  const folder = statSync(dirname(config));
  const isRoot = process.geteuid?.() === 0;
  let place: string | null = null;
  // Root does nothing by itself if somebody else may put a link.
  await asUser(isRoot && folder.uid !== 0 ? folder : null, () => {
    const end = freeEnd(files, config);
    for (const { name, content } of files) {
      const path = placeOf(name, config, end);
      if (name === 'config.json') place = path;
      if (!existsSync(path)) writePrivately(path, content, isRoot ? owner : null);
    }
  });
  return place;
}

function placeOf(name: string, config: string, end: string): string {
  if (name === 'config.json') return `${config}${end}`;
  const [kind = '', ...rest] = name.split('/');
  return join(dirname(config), `${kind}${end}`, ...rest);
}

/** `.restored`, or with a number where that is taken by something else. */
function freeEnd(files: readonly FileBeside[], config: string): string {
  for (let n = 1; ; n += 1) {
    const end = n === 1 ? '.restored' : `.restored.${n}`;
    const isFree = files.every(({ name, content }) => {
      const path = placeOf(name, config, end);
      return !existsSync(path) || readFileSync(path).equals(content);
    });
    if (isFree) return end;
  }
}

/** Whoever owns the store reads what is in it, whatever the umask. */
function makePublicFolder(path: string): void {
  if (existsSync(path)) return;
  makePublicFolder(dirname(path));
  mkdirSync(path);
  chmodSync(path, 0o755);
}

function writePrivately(path: string, content: Buffer, owner: Owner | null): void {
  makePublicFolder(dirname(path));
  const fd = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    if (owner !== null && process.geteuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
  } finally {
    closeSync(fd);
  }
}
