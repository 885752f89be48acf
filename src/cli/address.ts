/**
 * `mailrobot address`: addresses that our mail came back from.
 *
 * `clear` forgets what came back: mail goes there again. Both facts are in the
 * journal.
 */

import { NO_QUESTIONS } from '../journal/facts.ts';
import { failedTable } from '../pages/failed-table.ts';
import { isFailing } from '../ticket/failing.ts';
import type { WithConfig } from './commands/given.ts';
import { deskScreen } from './desk-screen.ts';
import { openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

export async function listAddresses(
  { config, ...as }: WithConfig & AsJson,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const failed = await desk.store.failedAddresses();
  const at = deskScreen(desk, run);
  const rows = failed.map((known) => ({ ...known, isFailing: isFailing(known) }));
  if (writeAsJson(rows, as)) return;
  if (failed.length === 0) run.explain('no mail has come back, and nobody is blocked');
  else process.stdout.write(failedTable(failed, at));
}

export async function clearAddress(name: string, { config }: WithConfig, run: Run): Promise<void> {
  const { store, by } = await openDesk(config, run);
  const known = (await store.facts({ ...NO_QUESTIONS, addresses: [name] })).addresses.get(name);
  if (known == null)
    throw new Refused(`no mail has come back from "${name}", and it is not blocked`);
  const address = name.toLowerCase();
  await store.transact(async (transaction) => {
    const changes = [{ type: 'address.cleared', address, by } as const];
    await transaction.commit({ changes, outgoing: [] });
  });
  run.say(`Mail goes to ${address} again.`);
}
