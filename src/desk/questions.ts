/**
 * Everything that carrying out a decided mail can ask of the store.
 *
 * Known from the mail: its ticket, whom an automatic answer could go to, what has been answered
 * lately, and what its commands name (command-questions.ts). Pure.
 */

import { type Config, prefixesOf } from '../config/config.ts';
import { countedSince } from '../decision/caps.ts';
import { NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import type { Delivery } from './delivery.ts';
import { STAFF_CAPS } from './staff-caps.ts';

/** What its commands ask. */
export type CommandQuestions = Pick<Questions, 'tickets' | 'addresses' | 'people' | 'lists'>;

export const NO_COMMANDS: CommandQuestions = { ...NO_QUESTIONS, people: 'on them' };

export function questionsFor(
  { decided, passedOn }: Delivery,
  commands: CommandQuestions,
  config: Config,
  now: Date,
): Questions {
  const { intent, from, report, actor, decision } = decided;
  const { messageId } = decision;
  const isAnswered = intent.type !== 'hold' && intent.type !== 'record';
  const since = [config.caps, STAFF_CAPS].map((caps) => countedSince(caps, now).getTime());
  return {
    ...NO_QUESTIONS,
    tickets: [
      ...('ticket' in intent && intent.ticket !== null ? [intent.ticket] : []),
      ...(report.about === null ? [] : [report.about.ticket]),
      ...commands.tickets,
    ],
    acts: actor === null || messageId === null ? [] : [{ actor, messageId }],
    addresses: [
      ...[from, passedOn?.asked.requester].flatMap((person) => person?.address ?? []),
      ...commands.addresses,
    ],
    people: commands.people,
    answeredSince: isAnswered ? new Date(Math.min(...since)) : null,
    lists: commands.lists,
    queues: prefixesOf(config),
  };
}
