/**
 * What is done, or looked up, for a mail before its own commit: what somebody orders to be done with
 * held mails or asks the whole store, and the HTML of what others are told of by it. Loaded for
 * mail that may need it.
 */
import { ticketNames } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { isTheWord } from '../decision/given.ts';
import type { Intent } from '../decision/intent.ts';
import { personOf } from '../decision/trust.ts';
import { possibleActions } from '../desk/command-block.ts';
import { controlLines } from '../desk/control-lines.ts';
import type { Delivery } from '../desk/delivery.ts';
import { lastMailsHtml, showsLastMail } from '../jobs/earlier-html.ts';
import type { Facts } from '../journal/facts.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { askStore } from './ask-store.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { htmlReader } from './html-reader.ts';

export type DoneBefore = Pick<Delivery, 'doneWithHeld' | 'fromStore' | 'withheld' | 'earlier'>;

export async function doneBefore(
  decided: DecidedMail,
  message: ParsedMessage,
  facts: Facts,
  context: DeliveryContext,
): Promise<DoneBefore & { readonly isReleased: boolean }> {
  const { intent } = decided;
  const isReleased = await releaseConfirmed(intent, message, context);
  const htmlOf = htmlReader(context);
  const told = lastMailsShown(decided, message, facts, context);
  const earlier = await lastMailsHtml(told, { ...context, htmlOf });
  if (intent.type === 'control') {
    return { isReleased, earlier, fromStore: await askStore(intent, message, context) };
  }
  if (intent.type !== 'confirm' || intent.heldOrders === null) return { isReleased, earlier };
  const { carryOutHeldOrders } = await import('./held-orders.ts');
  const { heldOrders, person } = intent;
  const doneWithHeld = await carryOutHeldOrders(heldOrders, person.name, context);
  return { isReleased, earlier, doneWithHeld };
}

/** Tickets of which somebody may be shown what their customer wrote last. */
function lastMailsShown(
  { intent, from, decision }: DecidedMail,
  message: ParsedMessage,
  facts: Facts,
  { config }: Pick<DeliveryContext, 'config'>,
): readonly TicketId[] {
  const names = ticketNames(config);
  if (intent.type === 'act') {
    return possibleActions(message.text, names).some(showsLastMail) ? [intent.ticket] : [];
  }
  if (intent.type === 'control') {
    return controlLines(message, names).flatMap(({ command }) =>
      command.type === 'act' && showsLastMail(command.action) ? command.ticket : [],
    );
  }
  // Who is away is told of nothing: others are (desk/absence.ts).
  const isOfMachine = decision.wrote !== 'person';
  const isStaff = personOf(from?.address ?? null, config.staff) !== null;
  return isOfMachine && isStaff ? [...facts.tickets.keys()] : [];
}

/** What its author confirms goes first: a retry finds it gone. */
async function releaseConfirmed(
  intent: Intent,
  message: ParsedMessage,
  context: DeliveryContext,
): Promise<boolean> {
  if (intent.type !== 'confirm' || !intent.isWaiting) return true;
  if (!isTheWord(message)) return true;
  const { confirmed } = await import('./release.ts');
  return await confirmed(intent, { ...context, askStore });
}
