/** Answers of a ticket that go out later: which they are. Pure. */
import type { Message, Note, OutgoingMessage, Ticket } from './ticket.ts';

/** It has not gone out, and has a time for that; copies of it are not named. */
export function laterIn({ messages }: Pick<Ticket, 'messages'>): readonly LaterAnswer[] {
  return messages.flatMap((message) => (isLater(message) && isAnswer(message) ? message : []));
}

export type LaterAnswer = OutgoingMessage & { readonly notBefore: string };

/** Also a copy, and the question that waits for an answer. */
export function isLater(message: Message | Note): message is LaterAnswer {
  return 'notBefore' in message && message.delivery === 'waiting';
}

/** The answer that was written last does. */
export function goesLater({ messages }: Pick<Ticket, 'messages'>): boolean {
  const last = messages.findLast(isAnswer);
  return last !== undefined && laterIn({ messages: [last] }).length > 0;
}

/** One of the staff has written it; the same to one more person is no other. */
export function isAnswer(message: Message | Note): message is OutgoingMessage {
  return message.direction === 'out' && message.by !== undefined && message.copyOf === undefined;
}

export function isUndone(message: Message | Note): boolean {
  return message.direction === 'out' && message.delivery === 'undone';
}

/** Nobody outside knows of it: it waits for its time, or was taken back. */
export function isUnknownOutside(message: Message): boolean {
  return isLater(message) || isUndone(message);
}
