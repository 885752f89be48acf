/**
 * Commits a mail of commands; while nobody hands over the answers that it may take back, if it takes
 * any back.
 */
import { ticketNames } from '../config/config.ts';
import { controlLines } from '../desk/control-lines.ts';
import { withholding } from '../jobs/withhold.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { DeliveryContext } from './delivery-context.ts';

export function committing<T>(
  message: ParsedMessage,
  { config, store }: Pick<DeliveryContext, 'config' | 'store'>,
  commit: (kept: { readonly withheld?: readonly UnsentMail[] }) => Promise<T>,
): Promise<T> {
  const tickets = controlLines(message, ticketNames(config)).flatMap(({ command }) =>
    command.type === 'act' && command.action.type === 'undo' ? command.ticket : [],
  );
  if (tickets.length === 0) return commit({});
  return withholding(tickets, store, (withheld) => commit({ withheld }));
}
