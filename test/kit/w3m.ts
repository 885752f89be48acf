/** What a reader in a terminal sees of HTML: w3m's page, as text. `w3mMissing` says why not. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PROGRAM = '/usr/bin/w3m';

export const w3mMissing: string | null = existsSync(PROGRAM) ? null : 'apt-get install w3m';
if (w3mMissing !== null) console.log(`no w3m, so its tests are skipped: ${w3mMissing}`);

export function inTerminal(html: string, columns = 80): string {
  const how = ['-dump', '-T', 'text/html', '-I', 'UTF-8', '-O', 'UTF-8', '-cols', `${columns}`];
  return execFileSync(PROGRAM, how, { input: html, encoding: 'utf8' });
}
