/**
 * What a work asks of the database, gathered in as few round trips as can be, all of it as one
 * commit has left it.
 *
 * Decisions ask one thing after the other, of plain values. `having` runs such a question on what
 * is known; what is not is noted, answered by "there is none" for the time being, fetched in one
 * statement, and the question is run again. So a question must do nothing but ask. If others have
 * committed between two round trips, all of it is fetched anew; in a section, which has begun on
 * what it has seen, that is an Overtaken instead.
 */
import type { SigningKeys } from '../../addresses/token.ts';
import type { IndexRow } from '../../journal/lists/index-row.ts';
import type { IndexName, ListName, Rows } from '../../journal/lists/table.ts';
import { type JournalRecord, parseLine, recordIn } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import type { DatabaseRow, Statement } from '../../postgres/client.ts';
import type { Answered } from '../../ticket/answered.ts';
import type { HeldMail } from '../../ticket/held.ts';
import type { Ticket } from '../../ticket/ticket.ts';
import { hashed, keyIn, rowIn } from './rows.ts';
import { mustBeKnown } from './version.ts';

/** What the last commit has left, and what every signature is made with. */
export interface DatabaseHead {
  readonly seq: number;
  /** Of its line. */
  readonly hash: string;
  /** Tells whether the keys, or the rest, are others by now. */
  readonly identity: string;
  readonly keys: SigningKeys;
  /** RFC 3339, or null. */
  readonly restingSince: string | null;
}

/** Others have committed since the section began. */
export class Overtaken extends Failure {
  constructor() {
    super('store-locked', 'others have committed again and again meanwhile');
  }
}

export type Ask = (statement: Statement) => Promise<readonly DatabaseRow[]>;

interface WantedTickets {
  readonly which: 'open' | 'all';
  readonly queue: string;
  readonly limit: number;
}

/** By what is wanted, so that nothing is asked twice. */
interface Wants {
  readonly rows: Map<string, { readonly list: ListName; readonly key: string }>;
  readonly names: Map<string, { readonly list: IndexName; readonly name: string }>;
  readonly records: Set<number>;
  readonly tickets: Map<string, WantedTickets>;
  answeredSince: Date | null;
  heldMails: number;
}

const GATHER = 'SELECT * FROM mailrobot.gather($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';

/** A statement cannot say "none" of these. */
const NEVER = '9';

export class Gathering {
  readonly #ask: Ask;
  #head: DatabaseHead | null = null;
  #wants = noWants();
  #missing = noWants();
  #isMissing = false;
  /** A section has begun on it. */
  #isFixed = false;
  #rows = new Map<string, unknown>();
  #names = new Map<string, readonly IndexRow[]>();
  #records = new Map<number, JournalRecord | null>();
  #tickets = new Map<string, readonly Ticket[]>();
  #answered: readonly Answered[] = [];
  #held: readonly HeldMail[] = [];

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Known once something was gathered (`begin`). */
  get head(): DatabaseHead {
    if (this.#head === null) throw new Failure('internal', 'nothing was gathered');
    return this.#head;
  }

  /** Whatever is gathered from now on must be of the same commit. */
  async begin(): Promise<DatabaseHead> {
    if (this.#head === null) await this.#fetch(noWants());
    this.#isFixed = true;
    return this.head;
  }

  async having<T>(ask: () => T): Promise<T> {
    for (;;) {
      const { answer, missing } = this.#answerOf(ask);
      if (answer !== null && this.#head !== null) return answer.value;
      await this.#fetch(missing);
    }
  }

  /** No answer if something was missing: what it says or throws then means nothing. */
  #answerOf<T>(ask: () => T): {
    readonly answer: { readonly value: T } | null;
    readonly missing: Wants;
  } {
    const missing = noWants();
    this.#missing = missing;
    this.#isMissing = false;
    try {
      const value = ask();
      return { answer: this.#isMissing ? null : { value }, missing };
    } catch (error) {
      if (this.#isMissing || this.#head === null) return { answer: null, missing };
      throw error;
    }
  }

  row<Name extends ListName>(list: Name, key: string): Rows[Name] | null {
    const place = placeOf(list, keyIn(list, key));
    const known = this.#rows.get(place);
    // Read as a row of that list (`#keep`).
    if (known !== undefined) return known as Rows[Name] | null;
    this.#miss((wants) => wants.rows.set(place, { list, key: keyIn(list, key) }));
    return null;
  }

  named(list: IndexName, name: string): readonly IndexRow[] {
    const place = placeOf(list, hashed(name));
    const known = this.#names.get(place);
    if (known !== undefined) return known;
    this.#miss((wants) => wants.names.set(place, { list, name: hashed(name) }));
    return [];
  }

  record(seq: number): JournalRecord | null {
    const known = this.#records.get(seq);
    if (known !== undefined) return known;
    this.#miss((wants) => wants.records.add(seq));
    return null;
  }

  answered(since: Date): readonly Answered[] {
    const known = this.#wants.answeredSince;
    if (known !== null && known <= since) return this.#answered.filter(({ at }) => at >= since);
    this.#miss((wants) => {
      wants.answeredSince = since;
    });
    return [];
  }

  /** The newest, oldest first. */
  heldMails(limit: number): readonly HeldMail[] {
    if (this.#wants.heldMails >= limit) return this.#held.slice(-limit);
    this.#miss((wants) => {
      wants.heldMails = limit;
    });
    return [];
  }

  /** Of one queue, newest first. */
  tickets(which: 'open' | 'all', queue: string, limit: number): readonly Ticket[] {
    const place = `${which} ${queue} ${limit}`;
    const known = this.#tickets.get(place);
    if (known !== undefined) return known;
    this.#miss((wants) => wants.tickets.set(place, { which, queue, limit }));
    return [];
  }

  #miss(want: (wants: Wants) => void): void {
    this.#isMissing = true;
    want(this.#missing);
  }

  async #fetch(missing: Wants): Promise<void> {
    const rows = await this.#ask(statementFor(missing));
    const head = headIn(rows);
    const isOther = this.#head !== null && !isSame(this.#head, head);
    if (isOther && this.#isFixed) throw new Overtaken();
    this.#wants = both(this.#wants, missing);
    if (isOther) {
      this.#forget();
      const again = await this.#ask(statementFor(this.#wants));
      this.#head = headIn(again);
      this.#keep(again, this.#wants);
      return;
    }
    this.#head = head;
    this.#keep(rows, missing);
  }

  #forget(): void {
    this.#rows = new Map();
    this.#names = new Map();
    this.#records = new Map();
    this.#tickets = new Map();
  }

  #keep(rows: readonly DatabaseRow[], wanted: Wants): void {
    const named = new Map<string, IndexRow[]>();
    const tickets = new Map<string, Ticket[]>();
    const answered: (readonly [key: string, answer: Answered])[] = [];
    const held: HeldMail[] = [];
    for (const { kind, a, b, seq, row } of rows.map(textsOf)) {
      if (kind === 'row') this.#rows.set(placeOf(a, b), row === '' ? null : rowOf(a, row));
      else if (kind === 'named') added(named, placeOf(a, b), rowIn('messages', row));
      else if (kind === 'record') this.#records.set(Number(seq), recordOf(row, a));
      else if (kind === 'answered') answered.push([b, rowIn('answered', row)]);
      else if (kind === 'held') held.push(rowIn('held', row));
      else if (kind === 'tickets') added(tickets, `${a} ${b}`, rowIn('tickets', row).ticket);
    }
    for (const place of wanted.names.keys()) this.#names.set(place, inOrder(named.get(place)));
    for (const seq of wanted.records) this.#records.set(seq, this.#records.get(seq) ?? null);
    for (const place of wanted.tickets.keys()) this.#tickets.set(place, tickets.get(place) ?? []);
    if (wanted.answeredSince !== null) this.#answered = inOrderOfCommits(answered);
    if (wanted.heldMails > 0) this.#held = held.toSorted((one, other) => one.id - other.id);
  }
}

/** Several stand in one second, and a clock may go back: their keys (`<commit>.<n>`) tell. */
function inOrderOfCommits(keyed: readonly (readonly [key: string, answer: Answered])[]) {
  const placed = keyed.map(([key, answer]) => ({ place: key.split('.').map(Number), answer }));
  return placed
    .toSorted(({ place: [a = 0, m = 0] }, { place: [b = 0, n = 0] }) => a - b || m - n)
    .map(({ answer }) => answer);
}

function isSame(one: DatabaseHead, other: DatabaseHead): boolean {
  return one.seq === other.seq && one.hash === other.hash && one.identity === other.identity;
}

function noWants(): Wants {
  return {
    ...{ rows: new Map(), names: new Map(), records: new Set(), tickets: new Map() },
    ...{ answeredSince: null, heldMails: 0 },
  };
}

function both(one: Wants, other: Wants): Wants {
  const since = [one.answeredSince, other.answeredSince].flatMap((time) => time ?? []);
  return {
    rows: new Map([...one.rows, ...other.rows]),
    names: new Map([...one.names, ...other.names]),
    records: new Set([...one.records, ...other.records]),
    tickets: new Map([...one.tickets, ...other.tickets]),
    answeredSince: since.length === 0 ? null : since.reduce((a, b) => (a < b ? a : b)),
    heldMails: Math.max(one.heldMails, other.heldMails),
  };
}

function statementFor(wants: Wants): Statement {
  const rows = [...wants.rows.values()];
  const names = [...wants.names.values()];
  const tickets = [...wants.tickets.values()];
  return {
    text: GATHER,
    values: [
      rows.map(({ list }) => list),
      rows.map(({ key }) => key),
      names.map(({ list }) => list),
      names.map(({ name }) => name),
      [...wants.records].map(String),
      wants.answeredSince?.toISOString() ?? NEVER,
      wants.heldMails,
      tickets.map(({ which }) => which),
      tickets.map(({ queue }) => queue),
      tickets.map(({ limit }) => String(limit)),
    ],
  };
}

function textsOf(row: DatabaseRow) {
  const text = (name: string) => {
    const value = row[name];
    return typeof value === 'string' ? value : '';
  };
  return { kind: text('kind'), a: text('a'), b: text('b'), seq: text('seq'), row: text('row') };
}

function headIn(rows: readonly DatabaseRow[]): DatabaseHead {
  const found = rows.find(({ kind }) => kind === 'head');
  if (found === undefined) throw new Failure('store-damaged', 'mailrobot.head has no row');
  const { a, b: hash, seq, row } = textsOf(found);
  const [version = '', identity = ''] = a.split(' ');
  mustBeKnown(version);
  const { resting } = found;
  return {
    ...{ seq: Number(seq), hash, identity },
    // Written by create.ts, and by whoever changes keys.
    keys: JSON.parse(row) as SigningKeys,
    restingSince: resting instanceof Date ? resting.toISOString() : null,
  };
}

function rowOf(list: string, text: string): unknown {
  // The database has no list but those that `append` was given.
  return rowIn(list as ListName, text);
}

function recordOf(line: string, texts: string): JournalRecord | null {
  const read = parseLine(line);
  const record = read && recordIn(read, texts === '' ? null : texts);
  if (record === null) throw new Failure('store-damaged', 'a line of the journal does not read');
  return record;
}

function added<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function inOrder(rows: readonly IndexRow[] = []): readonly IndexRow[] {
  return rows.toSorted((one, other) => one.seq - other.seq);
}

function placeOf(list: string, key: string): string {
  return `${list} ${key}`;
}
