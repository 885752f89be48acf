/** Files of the store as a ticket names them: whether one lies there whole, and where. */
import { join } from 'node:path';
import type { StoredFile } from '../../ticket/ticket.ts';
import { sizeAt, sumAt } from './raw-mails.ts';

/** Whether the file is what came with the mail. */
export function isWhole(
  root: string,
  { path, size, sha256 }: Omit<StoredFile, 'filename'>,
): boolean {
  const file = join(root, path);
  return sizeAt(file) === size && sumAt(file) === sha256;
}

/**
 * Where its octets are: at its path, or where somebody has asked for them before; null for nowhere.
 */
export function pathOfFile(root: string, file: StoredFile): string | null {
  const places = [file.path, askedAt(file)];
  const path = places.find((one) => isWhole(root, { ...file, path: one }));
  return path === undefined ? null : join(root, path);
}

/** What has no file of its own gets one there for an hour (incoming.ts). */
export function askedAt({ sha256 }: StoredFile): string {
  return join('incoming', `asked.${sha256}`);
}
