/**
 * A desk in a line: mails in, and what came of each.
 *
 *     const desk = new Desk();
 *     await desk.deliver({ text: 'Hello' });
 *     expect(desk.ticket(7102).status).toBe('new');
 *     expect(desk.to(NIC)).toHaveLength(1);
 *
 * The program's own steps (intake/deliver.ts) on values in memory: no process, disk or sendmail.
 * What is proven here is what is decided, and what would be written and sent; that it is durable,
 * locked and handed over, test/process proves.
 */

import { type Config, ticketNames } from '../../src/config/config.ts';
import { type DecidedMail, decide } from '../../src/decision/decide.ts';
import { readEnvelope } from '../../src/decision/envelope.ts';
import type { ForRobot } from '../../src/decision/for-robot.ts';
import { questionsOf } from '../../src/decision/questions.ts';
import type { Action } from '../../src/desk/action.ts';
import { readCommand } from '../../src/desk/grammar.ts';
import type { LmtpContext } from '../../src/doors/lmtp.ts';
import { carryOut, lookUp, type Order, type Ordered } from '../../src/feed/order.ts';
import { readOrder } from '../../src/feed/read-order.ts';
import { deliver } from '../../src/intake/deliver.ts';
import type { Trials } from '../../src/intake/delivery-context.ts';
import { htmlReader } from '../../src/intake/html-reader.ts';
import { HeldNoMore, type ReleasedAs, release } from '../../src/intake/release.ts';
import { allOf } from '../../src/journal/blobs.ts';
import type { Erasure, Whom } from '../../src/journal/erasing/erasure.ts';
import type { Transaction } from '../../src/journal/ledger.ts';
import { Fold } from '../../src/journal/lists/fold.ts';
import type { CommitLog } from '../../src/journal/log.ts';
import type { HandOver } from '../../src/journal/outbox.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import type { End } from '../../src/outcome.ts';
import { BoundedMail } from '../../src/reading/bounded-mail.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { type Change, isFate } from '../../src/ticket/change.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import type { FailedAddress } from '../../src/ticket/failing.ts';
import type { HeldMail } from '../../src/ticket/held.ts';
import { parseTicketId } from '../../src/ticket/id.ts';
import { type Ticket, type TicketId, ticketCalled } from '../../src/ticket/ticket.ts';
import { readOctets } from '../reading/read-file.ts';
import { configOf, type Different } from './config.ts';
import { KEYS } from './facts.ts';
import { type Letter, letterOf } from './letter.ts';
import { type Arriving, type Mail, mail } from './mail.ts';
import { NO_READER } from './no-reader.ts';

/** What a mail has become. */
export interface Came {
  readonly end: End;
  /** Of its commit; null if it made none. Without what has become of other mails. */
  readonly decision: Decision | null;
  readonly changes: readonly Change[];
  readonly letters: readonly Letter[];
}

/** What goes out has gone at once, but if the MTA is down. */
class SendingStore extends MemoryStore {
  /** What others do before each section of a delivery. */
  meanwhile: (() => Promise<unknown>) | null = null;

  isMtaDown = false;

  override async handOver(): Promise<HandOver> {
    return this.isMtaDown ? { end: 'failed', error: 'sendmail: exit 75' } : { end: 'taken' };
  }

  override exclusive<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    return this.#behindOthers(() => super.exclusive(work));
  }

  override transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#behindOthers(() => super.transact(work));
  }

  async #behindOthers<T>(section: () => Promise<T>): Promise<T> {
    const { meanwhile } = this;
    this.meanwhile = null;
    await meanwhile?.();
    try {
      return await section();
    } finally {
      this.meanwhile = meanwhile;
    }
  }
}

export function nonceBehind(records: Pick<readonly JournalRecord[], 'length'>): number {
  return 10 ** 14 + records.length;
}

export class Desk {
  now = new Date('2026-11-20T10:00:00Z');
  readonly letters: Letter[] = [];
  /** Nobody waits for one. */
  trials: Trials = { isAwaited: () => false, note: () => false, send: async () => null };
  /** Lines of the log, if the config has one. */
  readonly logged: string[] = [];
  readonly #store = new SendingStore({
    ...{ now: () => this.now, compose, keys: KEYS },
    // The same whenever the same has happened.
    nonce: () => nonceBehind(this.records),
  });
  #fold = new Fold();
  #config: Config;
  #mails = 0;
  /** Records whose mails are among the letters. */
  #read = 0;

  /** `file`: of its config, for what lies beside it. */
  constructor(different: Different = {}, file?: string) {
    this.#config = configOf(different, file);
  }

  configure(different: Different): void {
    this.#config = configOf(different);
  }

  get config(): Config {
    return this.#config;
  }

  get records(): readonly JournalRecord[] {
    return this.#store.records;
  }

  /** The store, and its commits, for what reads all of it. */
  get opened(): { readonly store: Store; readonly log: CommitLog } {
    return { store: this.#store, log: this.#store.log };
  }

  wait(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  /** Octets are a mail that lies somewhere whole: `environment` and `verb` go along. */
  async deliver(given: Mail | Arriving, robot?: ForRobot): Promise<Came> {
    const { octets, environment, verb, defaultQueue = null } = this.#arriving(given);
    const context = {
      ...{ ...this.#context(), environment, verb, defaultQueue, chores: 'later' as const },
      ...(robot !== undefined && { robot }),
    };
    const end = await deliver(once(octets), context);
    return { end, ...(await this.#news()) };
  }

  /** A delivery that others are faster than: each time that it is about to commit, they do this. */
  async deliverWhile(given: Mail, others: () => Promise<unknown>, robot?: ForRobot): Promise<Came> {
    this.#store.meanwhile = others;
    try {
      return await this.deliver(given, robot);
    } finally {
      this.#store.meanwhile = null;
    }
  }

  /** Whatever else of the program is run on this desk: a door. */
  async during<T>(work: (context: LmtpContext) => Promise<T>): Promise<T> {
    const done = await work(this.#context());
    await this.#news();
    return done;
  }

  /** What would be decided of it, on what the desk knows. */
  async decide(given: Mail | Arriving): Promise<DecidedMail> {
    const { octets, environment, verb } = this.#arriving(given);
    const bounded = new BoundedMail(this.#config.limits.reading);
    for (const _ of bounded.push(octets));
    for (const _ of bounded.end());
    const envelope = readEnvelope(null, bounded.header, environment);
    const { message } = await readOctets(octets, this.#config.limits.reading);
    const arrived = { envelope, message, verb, defaultQueue: null };
    const facts = await this.#store.facts(questionsOf(arrived, this.#config));
    return decide({ ...arrived, now: this.now }, this.#config, facts);
  }

  /** As somebody in a terminal or another system orders it. */
  mtaStops(): void {
    this.#store.isMtaDown = true;
  }

  async act(number: number, action: Action, by = 'admin'): Promise<Ordered> {
    const order = { type: 'act', ticket: this.#idOf(number), action, by, origin: null } as const;
    return this.during((context) => this.#carryOut(order, context));
  }

  #carryOut(order: Order, context: LmtpContext): Promise<Ordered> {
    return carryOut(order, { ...context, htmlOf: htmlReader(context) });
  }

  /** A line of the feed of another system. */
  async apply(line: object): Promise<Ordered> {
    const names = ticketNames(this.#config);
    const desk = { source: 'mailrobot://here', names, by: 'admin' } as const;
    const read = readOrder(JSON.stringify(line), desk);
    if (read.type !== 'order') throw new Error(`${JSON.stringify(line)} is ${read.type}`);
    const order = await lookUp(read.order, this.#store);
    return this.during((context) => this.#carryOut(order, context));
  }

  /** `assign bob`: a command and its words. A refusal fails the test. */
  async order(number: number, words: string, by = 'admin'): Promise<void> {
    const action = readCommand(words, ticketNames(this.#config));
    if ('refused' in action) throw new Error(action.refused);
    const ordered = await this.act(number, action, by);
    if (ordered.end === 'refused') throw new Error(ordered.reason);
  }

  async answer(number: number, text: string, by = 'admin'): Promise<void> {
    const ordered = await this.act(number, { type: 'reply', text }, by);
    if (ordered.end === 'refused') throw new Error(ordered.reason);
  }

  ticket(named: number | TicketId): Ticket {
    const id = typeof named === 'number' ? this.#idOf(named) : named;
    const found = ticketCalled(id, (one) => this.#fold.rows('tickets').get(one)?.ticket ?? null);
    if (found === null) throw new Error(`there is no ticket ${id}`);
    return asShown(found);
  }

  /** Oldest first. */
  tickets(): readonly Ticket[] {
    const prefixes = this.#config.queues.map(({ prefix }) => prefix);
    return [...this.#fold.rows('tickets').values()]
      .map(({ ticket }) => asShown(ticket))
      .filter(({ queue, isName }) => prefixes.includes(queue) && isName !== true);
  }

  held(): readonly HeldMail[] {
    return [...this.#fold.rows('held').values()];
  }

  /** Addresses that mail came back from, or that are blocked. */
  /** In order of their names, as a store gives them. */
  failed(): readonly FailedAddress[] {
    const failed = [...this.#fold.rows('failed').values()];
    return failed.sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  blocked(): readonly string[] {
    return this.failed().flatMap((one) => (one.blockedBy === undefined ? [] : [one.address]));
  }

  /** Whether it was still there to be let in. */
  async release(id: number, by = 'admin', as: ReleasedAs | null = null): Promise<boolean> {
    const held = this.held().find((one) => one.id === id);
    if (held === undefined) return false;
    try {
      await this.during((context) => release(held, by, context, as));
    } catch (error) {
      if (error instanceof HeldNoMore) return false;
      throw error;
    }
    return true;
  }

  discard(held: number): Promise<void> {
    return this.commit([{ type: 'mail.discarded', held, by: 'admin' }]);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    await this.during(({ store }) =>
      store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] })),
    );
  }

  async erase(whom: Whom): Promise<Erasure> {
    const erasure = await this.#store.erase({ whom, by: 'admin' });
    this.#fold = new Fold();
    for (const record of this.records) this.#fold.add(record);
    this.#read = this.records.length;
    return erasure;
  }

  /** What was sent to that address, oldest first. */
  to(address: string): readonly Letter[] {
    return this.letters.filter(({ to }) => to === address);
  }

  lastTo(address: string): Letter {
    const last = this.to(address).at(-1);
    if (last === undefined) throw new Error(`nothing was sent to ${address}`);
    return last;
  }

  /** Whatever that address was ever sent, with its files. */
  everythingTo(address: string): string {
    return this.to(address)
      .map(({ subject, text, content }) => [subject, text, content].join('\n'))
      .join('\n');
  }

  #arriving(given: Mail | Arriving): Arriving {
    if ('octets' in given) return given;
    this.#mails += 1;
    return mail(given, this.#mails, this.now);
  }

  #context() {
    return {
      config: this.#config,
      store: this.#store,
      mta: this.#config.sendmail,
      // A mail that has to be read apart is none for this kit.
      reader: NO_READER,
      defaultQueue: null,
      now: () => this.now,
      trials: async () => this.trials,
      writeLog: async (line: string) => {
        this.logged.push(line);
      },
    };
  }

  async #news(): Promise<Omit<Came, 'end'>> {
    const records = this.records.slice(this.#read);
    this.#read = this.records.length;
    for (const record of records) this.#fold.add(record);
    const letters: Letter[] = [];
    for (const outgoing of records.flatMap((record) => record.outgoing)) {
      letters.push(
        await letterOf(outgoing, async (file) => allOf(await this.#store.attachment(file))),
      );
    }
    this.letters.push(...letters);
    const decision = records.findLast(({ delivery }) => delivery !== undefined)?.delivery?.decision;
    return {
      decision: decision ?? null,
      changes: records.flatMap(({ changes }) => changes).filter((change) => !isFate(change)),
      letters,
    };
  }

  #idOf(number: number): TicketId {
    const prefixes = this.#config.queues.map(({ prefix }) => prefix);
    const id = parseTicketId(String(number), prefixes);
    if (id === null) throw new Error(`no ticket has the number ${number}`);
    return id;
  }
}

/** What the next commit will say has gone, has gone. */
function asShown(ticket: Ticket): Ticket {
  const messages = ticket.messages.map((message) =>
    message.direction === 'out' && message.delivery === 'waiting' && message.notBefore === undefined
      ? ({ ...message, delivery: 'sent' } as const)
      : message,
  );
  return { ...ticket, messages };
}

async function* once(octets: Buffer): AsyncGenerator<Uint8Array> {
  yield octets;
}
