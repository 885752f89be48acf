/**
 * An answer that does not go out any more: what belongs to it, and what is written of its ticket then,
 * whether its author takes it back or nobody is left whom it would reach. Pure.
 */
import type { UnsentMail } from '../journal/outbox.ts';
import type { Change } from '../ticket/change.ts';
import { isUndone } from '../ticket/later.ts';
import { statusChanges } from '../ticket/status.ts';
import type { OutgoingMessage, Ticket } from '../ticket/ticket.ts';
import type { Left } from './without-answer.ts';

export type Undone = Extract<Change, { type: 'reply.undone' }>;

/** The answer that a mail is part of, with all its copies that may still go, or have gone. */
export function wholeAnswer(of: Ticket, serial: number): readonly OutgoingMessage[] {
  const one = of.messages.find((message) => message.serial === serial);
  if (one?.direction !== 'out') return [];
  const first = one.copyOf ?? serial;
  return of.messages.flatMap((message) =>
    message.direction === 'out' &&
    (message.serial === first || message.copyOf === first) &&
    message.delivery !== 'failed' &&
    !isUndone(message)
      ? message
      : [],
  );
}

export function mailOf(
  serial: number,
  { id }: Pick<Ticket, 'id'>,
  mails: readonly UnsentMail[],
): UnsentMail | undefined {
  return mails.find((mail) => mail.ticket === id && mail.serial === serial);
}

export function undone({ serial, id: mail }: UnsentMail, { id: ticket }: Ticket, by: string) {
  return { type: 'reply.undone', ticket, serial, mail, by } as const satisfies Undone;
}

/** `left`: how the ticket stands without them. */
export function takenBack(
  mails: readonly UnsentMail[],
  of: Ticket,
  left: Left,
  by: string,
): readonly Change[] {
  return [
    ...statusChanges(of, left.status, by),
    ...(left.snoozed === undefined
      ? []
      : [{ type: 'ticket.snoozed', ticket: of.id, ...left.snoozed } as const]),
    // Behind these, since they say for whom it waits as well.
    ...mails.map((mail, n) => ({
      ...undone(mail, of, by),
      ...(n === 0 && left.waiting !== undefined && { waiting: left.waiting }),
    })),
  ];
}
