/**
 * `mailrobot legal-hold`: nothing of a ticket may be erased, and none of its raw mail removed,
 * until that is lifted. Both are in the journal, with who has said so.
 */
import type { WithConfig } from './commands/given.ts';
import { namedTicket, openDesk } from './open-desk.ts';
import type { Run } from './run.ts';

interface LegalHoldOptions extends WithConfig {
  readonly lift?: boolean;
}

export async function legalHold(
  name: string,
  { config, lift = false }: LegalHoldOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const { id, legalHold: isOn = false } = await namedTicket(name, desk);
  const isOnHold = !lift;
  const { store, by } = desk;
  if (isOn !== isOnHold) {
    const changes = [{ type: 'ticket.legalhold', ticket: id, isOnHold, by } as const];
    await store.transact((transaction) => transaction.commit({ changes, outgoing: [] }));
  }
  run.say(isOnHold ? `${id} is on legal hold.` : `${id} is on legal hold no more.`);
}
