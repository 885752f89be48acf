/**
 * The words of an answer that does not go out, back to its author. Pure.
 */
import type { TranscriptDraft } from '../letters/draft.ts';
import { isSendable } from '../ticket/found.ts';
import type { OutgoingMessage, Ticket } from '../ticket/ticket.ts';
import type { ActionContext } from './action.ts';
import { memberCalled } from './member.ts';

/** None to whoever has no address: they find it in the ticket. `why`: above the words. */
export function returnedAnswer(
  message: OutgoingMessage,
  of: Ticket,
  why: string,
  { staff, control }: Pick<ActionContext, 'staff' | 'control'>,
): readonly TranscriptDraft[] {
  const author = memberCalled(message.by ?? '', staff);
  const address = author?.addresses?.[0];
  if (author === null || address === undefined) return [];
  return [
    {
      kind: 'transcript',
      to: { name: author.name, address },
      ...{ subject: message.subject, inReplyTo: null, references: [], from: control },
      ...{ queue: of.queue, answerTo: null },
      text: [why, '', message.text].join('\n'),
      attachments: message.attachments.filter(isSendable),
    },
  ];
}
