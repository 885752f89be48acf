/**
 * What acting on a decided mail wants to know of the files in it, read before the store is
 * locked: the mail that one of the staff passes on, and what the files in a mail of theirs say.
 */

import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { type Delivery, NOTHING_IN_FILES, type StaffFiles } from '../desk/delivery.ts';
import type { PassedOn } from '../desk/on-behalf.ts';
import type { Incoming } from '../journal/spool.ts';
import { fieldValue } from '../reading/header.ts';
import type { ParsedMessage } from '../reading/message.ts';

/** Or one that looks like two (snippets/mark.ts). */
const TWO_BRACES = /[{❴︷﹛｛].*[{❴︷﹛｛]|⦃/s;

export type Looked = Pick<Delivery, 'passedOn' | 'staffFiles' | 'snippets'>;

/** `ahead`: what was found before it was decided. */
export async function lookInto(
  { intent }: DecidedMail,
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
  ahead?: Looked,
): Promise<Looked> {
  if (intent.type === 'act') {
    const { staffFiles, ...more } = ahead ?? (await ofStaff(message, incoming, config));
    return { ...more, passedOn: null, staffFiles };
  }
  const staffFiles = NOTHING_IN_FILES;
  if (intent.type !== 'open' || !intent.mayBeOnBehalf) return { passedOn: null, staffFiles };
  const { passedOn } = ahead ?? { passedOn: await passedOnIn(message, incoming, config) };
  return { passedOn, staffFiles };
}

/** All that it may be, for whoever decides under the lock: no mail is read there. */
export async function lookAhead(
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<Looked> {
  const passedOn = await passedOnIn(message, incoming, config);
  return { passedOn, ...(await ofStaff(message, incoming, config)) };
}

async function ofStaff(
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<Omit<Looked, 'passedOn'>> {
  const staffFiles = await inFiles(message, incoming);
  if (staffFiles.html === null && !TWO_BRACES.test(message.text)) return { staffFiles };
  const { namedSnippets } = await import('./named-snippets.ts');
  return { staffFiles, ...namedSnippets(message, staffFiles, config) };
}

async function inFiles(message: ParsedMessage, incoming: Incoming): Promise<StaffFiles> {
  const isPlain = !/^\s*(multipart\/|text\/html\b)/i.test(
    fieldValue(message.fields, 'content-type') ?? '',
  );
  if (isPlain && message.attachments.length === 0) return NOTHING_IN_FILES;
  return (await import('./staff-files.ts')).staffFiles(message, incoming);
}

async function passedOnIn(
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<PassedOn | null> {
  if (!config.onBehalf) return null;
  const { passedOnBy } = await import('../desk/on-behalf.ts');
  return passedOnBy(message, (n) => incoming.attachmentChunks(n), config);
}
