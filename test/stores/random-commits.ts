/**
 * Commits of a desk at random, of which every list gets rows: mail in and out, held, let in,
 * thrown away, recorded, expired, bounced, blocked, ordered. Each fits what came before it.
 */

import { NO_QUESTIONS } from '../../src/journal/facts.ts';
import type { Commit, Transaction } from '../../src/journal/ledger.ts';
import { Fold } from '../../src/journal/lists/fold.ts';
import { pathsFor } from '../../src/journal/paths.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import type { OutgoingLetter } from '../../src/ticket/mail.ts';
import type { Message, Ticket, TicketId } from '../../src/ticket/ticket.ts';
import { outgoingTo } from '../kit/outgoing.ts';

export const QUEUES = ['SUPPORT', 'BILLING'] as const;
export const ADDRESSES = [
  'nic@ferrier.example',
  'Nic@Ferrier.example',
  'nic+x@ferrier.example',
  'kim+Y@desk.example',
  'kim@desk.example',
] as const;
export const SOURCES = ['shop', 'crm'] as const;

const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};

/** A name of each kind that a store is asked by. */
export const nameOf = (n: number) => ({
  messageId: `<${n}@ferrier.example>`,
  key: {
    hash: `hash${n}`,
    targets: [`SUPPORT-${n}`, 'SUPPORT'],
    attempt: { queueId: `Q${n}`, to: 'new' },
  },
  origin: { source: SOURCES[n % 2] ?? 'shop', id: `event ${n}`, ticket: `its ${n}` },
});

/** How many names there are: they come again. */
export const NAMES = 12;

export interface RandomCommit extends Pick<Commit, 'changes' | 'outgoing' | 'origin'> {
  /** What it was delivered as, with a raw copy that says so. */
  readonly delivery?: Omit<NonNullable<Commit['delivery']>, 'incoming'>;
}

/** `seq` and `rawIn`: of the commit. */
export type Choose = (seq: number, rawIn: string, at: Date) => RandomCommit;

/** What follows from the records that it is told of. */
export class RandomDesk {
  readonly #random: (below: number) => number;
  readonly #rows = new Fold();
  readonly #held = new Set<number>();

  constructor(random: (below: number) => number) {
    this.#random = random;
  }

  happened(record: JournalRecord): void {
    this.#rows.add(record);
    for (const { id } of this.#rows.rows('held').values()) this.#held.add(id);
  }

  /** Ids of held mail, whatever has become of it. */
  heldEver(): readonly number[] {
    return [...this.#held];
  }

  ids(): readonly TicketId[] {
    return [...this.#rows.rows('tickets').values()].map(({ ticket }) => ticket.id);
  }

  choose: Choose = (seq, rawIn, at) => {
    const acts = [
      () => this.#opened(seq, rawIn),
      () => this.#opened(seq, rawIn),
      () => this.#ordered(seq),
      () => this.#answeredByPerson(seq),
      () => this.#onTicket(at),
      () => this.#onTicket(at),
      () => this.#onAddress(),
      () => this.#holds(seq, rawIn, at),
      () => this.#recorded(rawIn),
      () => this.#queued(rawIn),
      () => this.#endOfRun(at),
      () => this.#plan(rawIn),
      () => this.#endOfHeld(),
      () => this.#expired(),
      () => this.#fate(),
      () =>
        ({
          changes: [{ type: 'mail.answered', address: this.#address(), about: 'help' }],
          outgoing: [],
        }) as const,
      () => this.#away(),
      () => this.#notified(),
      () => this.#failedTemplate(),
      () => this.#failedTemplate(),
    ];
    return this.#of(acts)?.() ?? { changes: [], outgoing: [] };
  };

  #of<T>(all: readonly T[]): T | undefined {
    return all[this.#random(all.length)];
  }

  #address(): string {
    return this.#of(ADDRESSES) ?? ADDRESSES[0];
  }

  #ticket(): Ticket | null {
    return this.#of([...this.#rows.rows('tickets').values()])?.ticket ?? null;
  }

  #created(): Extract<Change, { readonly type: 'ticket.created' }> {
    const queue = this.#of(QUEUES) ?? 'SUPPORT';
    const number = this.#rows.rows('numbers').get(queue) ?? 7102;
    const ticket: TicketId = `${queue}-${number}`;
    const requester = { name: '', address: this.#address() };
    return { type: 'ticket.created', ticket, number, queue, subject: 'Hello', requester };
  }

  #opened(seq: number, rawIn: string): RandomCommit {
    const name = nameOf(this.#random(NAMES));
    const created = this.#created();
    const known = this.#ticket();
    const isNew = known === null || this.#random(2) === 0;
    const ticket = isNew ? created.ticket : known.id;
    const serial = isNew ? 1 : known.messages.length + 1;
    const isAnswered = this.#random(2) === 0;
    const hasActed = this.#random(2) === 0;
    const wrote = this.#random(3) === 0 ? 'machine' : 'person';
    const { messageId, key } = name;
    return {
      changes: [
        ...(isNew ? [created] : []),
        {
          type: 'message.added',
          ticket,
          message: incoming(serial, rawIn, messageId, this.#address()),
        },
        ...(isAnswered ? [this.#sent(seq, ticket, serial + 1, true)] : []),
      ],
      outgoing: isAnswered ? [this.#mail(ticket, serial + 1, '')] : [],
      delivery: {
        key,
        decision: { ...DECISION, wrote, messageId, ...(hasActed && { actor: 'kim' }) },
      },
    };
  }

  #ordered(seq: number): RandomCommit {
    const { origin } = nameOf(this.#random(NAMES));
    const created = this.#created();
    const known = this.#ticket();
    const isNew = known === null || this.#random(2) === 0;
    const ticket = isNew ? created.ticket : known.id;
    const serial = isNew ? 1 : known.messages.length + 1;
    return {
      changes: [...(isNew ? [created] : []), this.#sent(seq, ticket, serial, true)],
      outgoing: [this.#mail(ticket, serial, '')],
      origin,
    };
  }

  #answeredByPerson(seq: number): RandomCommit {
    const known = this.#ticket();
    if (known === null) return { changes: [], outgoing: [] };
    const serial = known.messages.length + 1;
    return {
      changes: [
        this.#sent(seq, known.id, serial, false),
        { type: 'ticket.status', ticket: known.id, from: known.status, to: 'pending', by: 'kim' },
      ],
      outgoing: [this.#mail(known.id, serial, 'kim@desk.example')],
    };
  }

  #sent(seq: number, ticket: TicketId, serial: number, automatic: boolean): Change {
    const message: Message = {
      ...{ serial, date: '2026-11-21T12:00:00Z', subject: 'Re: Hello', text: 'x', attachments: [] },
      ...{
        direction: 'out',
        automatic,
        delivery: 'waiting',
        from: { name: '', address: 'new@desk.example' },
      },
      to: [{ name: '', address: this.#address() }],
      messageId: `<${ticket}.${serial}@desk.example>`,
      raw: `raw/000000/${seq}-out-${serial}.eml`,
    };
    return { type: 'message.added', ticket, message };
  }

  #mail(ticket: TicketId, serial: number, sender: string): OutgoingLetter {
    // Nothing is handed over here, so no copy can be asked for.
    return outgoingTo(this.#address(), { ticket, serial, sender, isPassing: true });
  }

  /** A question, by whose address its commit is found. */
  #notified(): RandomCommit {
    const nonce = 10 ** 14 + this.#random(1000);
    const asking = outgoingTo('kim@desk.example', { serial: 1, isPassing: true, nonce });
    return { changes: [{ type: 'staff.notified', people: ['kim'] }], outgoing: [asking] };
  }

  #onTicket(at: Date): RandomCommit {
    const known = this.#ticket();
    if (known === null) return { changes: [], outgoing: [] };
    const { id: ticket, status: from } = known;
    const to = this.#of(['new', 'open', 'pending', 'resolved'] as const) ?? 'open';
    const verdict = { check: 'rate', evidence: 'too many' };
    const all: readonly Change[] = [
      { type: 'ticket.status', ticket, from, to, by: 'kim' },
      { type: 'ticket.status', ticket, from, to, by: 'kim' },
      { type: 'ticket.overdue', ticket, since: at.toISOString(), assignee: null },
      { type: 'ticket.reminded', ticket },
      {
        ...{ type: 'ticket.snoozed', ticket, timeZone: 'Europe/Berlin', by: 'kim' },
        until: new Date(at.getTime() + 3_600_000).toISOString(),
      },
      { type: 'ticket.woken', ticket, until: at.toISOString(), assignee: null },
      { type: 'ticket.asked', ticket, serial: 2 },
      { type: 'ticket.rated', ticket, serial: 2, score: 4, person: 'kim' },
      { type: 'reply.silenced', ticket, reason: verdict },
      { type: 'mail.bounced', ticket, serial: 2, status: '5.1.1', reason: 'nobody' },
      { type: 'ticket.tagged', ticket, added: ['urgent'], removed: [], by: 'kim' },
      { type: 'ticket.tagged', ticket, added: [], removed: ['urgent'], by: 'kim' },
      { type: 'ticket.field', ticket, field: 'order', value: '1234', isFound: true, by: 'x' },
      { type: 'ticket.field', ticket, field: 'constructor', value: '1234', by: 'kim' },
      { type: 'ticket.field', ticket, field: 'order', value: null, by: 'kim' },
    ];
    const change = this.#of(all);
    return { changes: change === undefined ? [] : [change], outgoing: [] };
  }

  #onAddress(): RandomCommit {
    const address = this.#address();
    const ticket = this.#ticket()?.id;
    const failed = { serial: this.#random(30), reason: 'nobody' };
    const all: readonly Change[] = [
      { type: 'address.blocked', address, by: 'kim', isProven: true },
      { type: 'address.cleared', address, by: 'kim' },
      ...(ticket === undefined
        ? []
        : ['5.2.2', '5.1.1'].map(
            (status): Change => ({ type: 'address.failed', address, ticket, ...failed, status }),
          )),
    ];
    const change = this.#of(all);
    return { changes: change === undefined ? [] : [change], outgoing: [] };
  }

  #holds(seq: number, rawIn: string, at: Date): RandomCommit {
    const { key, messageId } = nameOf(this.#random(NAMES));
    const mail = {
      ...{ id: seq, from: null, date: at.toISOString(), subject: 'x', queue: 'SUPPORT' },
      ...{ ticket: null, reason: { check: 'unknown-sender', evidence: 'x' }, raw: rawIn },
    };
    return {
      changes: [{ type: 'mail.held', mail }],
      outgoing: [],
      delivery: { key, decision: { ...DECISION, messageId } },
    };
  }

  #endOfHeld(): RandomCommit {
    const held = this.#of([...this.#rows.rows('held').values()])?.id;
    if (held === undefined) return { changes: [], outgoing: [] };
    const type = this.#of(['mail.released', 'mail.discarded'] as const) ?? 'mail.discarded';
    return { changes: [{ type, held, by: 'kim' }], outgoing: [] };
  }

  #queued(rawIn: string): RandomCommit {
    const { key, messageId } = nameOf(this.#random(NAMES));
    return {
      changes: [{ type: 'robot.queued', raw: rawIn, ...FOR_ROBOT }],
      outgoing: [],
      delivery: { key, decision: { ...DECISION, messageId } },
    };
  }

  /** Or it is tried again, or a person must look, or has it run once more. */
  #endOfRun(at: Date): RandomCommit {
    const held = this.#of([...this.#rows.rows('held').values()]);
    const waiting = this.#of([...this.#rows.rows('runs').values()]);
    if (waiting === undefined) {
      if (held === undefined) return { changes: [], outgoing: [] };
      const changes = [{ type: 'robot.queued', raw: held.raw, ...FOR_ROBOT, by: 'kim' }] as const;
      return { changes, outgoing: [] };
    }
    const { run, raw } = waiting;
    const named = { run, robot: 'deploy', why: 'x' };
    const mail = {
      ...{ id: run, from: null, date: at.toISOString(), subject: 'x', queue: 'SUPPORT' },
      ...{ ticket: null, reason: { check: 'robot-failed', evidence: 'x' }, raw },
    };
    const all: readonly (readonly Change[])[] = [
      [{ type: 'robot.failed', ...named, tries: waiting.tries + 1, next: at.toISOString() }],
      [{ type: 'robot.ended', ...named, end: 'done' }],
      [
        { type: 'mail.held', mail },
        { type: 'robot.ended', ...named, end: 'held' },
      ],
    ];
    return { changes: this.#of(all) ?? [], outgoing: [] };
  }

  /** A run is told as a plan; or it is confirmed, doubted, or over. */
  #plan(rawIn: string): RandomCommit {
    const waiting = this.#of([...this.#rows.rows('runs').values()]);
    const plan = this.#of([...this.#rows.rows('plans').values()]);
    const { key, messageId } = nameOf(this.#random(NAMES));
    const delivery = { key, decision: { ...DECISION, messageId } };
    const named = { robot: 'deploy', why: '' };
    if (waiting !== undefined && this.#random(2) === 0) {
      const { run, raw } = waiting;
      const told = { ...FOR_ROBOT, answerTo: { name: '', address: 'nic@ferrier.example' } };
      const rests = [{ ticket: 'SUPPORT-7102', state: 'aa' }] as const;
      const made = { type: 'robot.planned', run, raw, ...told, orders: '{}', rests } as const;
      return {
        changes: [made, { type: 'robot.ended', run, ...named, end: 'planned' }],
        outgoing: [],
      };
    }
    if (plan === undefined) return { changes: [], outgoing: [] };
    const { run } = plan;
    const confirms = { type: 'robot.queued', raw: rawIn, ...FOR_ROBOT, confirms: run } as const;
    const all: readonly RandomCommit[] = [
      { changes: [confirms], outgoing: [], delivery },
      { changes: [{ type: 'robot.doubted', run, robot: 'deploy' }], outgoing: [] },
      { changes: [{ type: 'robot.lapsed', run, robot: 'deploy', why: 'expired' }], outgoing: [] },
      ...(plan.confirmed === null
        ? []
        : [
            {
              changes: [
                { type: 'robot.ended', run: plan.confirmed.run, ...named, end: 'done', plan: run },
              ] as const,
              outgoing: [],
            },
          ]),
    ];
    return this.#of(all) ?? { changes: [], outgoing: [] };
  }

  #recorded(rawIn: string): RandomCommit {
    const { key, messageId } = nameOf(this.#random(NAMES));
    const expires = this.#random(4) > 0;
    return {
      changes: [{ type: 'mail.recorded', raw: rawIn, reason: 'list', evidence: 'x', expires }],
      outgoing: [],
      delivery: { key, decision: { ...DECISION, messageId } },
    };
  }

  #expired(): RandomCommit {
    const all = [...this.#rows.rows('expiring').keys()].map(Number);
    const mails = all.filter(() => this.#random(2) === 0);
    return { changes: mails.length === 0 ? [] : [{ type: 'mail.expired', mails }], outgoing: [] };
  }

  #fate(): RandomCommit {
    const mail = this.#of([...this.#rows.rows('outbox').values()]);
    if (mail === undefined) return { changes: [], outgoing: [] };
    const about = { ticket: mail.ticket, serial: mail.serial, mail: mail.id };
    const all: readonly Change[] = [
      { type: 'reply.sent', ...about },
      { type: 'reply.failed', ...about, reason: 'refused' },
      { type: 'reply.unknown', ...about, again: mail.repeated === undefined },
    ];
    const change = this.#of(all);
    return { changes: change === undefined ? [] : [change], outgoing: [] };
  }

  #away(): RandomCommit {
    const until = this.#of(['2026-12-24', '2027-01-01']) ?? null;
    const isAway = this.#of([true, false]) ?? true;
    const person = this.#of(['kim', 'bob']) ?? 'kim';
    return { changes: [{ type: 'staff.away', person, until, isAway, by: 'bob' }], outgoing: [] };
  }

  #failedTemplate(): RandomCommit {
    const queue = this.#of(QUEUES) ?? 'SUPPORT';
    const file = this.#of(['help.txt', 'subject.txt']) ?? 'help.txt';
    return { changes: [{ type: 'template.failed', queue, file, problem: 'x' }], outgoing: [] };
  }
}

const FOR_ROBOT: Omit<Extract<Change, { readonly type: 'robot.queued' }>, 'type' | 'raw'> = {
  ...{ robot: 'deploy', queue: 'SUPPORT', from: null, subject: 'x', trust: 'staff' },
  ...{ onTicket: null, answerTo: null, answerFrom: 'deploy', silence: null },
};

function incoming(serial: number, raw: string, messageId: string, address: string): Message {
  return {
    ...{ serial, date: '2026-11-21T12:00:00Z', subject: 'Hello', text: 'x', attachments: [] },
    ...{ direction: 'in', newLines: [], trust: 'claimed', to: [], messageId, raw },
    from: { name: '', address },
  };
}

/** The next one of a desk; the desk hears of it. */
export async function commitOne(
  store: Store,
  transaction: Transaction,
  desk: RandomDesk,
  at: Date,
): Promise<void> {
  const seq = (await transaction.facts(NO_QUESTIONS)).asOf + 1;
  const { rawIn } = pathsFor(seq);
  const { delivery, ...commit } = desk.choose(seq, rawIn, at);
  const happened = { v: 1, seq, time: at.toISOString(), ...commit };
  if (delivery === undefined) {
    await transaction.commit(commit);
    desk.happened(happened);
    return;
  }
  const { key, decision } = delivery;
  const incoming = store.receive();
  incoming.write(Buffer.from(`Subject: ${key.hash}\n\nHello.\n`));
  incoming.seal(key.hash, false);
  await transaction.commit({ ...commit, delivery: { key, decision, incoming } });
  desk.happened({ ...happened, delivery: { ...key, ...incoming.sum, incoming: '', decision } });
}
