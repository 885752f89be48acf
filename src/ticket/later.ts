/** Answers of a ticket that go out later: which they are. Pure. */
import type { Message, Note, OutgoingMessage, Ticket } from './ticket.ts';

/** It has not gone out, and has a time for that; copies of it are not named. */
export function laterIn({ messages }: Pick<Ticket, 'messages'>): readonly LaterAnswer[] {
  return messages.flatMap((message) =>
    isLater(message) && message.by !== undefined && message.copyOf === undefined ? message : [],
  );
}

export type LaterAnswer = OutgoingMessage & { readonly notBefore: string };

/** Also a copy, and the question that waits for an answer. */
export function isLater(message: Message | Note): message is LaterAnswer {
  return 'notBefore' in message && message.delivery === 'waiting';
}

/** The answer that was written last does. */
export function goesLater({ messages }: Pick<Ticket, 'messages'>): boolean {
  const last = messages.findLast(
    (message) =>
      message.direction === 'out' && message.by !== undefined && message.copyOf === undefined,
  );
  return last !== undefined && laterIn({ messages: [last] }).length > 0;
}

/** Nobody outside knows of it: it waits for its time, or was taken back. */
export function isUnknownOutside(message: Message): boolean {
  return isLater(message) || (message.direction === 'out' && message.delivery === 'undone');
}
