/**
 * The word of one of the staff about a mail of theirs that was held, or came back: `send` alone
 * in the first line, at the one-time address that the question came with, carries it out
 * (deliver.ts, release.ts).
 *
 * The address is bound to that mail and to the person; an automatic mail never answers
 * (route.ts). Once the mail has gone, the address is good for nothing.
 */

import type { StaffPerson } from '../config/config.ts';
import { isTheWord } from '../decision/given.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import type { Kept } from '../outcome.ts';
import { commandingText, type ParsedMessage } from '../reading/message.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import { NOT_HERE, sendableText } from '../ticket/found.ts';
import { mailboxText, type TicketId } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import { holdMail, type ReceivedMail, recordMail } from './incoming.ts';
import { toAuthor } from './to-author.ts';

/** What the answer has to say, and nothing else. */
export const CONFIRMING_WORD = 'send';
const MAX_QUOTED_LINES = 20;

interface Desk {
  readonly batch: Batch;
  /** Whether that person has been asked often enough for now. */
  readonly isTooMuchToAsk: (address: string) => boolean;
}

export interface Doubted {
  readonly queue: string;
  readonly ticket: TicketId | null;
  readonly person: StaffPerson;
  readonly doubt: Verdict;
  /** Local part of the address that it was sent to, and that the question comes from. */
  readonly from: string;
}

export async function holdUntilConfirmed(
  mail: ReceivedMail,
  { queue, ticket, person, doubt, from }: Doubted,
  desk: Desk,
): Promise<Kept> {
  const isUnlisted = doubt.check === 'unlisted';
  const by = isUnlisted ? { by: person.name } : {};
  const held = { id: OWN_NUMBER, queue, ticket, reason: doubt, ...by };
  const { changes } = holdMail(mail, held);
  const whose = isUnlisted ? 'A mail' : 'Your mail';
  const about = ticket === null ? `${whose} of commands` : `${whose} about ${ticket}`;
  await tell(mail, { held: mail.nonce, queue, person, from }, changes, desk, [
    `${about} was not carried out yet: ${doubt.evidence}.`,
    isUnlisted
      ? `It says that it is from ${mail.from === null ? 'nobody' : mailboxText(mail.from)}.`
      : 'Somebody may have sent a copy of an old mail of yours.',
    '',
    'If you wrote it and want it carried out as it stands, reply to this mail with the one word',
    '',
    `    ${CONFIRMING_WORD}`,
    '',
    'If you did not write it, do nothing. It begins:',
    '',
    ...quoted(sendableText(mail.text, mail.foundLines, NOT_HERE)),
    '',
  ]);
  return 'held';
}

function quoted(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  return [
    ...lines.slice(0, MAX_QUOTED_LINES).map((line) => `> ${line}`.trimEnd()),
    ...(lines.length > MAX_QUOTED_LINES ? ['> …'] : []),
  ];
}

/** Own words that nobody has been sent. */
export function belowTheWord(message: ParsedMessage): string {
  const [, ...below] = commandingText(message).trim().split('\n');
  return below
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .trim();
}

/** The mail that was held has been dealt with before: this one is only written down. */
export async function recordConfirmation(
  mail: ReceivedMail,
  message: ParsedMessage,
  about: Asked & { readonly isWaiting: boolean },
  desk: Desk,
): Promise<Kept> {
  const isWord = isTheWord(message);
  const evidence = `${isWord ? 'confirms' : 'does not confirm'} mail ${about.held}`;
  const { changes } = recordMail(mail, { check: 'confirmation', evidence }, true);
  if (isWord && about.isWaiting) {
    const below = belowTheWord(message);
    if (below === '') {
      await desk.batch.add(changes);
      return 'recorded';
    }
    await tell(mail, { ...about, held: null }, changes, desk, [
      'Your mail was carried out as it stands. What you wrote below that word was not sent to',
      'anybody:',
      '',
      ...quoted(below),
      '',
    ]);
    return 'answered';
  }
  if (isWord) {
    await tell(mail, { ...about, held: null }, changes, desk, [
      'Nothing waits for your word any more: your mail has been carried out, or somebody of the',
      'desk has dealt with it. The ticket says which.',
      '',
    ]);
    return 'answered';
  }
  await tell(mail, about, changes, desk, [
    'Nothing was done. To have your mail carried out as it stands, reply with the one word',
    '',
    `    ${CONFIRMING_WORD}`,
    '',
    'and nothing else. To say something else, write a new mail. You wrote:',
    '',
    ...quoted(commandingText(message)),
    '',
  ]);
  return 'answered';
}

/**
 * The held mails that it decides of have been dealt with before: its author is told what came of
 * it.
 */
export async function recordHeldOrders(
  mail: ReceivedMail,
  message: ParsedMessage,
  about: Asked & { readonly done: ReadonlyMap<number, string> | undefined },
  desk: Desk,
): Promise<Kept> {
  const { done = new Map<number, string>() } = about;
  const evidence = `decides of ${done.size} held mails`;
  const { changes } = recordMail(mail, { check: 'confirmation', evidence }, true);
  if (done.size > 0) {
    await tell(mail, { ...about, held: null }, changes, desk, [...done.values(), '']);
    return 'answered';
  }
  await tell(mail, about, changes, desk, [
    'Nothing was done. To decide of a held mail, reply with "release", "open", "discard" or "block"',
    'and its number, such as "release 17", and nothing else. Only mails that the notice names can be',
    'decided of so. You wrote:',
    '',
    ...quoted(commandingText(message)),
    '',
  ]);
  return 'answered';
}

interface Asked {
  /** null if there is nothing left to say the word about. */
  readonly held: number | null;
  readonly queue: string;
  readonly person: StaffPerson;
  readonly from: string;
}

/**
 * With what it is about. Of many questions in an hour the later ones are not asked: the mail is
 * held all the same.
 */
async function tell(
  mail: ReceivedMail,
  { held, queue, person, from }: Asked,
  changes: readonly Change[],
  { batch, isTooMuchToAsk }: Desk,
  lines: readonly string[],
): Promise<void> {
  const [address = ''] = person.addresses;
  if (isTooMuchToAsk(address)) {
    await batch.add(changes);
    return;
  }
  const question: TranscriptDraft = {
    ...toAuthor(mail, person),
    text: lines.join('\n'),
    from,
    queue,
    answerTo: held === null ? null : { held, queue, person: person.name },
  };
  await batch.add([...changes, { type: 'mail.answered', address, about: 'question' }], [question]);
}
