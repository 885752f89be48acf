/**
 * `mailrobot address`: addresses that our mail came back from.
 *
 * `clear` forgets what came back: mail goes there again. Both facts are in the
 * journal.
 */
import type { Run } from '../run.ts';
import { failedTable } from '../terminal/failed-table.ts';
import { inertJson } from '../terminal/inert.ts';
import { screen } from '../terminal/style.ts';
import { isFailing } from '../ticket/failing.ts';
import { sameAddress } from '../ticket/ticket.ts';
import { openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

export async function listAddresses({ config, json }: Options, run: Run): Promise<void> {
  const failed = (await openDesk(config, run)).store.failedAddresses();
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  if (json) {
    const rows = failed.map((known) => ({ ...known, isFailing: isFailing(known) }));
    process.stdout.write(`${inertJson(rows)}\n`);
  } else if (failed.length === 0) run.explain('no mail has come back');
  else process.stdout.write(failedTable(failed, at));
}

export async function clearAddress(name: string, { config }: Options, run: Run): Promise<void> {
  const { store, by } = await openDesk(config, run);
  const known = store.failedAddresses().find(({ address }) => sameAddress(address, name));
  if (known === undefined) throw new Refused(`no mail has come back from "${name}"`);
  const { address } = known;
  await store.exclusive((transaction) => {
    const changes = [{ type: 'address.cleared', address, by } as const];
    transaction.commit({ changes, outgoing: [] });
  });
  run.say(`Mail goes to ${address} again.`);
}
