/**
 * The word of one of the staff that a mail is theirs: it is held, its author is asked, and
 * `send` alone, at the one-time address that the question came with, carries it out
 * (deliver.ts, release.ts).
 *
 * The address is bound to the held mail and to the person; an automatic mail never answers
 * (route.ts). Once the mail has gone, the address is good for nothing.
 */

import type { StaffPerson } from '../config/config.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import type { Kept } from '../outcome.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import { holdMail, type ReceivedMail, recordMail } from './incoming.ts';

/** What the answer has to say, and nothing else. */
const CONFIRMING_WORD = 'send';
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

/** Says that it is the word: what a client quotes or signs below does not count. */
export function isTheWord(message: ParsedMessage): boolean {
  return newText(message).trim().toLowerCase() === CONFIRMING_WORD;
}

export async function holdUntilConfirmed(
  mail: ReceivedMail,
  { queue, ticket, person, doubt, from }: Doubted,
  desk: Desk,
): Promise<Kept> {
  const held = { id: mail.commit, queue, ticket, reason: doubt };
  const { changes } = holdMail(mail, held);
  const about = ticket === null ? 'Your mail of commands' : `Your mail about ${ticket}`;
  const lines = mail.text.trimEnd().split('\n');
  await tell(mail, { held: held.id, queue, person, from }, changes, desk, [
    `${about} was not carried out yet: ${doubt.evidence}.`,
    'Somebody may have sent a copy of an old mail of yours.',
    '',
    'If you wrote it and want it carried out as it stands, reply to this mail with the one word',
    '',
    `    ${CONFIRMING_WORD}`,
    '',
    'If you did not write it, do nothing. It begins:',
    '',
    ...lines.slice(0, MAX_QUOTED_LINES).map((line) => `> ${line}`.trimEnd()),
    ...(lines.length > MAX_QUOTED_LINES ? ['> …'] : []),
    '',
  ]);
  return 'held';
}

/** The mail that was held has been dealt with before: this one is only written down. */
export async function recordConfirmation(
  mail: ReceivedMail,
  message: ParsedMessage,
  about: Asked & { readonly isWaiting: boolean },
  desk: Desk,
): Promise<Kept> {
  const isWord = isTheWord(message);
  const evidence = `${isWord ? 'confirms' : 'does not confirm'} held mail ${about.held}`;
  const { changes } = recordMail(mail, { check: 'confirmation', evidence }, true);
  if (isWord && about.isWaiting) {
    await desk.batch.add(changes);
    return 'recorded';
  }
  if (isWord) {
    await tell(mail, about, changes, desk, [
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
    'and nothing else. To say something else, write a new mail.',
    '',
  ]);
  return 'answered';
}

interface Asked {
  readonly held: number;
  readonly queue: string;
  readonly person: StaffPerson;
  readonly from: string;
}

/** With what it is about. Of many questions in an hour the later ones are not asked: the mail is held all the same. */
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
    kind: 'transcript',
    to: { name: person.name, address },
    subject: mail.subject,
    inReplyTo: mail.messageId,
    references: mail.messageId === null ? [] : [mail.messageId],
    text: lines.join('\n'),
    from,
    queue,
    answerTo: { held, queue, person: person.name },
  };
  await batch.add([...changes, { type: 'mail.answered', address, about: 'question' }], [question]);
}
