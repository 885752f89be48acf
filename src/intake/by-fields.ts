/**
 * What the patterns of a queue's fields find in a mail that opens a ticket there, or is added to
 * one: loaded for a desk that has fields, and for nobody else. They decide nothing else of it.
 *
 * It is found before the store is locked. A machine's mail may open a ticket, as that of a shop or a
 * form does, and is asked then; what one adds to a ticket of somebody else says nothing of it.
 */
import type { Config } from '../config/config.ts';
import { fieldsOf } from '../config/fields.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { foundIn } from '../fields/found.ts';
import { currentTicketIn, type Facts } from '../journal/facts.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import type { FoundValue } from '../ticket/field.ts';

/** Throws a Failure `config` if a field of its queue is wrong. */
export function withFound(
  decided: DecidedMail,
  message: ParsedMessage,
  config: Config,
  facts: Facts,
): DecidedMail {
  const { intent } = decided;
  const queue = queueFor(decided, facts);
  if (queue === null || (intent.type !== 'open' && intent.type !== 'append')) return decided;
  const found = foundValues(queue, message, config);
  return found.length === 0 ? decided : { ...decided, intent: { ...intent, found } };
}

export function foundValues(
  queue: string,
  message: Pick<ParsedMessage, 'subject' | 'text' | 'newLines'>,
  config: Config,
): readonly FoundValue[] {
  const { subject } = message;
  return foundIn(fieldsOf(queue, config), { subject, text: newText(message) });
}

function queueFor({ intent, decision }: DecidedMail, facts: Facts): string | null {
  if (intent.type === 'open') return intent.queue.prefix;
  if (intent.type !== 'append' || decision.trust === 'automatic') return null;
  return currentTicketIn(facts, intent.ticket)?.queue ?? null;
}
