/**
 * Answers, times, undo, whatever else is done to a ticket, and clocks that are set, in a random order:
 * an answer goes out once at most, and one that was taken back never does; and where nobody has acted
 * since, a ticket without an answer stands as if it had never been written. On the store in memory and
 * on that of files. Prints its seed, which is the same each time: SEED=n and ROUNDS=all try others.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ticketNames } from '../../src/config/config.ts';
import type { Action } from '../../src/desk/action.ts';
import { readCommand } from '../../src/desk/grammar.ts';
import { carryOut, type Ordered } from '../../src/feed/order.ts';
import { deliver } from '../../src/intake/deliver.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { sendDueMails } from '../../src/jobs/due-mails.ts';
import type { HandOver, Submit, UnsentMail } from '../../src/journal/outbox.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { hasCome } from '../../src/ticket/age.ts';
import { isAnswer, isUndone } from '../../src/ticket/later.ts';
import { asOf } from '../../src/ticket/snoozed.ts';
import {
  mailsOf,
  type OutgoingMessage,
  type Snooze,
  type Ticket,
} from '../../src/ticket/ticket.ts';
import { isWord } from '../../src/ticket/waiting.ts';
import { BOB, configOf, KIM, NIC } from '../kit/config.ts';
import { KEYS } from '../kit/facts.ts';
import { type Mail, mail } from '../kit/mail.ts';
import { NO_READER } from '../kit/no-reader.ts';
import { type Choose, choiceOf, roundsOf } from '../kit/random.ts';

const SEED = Number(process.env['SEED'] ?? 7102);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = 24;
const FIRST = 'SUPPORT-7102';
const SECOND = 'SUPPORT-7103';
const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], notify: 'none' },
];
const CONFIG = configOf({ staff: STAFF, timeZone: 'Europe/Berlin', undo: 30 });

/** What the mail server has got: by Message-ID, and when. */
class Mailbox {
  readonly got: { readonly id: string; readonly at: Date }[] = [];
  isDown = false;

  readonly submit: (now: () => Date) => Submit = (now) => async (_envelope, begin) => {
    if (this.isDown) return { end: 'failed', reason: '451 not now' };
    const octets = await begin();
    if (octets === null) return { end: 'failed', reason: 'somebody else has it' };
    const pieces: Buffer[] = [];
    for await (const piece of octets) pieces.push(piece);
    const [, id = ''] = /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.concat(pieces).toString()) ?? [];
    this.got.push({ id, at: now() });
    return { end: 'taken' };
  };

  count(id: string): number {
    return this.got.filter((one) => one.id === id).length;
  }
}

type State = Pick<Ticket, 'status' | 'waiting'> & { readonly snoozed: Snooze | undefined };

/** What must be so again without an answer: as it was before, unless somebody has acted since. */
interface Written {
  readonly serial: number;
  readonly before: State;
  /** The one before it that was not taken back by then; and whether somebody has acted between. */
  readonly previous: Written | null;
  readonly isBehindAct: boolean;
  hasActed: boolean;
  isUndone: boolean;
}

class Play {
  now = new Date('2026-11-20T10:00:00Z');
  readonly store: Store;
  readonly #mta = new Mailbox();
  readonly #choose: Choose;
  /** Of the first ticket, oldest first. */
  readonly #written: Written[] = [];
  readonly done: string[] = [];
  undone = 0;
  compared = 0;
  #mails = 0;

  constructor(choose: Choose, makeStore: (play: Play) => Store) {
    this.#choose = choose;
    this.store = makeStore(this);
  }

  get submit(): Submit {
    return this.#mta.submit(() => this.now);
  }

  async run(): Promise<void> {
    await this.#write('new');
    await this.#write('new');
    await this.store.noteRun('server');
    for (let n = 0; n < STEPS; n += 1) {
      await this.#step();
      await this.#check();
    }
    await this.#end();
  }

  async #step(): Promise<void> {
    const choose = this.#choose;
    await this.store.noteRun('server');
    const act = (words: string) => this.#order(words, choose(['bob', 'kim']));
    const steps: Readonly<Record<string, () => Promise<unknown>>> = {
      answer: () => this.#answer(),
      'answer at': () => this.#answer(choose(['in 5 minutes', 'in 3 hours', 'in 2 days'])),
      undo: () => this.#undo(),
      'undo n': () => this.#undo(choose.number(14) + 1),
      status: () => act(`status ${choose(['open', 'pending', 'resolved'])}`),
      snooze: () => act(choose(['snooze in 3 days', 'snooze in 2 hours', 'unsnooze'])),
      merge: () => this.#merge(),
      customer: () => this.#write('support-7102'),
      due: () => this.#runDue(),
      ahead: async () => this.#wait(choose([10_000, 31_000, 2 * HOUR, 30 * HOUR])),
      back: async () => this.#wait(-choose([5000, 90_000, 2 * HOUR])),
      'mta stops': async () => {
        this.#mta.isDown = !this.#mta.isDown;
      },
    };
    const often = ['answer', 'answer at', 'answer at', 'undo', 'undo', 'undo n', 'due', 'ahead'];
    const name = choose([...Object.keys(steps), ...often]);
    this.done.push(name);
    await steps[name]?.();
  }

  async #answer(at?: string): Promise<void> {
    const before = await this.#ticket();
    const text = `Answer ${this.done.length}.`;
    const gives = this.#choose([null, null, 'resolved', 'open']);
    if (gives === null) {
      const said: Action = { type: 'reply', text, ...(at !== undefined && { at }) };
      await this.#carryOut(said, this.#choose(['bob', 'kim']));
    } else {
      const send = at === undefined ? '' : `Send: ${at}\n`;
      await this.#deliver({
        ...{ from: BOB, login: 'bob', to: 'support-7102' },
        text: `${send}Status: ${gives}\n\n${text}`,
      });
    }
    const serial = (await this.#ticket()).messages.findLast(isAnswer)?.serial ?? 0;
    // Of one that is merged, or by mail to where that went.
    const isKnown = this.#written.some((one) => one.serial === serial);
    if (isKnown || serial === 0) return;
    const previous = this.#written.findLast((one) => !one.isUndone) ?? null;
    this.#written.push({
      ...{ serial, before: this.#state(before), previous },
      isBehindAct: previous?.hasActed ?? false,
      ...{ hasActed: false, isUndone: false },
    });
  }

  async #undo(serial?: number): Promise<void> {
    const before = await this.#ticket();
    const waits = await this.#waiting();
    const ordered = await this.#carryOut(
      { type: 'undo', ...(serial !== undefined && { serial }) },
      'bob',
    );
    if (ordered.end === 'refused') {
      if (serial === undefined) expect(waits).toEqual([]);
      else expect(waits).not.toContain(serial);
      return;
    }
    if (ordered.end !== 'done' || ordered.takenBack === undefined) throw new Error(ordered.end);
    const { message, ticket } = ordered.takenBack;
    this.undone += 1;
    expect(this.#mta.count(message.messageId)).toBe(0);
    if (ticket !== FIRST || before.mergedInto !== null) return;
    if (serial === undefined && before.merged.length === 0) {
      expect(message.serial).toBe(Math.max(...waits));
    }
    if (serial !== undefined && waits.includes(serial)) expect(message.serial).toBe(serial);
    const one = this.#written.find((written) => written.serial === message.serial);
    if (one === undefined) throw new Error(`answer ${message.serial} is unknown`);
    one.isUndone = true;
    await this.#checkWaiting();
    const later = this.#written.filter((other) => other.serial > one.serial && !other.isUndone);
    const wanted = later.length > 0 || one.hasActed ? null : asBefore(one);
    if (wanted === null) return;
    this.compared += 1;
    const stands = this.#state(await this.#ticket());
    expect(stands).toEqual({ ...wanted, snoozed: this.#stillTo(wanted.snoozed) });
  }

  /** A ticket whose last mail is a customer's waits for the desk, or has a status that says else. */
  async #checkWaiting(): Promise<void> {
    const ticket = await this.#ticket();
    if (ticket.merged.length > 0 || ticket.status === 'pending') return;
    const last = mailsOf(ticket).findLast((one) => isWord(one, ticket));
    const isOurs = ticket.status !== 'resolved' && last?.direction === 'in';
    expect(ticket.waiting?.for ?? null).toBe(isOurs ? 'desk' : null);
  }

  async #merge(): Promise<void> {
    // Now and then: behind it there is less to compare.
    if (this.#choose.number(3) > 0) return;
    const words = this.#choose([`merge ${SECOND}`, `merge ${FIRST}`]);
    const of = words.endsWith(FIRST) ? SECOND : FIRST;
    const ticket = await this.store.ticket(of);
    if (ticket?.mergedInto === null) await this.#order(words, 'bob', of);
  }

  async #runDue(): Promise<void> {
    const sending = { config: CONFIG, store: this.store, mta: this.submit, now: () => this.now };
    const before = await this.#ticket();
    await this.store.catchUp();
    await sendDueMails(sending);
    await doChores(sending);
    await this.store.catchUp();
    // That it is back is written down.
    if (before.snoozed !== undefined && (await this.#ticket()).snoozed === undefined) this.#acted();
  }

  async #write(to: string): Promise<void> {
    await this.#deliver({ from: NIC, to, text: 'Help.' });
    this.#acted();
  }

  async #deliver(given: Mail): Promise<void> {
    this.#mails += 1;
    const { octets, environment, verb } = mail(given, this.#mails, this.now);
    await deliver(once(octets), {
      ...{ config: CONFIG, store: this.store, mta: this.submit, reader: NO_READER },
      ...{ environment, verb, defaultQueue: null, chores: 'later', now: () => this.now },
      trials: async () => ({ isAwaited: () => false, note: () => false, send: async () => null }),
      writeLog: async () => {},
    });
  }

  async #order(words: string, by: string, of = FIRST): Promise<void> {
    const action = readCommand(words, ticketNames(CONFIG));
    if ('refused' in action) throw new Error(action.refused);
    const { end } = await this.#carryOut(action, by, of);
    if (end === 'done') this.#acted();
  }

  #acted(): void {
    for (const one of this.#written) one.hasActed = true;
  }

  #carryOut(action: Action, by: string, of = FIRST): Promise<Ordered> {
    const order = { type: 'act', ticket: FIRST, action, by, origin: null } as const;
    const ticket = of === FIRST ? FIRST : SECOND;
    return carryOut(
      { ...order, ticket },
      { config: CONFIG, store: this.store, now: () => this.now },
    );
  }

  #wait(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  async #ticket(): Promise<Ticket> {
    const ticket = await this.store.ticket(FIRST);
    if (ticket === null) throw new Error('there is no ticket');
    return ticket;
  }

  /** A snooze that is over is none. */
  #state(ticket: Ticket): State {
    const { status, waiting, snoozed } = asOf(this.now, ticket);
    return { status, waiting: withoutResumed(waiting), snoozed };
  }

  #stillTo(snoozed: State['snoozed']): State['snoozed'] {
    return snoozed === undefined || hasCome(snoozed.until, this.now) ? undefined : snoozed;
  }

  /** Answers of the first ticket, and copies, that nobody has handed over. */
  async #waiting(): Promise<readonly number[]> {
    const unsent = (await this.store.unsent()).filter(({ ticket }) => ticket === FIRST);
    const { messages } = await this.#ticket();
    return messages.flatMap((one) =>
      isAnswer(one) && unsent.some(({ serial }) => serial === one.serial) ? one.serial : [],
    );
  }

  async #check(): Promise<void> {
    for (const id of [FIRST, SECOND] as const) {
      const ticket = await this.store.ticket(id);
      for (const one of ticket?.messages.filter(isAnswer) ?? []) this.#checkAnswer(one);
    }
  }

  #checkAnswer(one: OutgoingMessage): void {
    const times = this.#mta.got.filter(({ id }) => id === one.messageId);
    expect(times.length, `${one.serial} has gone`).toBeLessThan(isUndone(one) ? 1 : 2);
  }

  /** In the end all have gone, but for those that were taken back. */
  async #end(): Promise<void> {
    this.#mta.isDown = false;
    for (let n = 0; n < 3; n += 1) {
      this.#wait(40 * 24 * HOUR);
      await this.#runDue();
    }
    expect(await this.store.unsent()).toEqual([]);
    await this.#check();
    for (const id of [FIRST, SECOND] as const) {
      for (const one of (await this.store.ticket(id))?.messages.filter(isAnswer) ?? []) {
        expect(this.#mta.count(one.messageId), `${one.serial}`).toBe(isUndone(one) ? 0 : 1);
      }
    }
  }
}

/** null: somebody has acted between it and one before that was taken back since. */
function asBefore({ before, previous, isBehindAct }: Written): State | null {
  if (previous === null || !previous.isUndone) return before;
  return isBehindAct ? null : asBefore(previous);
}

function withoutResumed(waiting: Ticket['waiting']): Ticket['waiting'] {
  if (waiting === null) return null;
  const { resumed: _, ...others } = waiting;
  return others;
}

async function* once(octets: Buffer): AsyncGenerator<Uint8Array> {
  yield octets;
}

class MemoryOf extends MemoryStore {
  readonly #play: Play;

  constructor(play: Play) {
    super({ now: () => play.now, compose, keys: KEYS });
    this.#play = play;
  }

  override handOver(mail: UnsentMail, _mta: unknown, patienceMs: number): Promise<HandOver> {
    return super.handOver(mail, this.#play.submit, patienceMs);
  }
}

class FilesOf extends FileStore {
  readonly #play: Play;

  constructor(play: Play, root: string) {
    super({ root, now: () => play.now, extract: async () => {}, compose });
    this.#play = play;
  }

  override handOver(mail: UnsentMail, _mta: unknown, patienceMs: number): Promise<HandOver> {
    return super.handOver(mail, this.#play.submit, patienceMs);
  }
}

async function played(seed: number, makeStore: (play: Play) => Store): Promise<Play> {
  const play = new Play(choiceOf(seed), makeStore);
  await play.run().catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${play.done.join(', ')}`, { cause: error });
  });
  return play;
}

test(`on the store in memory (SEED=${SEED})`, async () => {
  console.log(`undo: SEED=${SEED}`);
  for (let n = 0; n < roundsOf(16); n += 1) await played(SEED + n, (play) => new MemoryOf(play));
});

test(`on the store of files (SEED=${SEED})`, async () => {
  const rounds = roundsOf(4);
  for (let n = 0; n < rounds; n += 1) {
    const root = mkdtempSync(join(tmpdir(), 'mailrobot-undo-'));
    try {
      createStore(root);
      await played(SEED + n, (play) => new FilesOf(play, root));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
});
