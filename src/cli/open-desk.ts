/**
 * What every command on tickets begins with: config, store, the ticket named. Those that change
 * one go on in change-ticket.ts.
 */
import { type Config, ticketNames } from '../config/config.ts';
import { mayHaveRobots } from '../config/has-robots.ts';
import { readConfig } from '../config/read.ts';
import { type Chores, doChores } from '../jobs/chores.ts';
import { NO_QUESTIONS, ticketIn } from '../journal/facts.ts';
import type { CommitLog } from '../journal/log.ts';
import type { Mta } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { type Deferral, Failure } from '../outcome.ts';
import { userName } from '../runtime/user-name.ts';
import { type NamedTicket, parseTicketName, ticketMeant } from '../ticket/id.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { makeFilesAgain } from './files-again.ts';
import { openStore } from './open-store.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export interface Desk {
  readonly config: Config;
  readonly store: Store;
  readonly log: CommitLog;
  readonly mta: Mta;
  /** Who gives the command. */
  readonly by: string;
  /** Has the subscribers told what is new; also done when the command ends. */
  readonly wake: () => Promise<void>;
}

/** Of a store that was restored. */
export const RESTS = 'the store was restored, and mail and events rest until mailrobot resume';

/** Opens the store as its owner, and finishes what dead runs have left in it. */
export async function openDesk(configFile: string, run: Run): Promise<Desk> {
  const desk = await openDeskAsItIs(configFile, run);
  if ((await desk.store.restingSince()) !== null) run.explain(`mailrobot: ${RESTS}`);
  await finishOthersWork({ ...desk, now: run.now }, run);
  return desk;
}

export async function openDeskAsItIs(configFile: string, run: Run): Promise<Desk> {
  const by = run.environment['SUDO_USER'] ?? userName();
  const config = readConfig(configFile);
  becomeOwner(config);
  const { store, log: open } = await openStore(config, run);
  const log = await open();
  const wake = async () => {
    if (config.subscribers.length === 0) return;
    const { wakeAfter } = await import('./wake.ts');
    await wakeAfter(config, log, run);
  };
  run.afterwards(async () => {
    await wake();
    await makeFilesAgain(config, store, run);
    if (!mayHaveRobots(config)) return;
    const { wakeRobots } = await import('./wake-robots.ts');
    await wakeRobots(config, store, run);
  });
  return { config, store, log, mta: config.sendmail, by, wake };
}

/** A full or read-only disk is no reason not to show what is there. */
export async function finishOthersWork(chores: Chores, run: Run): Promise<void> {
  try {
    await chores.store.catchUp();
    await doChores(chores);
  } catch (error) {
    if (!(error instanceof Failure) || !CANNOT_WRITE.includes(error.end)) throw error;
    run.explain(`mailrobot: what an earlier run left unfinished stays so: ${error.message}`);
  }
}

const CANNOT_WRITE: readonly Deferral[] = [
  'store-full',
  'store-read-only',
  'store-locked',
  'store-unfinished',
];

export async function namedTicket(name: string, { config, store }: Desk): Promise<Ticket> {
  const named = parseTicketName(name, ticketNames(config));
  if (named === null) {
    const [queue] = config.queues;
    throw new Refused(
      `"${name}" is not a ticket id; use ${queue.prefix}-${queue.first} or ${queue.first}`,
      true,
    );
  }
  const ticket = await ticketNamed(named, store);
  if (ticket === null) throw new Refused(`there is no ticket ${named[0]}`);
  return ticket;
}

/** null if none of those that it may be is there. */
export async function ticketNamed(named: NamedTicket, store: Store): Promise<Ticket | null> {
  const facts = await store.facts({ ...NO_QUESTIONS, tickets: named });
  return ticketIn(
    facts,
    ticketMeant(named, (id) => ticketIn(facts, id) !== null),
  );
}
