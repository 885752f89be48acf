/**
 * Maildirs, one or a folder of them by address: where mail lands on a box without an
 * MTA, for people to look at, and events for who subscribes by one.
 *
 * A mail is written to `tmp`, made durable and moved to `new`, as every Maildir is; any
 * reader of Maildirs opens it. An address becomes a folder's name with whatever is not a
 * letter, a digit or one of `@.+_-` written as %XX.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

export function maildirOf(root: string, address: string): string {
  const name = Buffer.from(address.toLowerCase())
    .toString('latin1')
    .replace(/[^a-z0-9@.+_-]|^\.+/g, (odd) =>
      [...odd].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    );
  return join(root, name);
}

export function addToMaildir(maildir: string, mail: Uint8Array, now: Date): void {
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, part), { recursive: true });
  // In the order in which this process writes them, also within a millisecond.
  const unique = `${now.getTime()}.N${process.hrtime.bigint()}P${process.pid}`;
  const name = `${unique}.${hostname().replace(/[/:]/g, '_')}`;
  writeFileSync(join(maildir, 'tmp', name), mail, { flag: 'wx', mode: 0o600 });
  sync(join(maildir, 'tmp', name));
  renameSync(join(maildir, 'tmp', name), join(maildir, 'new', name));
  sync(join(maildir, 'new'));
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Every mail, oldest first. */
export function mailsIn(maildir: string): readonly Buffer[] {
  return ['cur', 'new']
    .flatMap((part) => namesIn(join(maildir, part)).map((name) => ({ part, name })))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ part, name }) => readFileSync(join(maildir, part, name)));
}

/** The addresses that have got mail. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
