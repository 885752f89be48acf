/**
 * What a colleague has written on a ticket, or that it was closed, since its customer wrote last:
 * whoever answers it in a terminal is shown that, and asked. Without a terminal there is nobody
 * to ask: the answer goes out, and what it may contradict is said. An answer that does not go out
 * is kept in a private file.
 */
import { crossedBefore } from '../desk/crossed.ts';
import { sentence } from '../desk/in-words.ts';
import { inert } from '../pages/inert.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { keptText } from './kept-text.ts';
import type { Desk } from './open-desk.ts';
import { isAnsweredYes } from './question.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

/** Throws a Refused if it is not wanted any more. */
export async function showCrossing(
  id: TicketId,
  text: string,
  { config, store, by }: Desk,
  run: Run,
): Promise<void> {
  const ticket = await store.ticket(id);
  const crossing = ticket === null ? null : crossedBefore(ticket, by, config);
  if (crossing === null) return;
  const { problem, shown } = crossing;
  run.explain(inert([sentence(problem), ...(shown.length === 0 ? [] : ['', ...shown])].join('\n')));
  if (!run.isTerminal(0)) {
    run.explain('mailrobot: your answer is sent all the same');
    return;
  }
  if (await isAnsweredYes('Send your answer all the same?', run)) return;
  throw new Refused(`nothing was sent; your text is in ${keptText(id, text)}`);
}
