/** A node with options of the test's, for a launcher that lets nobody give it any. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes it in a folder of `dir`; gives a PATH on which it comes first. */
export function nodeWith(
  options: readonly string[],
  dir: string,
  node: string = process.execPath,
): string {
  const folder = join(dir, 'node-with');
  mkdirSync(folder, { recursive: true });
  const words = [node, ...options].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(folder, 'node'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return `${folder}:/usr/bin:/bin`;
}
