/**
 * Recipients in a file that a person can read, and beside it the table that postmap(1) makes of it
 * for Postfix.
 *
 * Both are written anew and put in their place by a rename: first the file, then the table. So
 * Postfix always finds a whole table, and the file is the truth: if the table is older, somebody was
 * killed between the two, and the next change makes it anew. Who changes it holds a lock beside it.
 */
import { constants, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../outcome.ts';
import { mayUse } from '../runtime/may-use.ts';
import { programAt } from '../runtime/program-at.ts';
import { runProgram } from '../runtime/programs.ts';
import { errorCode, replace, syncDirectory } from '../stores/disk/disk.ts';
import { locked } from '../stores/disk/lock.ts';
import type { Recipient } from './recipient.ts';
import type { RecipientChange, RecipientTable } from './table.ts';

export interface PostmappedPlace {
  /** Of Postfix: hash, lmdb, … */
  readonly type: string;
  readonly path: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOCK_SECONDS = 10;
const POSTMAP_MS = 20_000;
/** Postfix reads it, as any of its maps. */
const MODE = 0o644;
const NO_POSTMAP = 'postmap is not there: it is part of Postfix';
const HEAD = '# Written by mailrobot recipient: do not edit while it runs.';

export class PostmappedFile implements RecipientTable {
  readonly #place: PostmappedPlace;
  readonly #environment: Environment;

  constructor(place: PostmappedPlace, environment: Environment) {
    this.#place = place;
    this.#environment = environment;
  }

  async list(): Promise<readonly Recipient[]> {
    return inFile(this.#place.path);
  }

  async problem(): Promise<string | null> {
    const { path } = this.#place;
    if (programAt('postmap', this.#environment) === null) return NO_POSTMAP;
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return `there is no ${path}`;
    inFile(path);
    const map = mapFile(this.#place);
    if (!mayUse(dirname(path), constants.W_OK)) return `${dirname(path)} belongs to somebody else`;
    return isOlder(this.#place) ? `${map} is older than ${path}, or is not there` : null;
  }

  change<T>({ decide, record }: RecipientChange<T>): Promise<T> {
    const { path } = this.#place;
    return locked(`${path}.lock`, LOCK_SECONDS, async () => {
      const table = new Map(inFile(path).map((row) => [row.address, row.destination]));
      const { edits, result } = decide(table);
      if (edits.length === 0) {
        if (isOlder(this.#place)) await this.#write(table, async () => {});
        await record(edits);
        return result;
      }
      for (const edit of edits) {
        if (edit.type === 'added') table.set(edit.address, edit.destination);
        else table.delete(edit.address);
      }
      await this.#write(table, () => record(edits));
      return result;
    });
  }

  async #write(table: ReadonlyMap<string, string>, record: () => Promise<void>): Promise<void> {
    const { path } = this.#place;
    const next = `${path}.next`;
    rmSync(mapFile({ ...this.#place, path: next }), { force: true });
    const lines = [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map((row) => row.join(' '));
    replace(next, [HEAD, ...lines, ''].join('\n'), MODE);
    await this.#postmap(next);
    await record();
    renameSync(next, path);
    renameSync(mapFile({ ...this.#place, path: next }), mapFile(this.#place));
    syncDirectory(dirname(path));
  }

  async #postmap(path: string): Promise<void> {
    const program = programAt('postmap', this.#environment);
    if (program === null) throw new Failure('database', NO_POSTMAP);
    const { MAIL_CONFIG, PATH = '' } = this.#environment;
    const end = await runProgram(
      {
        argv: [program, `${this.#place.type}:${path}`],
        environment: { PATH, LC_ALL: 'C', ...(MAIL_CONFIG !== undefined && { MAIL_CONFIG }) },
        directory: '/',
        limitMs: POSTMAP_MS,
      },
      '',
    );
    if (end.type === 'exit' && end.code === 0) return;
    const said = end.type === 'exit' ? end.output.trim().split('\n').at(-1) : end.type;
    throw new Failure('database', `${program} ${path}: ${said}`);
  }
}

/** What Postfix reads. */
function mapFile({ type, path }: PostmappedPlace): string {
  const ends: Readonly<Record<string, string>> = { lmdb: 'lmdb', cdb: 'cdb', dbm: 'pag' };
  return `${path}.${ends[type] ?? 'db'}`;
}

/** Than the file that it was made of. */
function isOlder(place: PostmappedPlace): boolean {
  const file = statSync(place.path, { throwIfNoEntry: false })?.mtimeMs;
  const map = statSync(mapFile(place), { throwIfNoEntry: false })?.mtimeMs;
  return file !== undefined && (map === undefined || map < file);
}

/** A line that is no recipient would be lost with the next change, so nothing is done then. */
function inFile(path: string): readonly Recipient[] {
  return textOf(path)
    .split('\n')
    .flatMap((line, n) => {
      if (line.trim() === '' || line.startsWith('#')) return [];
      const [address = '', destination, more] = line.trim().split(/\s+/);
      if (destination !== undefined && more === undefined) return [{ address, destination }];
      throw new Failure('database', `${path}: line ${n + 1} is not an address and its destination`);
    });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw new Failure('database', `${path} cannot be read`, { cause: error });
  }
}
