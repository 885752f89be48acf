/** Who owns a file, and what Postfix's tables are as files. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileFacts, MapFacts, User } from '../../doctor/facts.ts';
import { outputOf } from '../../runtime/programs.ts';
import { nameOf } from '../../stores/files/open.ts';

export function userOf(uid: number): User {
  return { uid, name: nameOf(uid) };
}

/** null for nobody of that name; local(8) reads a number as a uid. */
export async function userNamed(name: string): Promise<User | null> {
  const uid = await outputOf('id', ['-u', '--', name]);
  return uid === null ? null : { uid: Number(uid), name };
}

export async function groupOf({ name }: User): Promise<number | null> {
  const gid = await outputOf('id', ['-g', '--', name]);
  return gid === null ? null : Number(gid);
}

/** Without links; what is not there as it is written, or null. */
export function realOf(path: string): string;
export function realOf(path: string, otherwise: null): string | null;
export function realOf(path: string, otherwise: string | null = path): string | null {
  try {
    return realpathSync(path);
  } catch {
    return otherwise;
  }
}

/** null if it is not there, or not for us. */
export function fileFacts(path: string): FileFacts | null {
  try {
    const { uid, mode, mtimeMs } = statSync(path);
    return { path, owner: userOf(uid), mode: mode & 0o7777, changed: mtimeMs };
  } catch {
    return null;
  }
}

/** What Postfix reads beside the file that a person edits. */
const COMPILED: Readonly<Record<string, string>> = {
  hash: '.db',
  btree: '.db',
  cdb: '.cdb',
  lmdb: '.lmdb',
};
const READ_AS_THEY_ARE: readonly string[] = ['texthash', 'regexp', 'pcre', 'cidr'];

/** `hash:/etc/aliases`, also behind `proxy:`; of other tables (LDAP, say) nothing is known. */
export function mapFacts(map: string): Omit<MapFacts, 'problem'> {
  const [, type = '', path = ''] = /^(?:proxy:)?([a-z]+):(\/.*)$/.exec(map) ?? [];
  const suffix = COMPILED[type] ?? (READ_AS_THEY_ARE.includes(type) ? '' : null);
  if (suffix === null) return { map, source: null, read: null, folder: null };
  const source = existsSync(path) ? fileFacts(path) : null;
  return { map, source, read: fileFacts(`${path}${suffix}`), folder: fileFacts(dirname(path)) };
}
