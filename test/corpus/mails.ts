/**
 * All mails there are to try: those of this project, and those of the shared
 * corpus where it lies beside the project (it is never copied into it).
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadLimits } from '../../src/config/limits.ts';
import { type ParsedMessage, parseMessage } from '../../src/reading/message.ts';
import { ROOT } from '../process/desk.ts';

export const SHARED = join(ROOT, '..', 'shared', 'corpus');
/** Mails, and parts of mails; reply-trimming holds texts. */
const FOLDERS = ['mail-gem', 'enmime', 'mime4j', 'bounces'];

/** Why the shared corpus is not tried, or undefined where it is. */
export const missing = existsSync(SHARED) ? undefined : `skipped: there is no ${SHARED}`;

export function ownMails(): readonly string[] {
  const mails = filesIn(join(ROOT, 'fixtures', 'mails')).filter((file) => file.endsWith('.eml'));
  const cases = readdirSync(join(ROOT, 'fixtures', 'cases')).sort();
  return [...mails, ...cases.map((name) => join(ROOT, 'fixtures', 'cases', name, 'in.eml'))];
}

export function sharedMails(): readonly string[] {
  if (missing !== undefined) return [];
  return FOLDERS.flatMap((folder) => filesIn(join(SHARED, folder)));
}

/** A mail as it is read; its attachments are thrown away. */
export function parsed(file: string, limits: ReadLimits): Promise<ParsedMessage> {
  const octets = readFileSync(file);
  const isMbox = octets.toString('latin1', 0, 5) === 'From ';
  const mail = isMbox ? octets.subarray(octets.indexOf(10) + 1) : octets;
  const nowhere = { write: () => {}, close: () => {} };
  return parseMessage({ chunks: () => [mail], openAttachment: () => nowhere }, limits);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.json'));
}
