/**
 * What comes back to one of the staff: their mail, whole, with the reason why nothing of it was done,
 * and how to go on. Pure.
 */
import type { Intent } from '../decision/intent.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import { toldOf } from '../letters/told.ts';
import { NOT_HERE, sendableText } from '../ticket/found.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import type { WrongLine } from './command-block.ts';
import { CONFIRMING_WORD } from './confirm.ts';
import { sentence } from './in-words.ts';
import type { ReceivedMail } from './incoming.ts';
import { SENT_AGAIN } from './sent-again.ts';
import { toAuthor } from './to-author.ts';

/** `isOpen`: its author can let it out by their word. `cameBack`: it was sent once more as it is. */
export function returned(
  mail: ReceivedMail,
  problems: readonly WrongLine[],
  { ticket, queue, person }: Extract<Intent, { type: 'act' }>,
  {
    batch,
    also,
    isOpen,
    cameBack,
  }: {
    readonly batch: Batch;
    /** Whom it was for as well. */
    readonly also: readonly Mailbox[];
    readonly isOpen: boolean;
    readonly cameBack: boolean;
  },
): TranscriptDraft {
  const isLost = batch.current(ticket) === null;
  const name = batch.called(ticket);
  const lines = problems
    .slice(0, MAX_PROBLEMS_SHOWN)
    .flatMap(({ line, problem, shown = [] }) => [
      ...(line === '' ? [] : [`> ${line}`]),
      sentence(problem),
      '',
      ...(shown.length === 0 ? [] : [...shown, '']),
    ]);
  const more = problems.length - MAX_PROBLEMS_SHOWN;
  const text = sendableText(mail.text, mail.foundLines, NOT_HERE).trimEnd();
  const told = toldOf(text);
  // What came along comes back along.
  const hasFiles = mail.attachments(ticket, 1, 'sent').length > 0;
  const isTold = told.length === text.length && !hasFiles;
  const raw = mail.attachments(ticket, 1, 'shown with its raw mail').slice(-1);
  return {
    ...toAuthor(mail, person),
    from: isLost ? queue.address : name,
    queue: queue.prefix,
    answerTo: isLost
      ? null
      : isOpen
        ? { held: mail.nonce, queue: queue.prefix, person: person.name }
        : { ticket, person: person.name },
    ...(also.length > 0 && !isLost && { forAll: { ticket, person: person.name, also } }),
    text: [
      `Your mail about ${name} was not carried out, and the desk has sent it to nobody else:`,
      '',
      ...lines,
      ...(more > 0 ? [`And ${more} more like this.`, ''] : []),
      ...(isOpen ? HOW_TO_SEND : []),
      ...(cameBack ? SENT_AGAIN : [HOW_TO_GO_ON[isLost ? 1 : 0]]),
      ...(also.length === 0 || isLost
        ? []
        : [`"Reply to all" reaches ${also.map(({ address }) => address).join(', ')} as well.`]),
      isTold ? YOU_WROTE : WHOLE_IS_ATTACHED,
      '',
      ...told.split('\n').map((line) => `> ${line}`.trimEnd()),
      '',
    ].join('\n'),
    ...(!isTold && { attachments: raw }),
  };
}

export const HOW_TO_SEND = [
  `If it is meant as it stands, reply to this mail with "${CONFIRMING_WORD}" alone in the first line.`,
  'Then what is named above goes to the customer as you wrote it, and is no command.',
  '',
] as const;
export const HOW_TO_GO_ON = [
  'Put it right, and send it as the answer to this mail.',
  'Put it right, and send it as a new mail.',
] as const;
export const YOU_WROTE = 'This is what you wrote:';
export const WHOLE_IS_ATTACHED = 'Your whole mail is attached; it begins:';
const MAX_PROBLEMS_SHOWN = 20;
