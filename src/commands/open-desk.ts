/**
 * What every command on tickets begins with: config, store, the ticket named,
 * and how a decided change is committed and its mail sent.
 */
import { userInfo } from 'node:os';
import type { DeskResult, Refusal } from '../actions/desk.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { type Chores, doChores } from '../delivery/chores.ts';
import { type Deferral, Failure } from '../outcome.ts';
import { sendAll } from '../outgoing/outbox.ts';
import { write } from '../outgoing/write.ts';
import type { Run } from '../run.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import { parseTicketId } from '../ticket/id.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { Refused } from './refused.ts';

export interface Desk {
  readonly config: Config;
  readonly store: Store;
  /** Who gives the command. */
  readonly by: string;
}

/** Opens the store and finishes what dead runs have left in it. */
export async function openDesk(configFile: string, run: Run): Promise<Desk> {
  const by = run.environment['SUDO_USER'] ?? userInfo().username;
  const config = readConfig(configFile);
  const store = openStore(config.file, {
    root: config.store,
    now: run.now,
    extract: async (...mail) => (await import('../message/message.ts')).extractAttachments(...mail),
  });
  await finishOthersWork({ config, store, now: run.now }, run);
  return { config, store, by };
}

/** A full or read-only disk is no reason not to show what is there. */
async function finishOthersWork(chores: Chores, run: Run): Promise<void> {
  try {
    await chores.store.catchUp();
    await doChores(chores);
  } catch (error) {
    if (!(error instanceof Failure) || !CANNOT_WRITE.includes(error.end)) throw error;
    run.explain(`mailrobot: what an earlier run left unfinished stays so: ${error.message}`);
  }
}

const CANNOT_WRITE: readonly Deferral[] = ['store-full', 'store-read-only', 'store-locked'];

export function namedTicket(name: string, { config, store }: Desk): Ticket {
  const id = parseTicketId(name, prefixesOf(config));
  if (id === null) {
    const [queue] = config.queues;
    throw new Refused(
      `"${name}" is no ticket id: use ${queue.prefix}-${queue.first} or ${queue.first}`,
      true,
    );
  }
  const ticket = store.ticket(id);
  if (ticket === null) throw new Refused(`there is no ticket ${id}`);
  return ticket;
}

const EARLIER = 20;

type FailedLookup = (address: string) => FailedAddress | null;

/** Decides under the lock, commits, sends. True where all mail has been handed over. */
export async function change(
  id: TicketId,
  decide: (ticket: Ticket, failed: FailedLookup) => DeskResult | Refusal,
  { config, store }: Desk,
  run: Run,
): Promise<boolean> {
  const mails = await keptAnyway(() =>
    store.exclusive(async (transaction) => {
      const ticket = transaction.ticket(id);
      if (ticket === null) throw new Refused(`there is no ticket ${id}`);
      const decided = decide(ticket, (address) => transaction.failed(address));
      if ('refused' in decided) throw new Refused(decided.refused);
      if (decided.changes.length === 0 && decided.drafts.length === 0) return [];
      const { places } = transaction;
      const written = await write(decided.drafts, {
        config,
        keys: store.signingKeys(),
        now: run.now(),
        places,
      });
      if (written.mails.length < decided.drafts.length) {
        throw new Refused(`the requester's address cannot be written to: nothing was sent`);
      }
      const mails = transaction.commit({
        changes: [...written.changes, ...decided.changes],
        outgoing: written.mails,
      });
      const earlier = transaction.claim((mail) => mail.ticket === id, EARLIER);
      return [...earlier, ...mails];
    }),
  );
  if (mails === null) return false;
  const sending = { store, sendmail: config.sendmail, now: run.now };
  return sendAll(mails, sending);
}

/** null where the commit stands, and what follows from it is left to the next run. */
async function keptAnyway<T>(commit: () => Promise<T>): Promise<T | null> {
  try {
    return await commit();
  } catch (error) {
    if (error instanceof Failure && error.end === 'store-unfinished') return null;
    throw error;
  }
}
