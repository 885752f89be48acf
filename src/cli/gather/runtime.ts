/** What runs this program, and whether that is so because /etc/mailrobot/runtime says it. */
import { readFileSync } from 'node:fs';

const FILE = '/etc/mailrobot/runtime';

export function runtimeOf(version: string) {
  const { bun, node } = process.versions;
  const name = bun === undefined ? 'node' : 'bun';
  const runs = { name, version: bun ?? node, path: process.execPath };
  const why = name === 'node' && saysNode() ? `, as ${FILE} says` : '';
  return { ...runs, text: `mailrobot ${version} on ${name} ${runs.version} (${runs.path})${why}` };
}

/** Its first line, as the launcher reads it. */
function saysNode(): boolean {
  try {
    return /^[ \t]*node[ \t]*(\n|$)/.test(readFileSync(FILE, 'utf8'));
  } catch {
    return false;
  }
}
