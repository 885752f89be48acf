/**
 * Sections of commits on a database (journal/section.ts): works that wait together share one, and
 * one COMMIT.
 *
 * A section gathers, runs its works and then commits behind the very commit that it has gathered
 * from. If another host was quicker, nothing is written and the works run again on what is there
 * now. After MAX_TRIES of that the head is locked first, for as long as the works take; a client
 * that is stopped meanwhile loses its lock (`idle_in_transaction_session_timeout`). Otherwise
 * nothing is locked over a round trip. A connection that is lost at the COMMIT leaves it unknown
 * what became of it: a Failure, as with everything else that the database cannot do, and the MTA
 * tries again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { saysNothing, withFates, withOpenings } from '../../journal/hand-over.ts';
import type { Asked } from '../../journal/ledger.ts';
import { recordOf } from '../../journal/record.ts';
import { Section, type SectionContext } from '../../journal/section.ts';
import type { Incoming } from '../../journal/spool.ts';
import { type Turn, Turns } from '../../journal/turns.ts';
import { Failure } from '../../outcome.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Ticket, TicketId } from '../../ticket/ticket.ts';
import { IncomingFile } from '../disk/incoming.ts';
import { append, readied } from './append.ts';
import { blankedIn } from './blanking.ts';
import { askOf } from './commit-reader.ts';
import { notifyCommitted } from './durably.ts';
import type { Blob } from './files.ts';
import { type DatabaseHead, Gathering, Overtaken } from './gathering.ts';
import { knownIn } from './known.ts';
import type { DatabaseOutbox } from './outbox.ts';
import { bringLarge, isToBeBrought, type Pending } from './pending.ts';
import type { Fates } from './standing.ts';

/** So often another host may have been quicker before the head is locked. */
const MAX_TRIES = 3;
/** How long a lock is waited for. */
const LOCK_SECONDS = 5;
/** And a transaction that waits for its client: less, so that the next one has its lock in time. */
const IDLE_SECONDS = 2;
/** Milliseconds that followers are told within, or find out by themselves. */
const NOTIFY_MS = 200;
/** Milliseconds that a server waits for more works to come. */
const LINGER_MS = 4;
const NOTHING_BROUGHT: ReadonlyMap<string, Blob> = new Map();
const NO_FATES: Fates = { fates: [], rejected: [] };

const LOCK = [
  `SET LOCAL lock_timeout = '${LOCK_SECONDS}s'`,
  `SET LOCAL idle_in_transaction_session_timeout = '${IDLE_SECONDS}s'`,
  'SELECT mailrobot.lock_head()',
].join('; ');

export interface SectionParts {
  readonly connections: Lender;
  readonly outbox: DatabaseOutbox;
  readonly now: () => Date;
  readonly nonce: () => number;
  readonly isServer: boolean;
  /** The store through these connections. */
  readonly storeOn: (connections: Lender) => Asked;
}

interface Waiting extends Turn {
  /** Gives what answers it. Throws an Overtaken alone. */
  readonly run: (section: Section<Pending>) => Promise<Answer>;
}

/** Another host was quicker: nothing is written of what was to be committed. */
interface OvertakenBy {
  readonly brought: ReadonlyMap<string, Blob>;
}

/** Nothing is written: large files are to be brought first, without the lock. */
interface ToBring {
  readonly toBring: readonly Pending[];
}

interface Committed {
  readonly done: readonly Answer[];
  readonly pending: readonly Pending[];
}

/** Answers a work that has had its turn, also one that has thrown. */
type Answer = () => void;

export class Sections {
  readonly #parts: SectionParts;
  readonly #turns: Turns<Waiting>;
  /** The last that was gathered outside of a section, if no section has begun on it. */
  #known: Gathering | null = null;

  constructor(parts: SectionParts) {
    this.#parts = parts;
    this.#turns = new Turns((group) => this.#serve(group), parts.isServer ? LINGER_MS : 0);
  }

  /** The next section that commits may rest on what was gathered for this. */
  async having<T>(ask: (gathering: Gathering) => T): Promise<T> {
    const gathering = this.#newGathering();
    const answer = await gathering.having(() => ask(gathering));
    this.#known = gathering;
    return answer;
  }

  run<T>(work: (section: Section<Pending>) => Promise<T>, patience: number): Promise<T> {
    return new Promise((resolve, refuse) => {
      this.#turns.add({
        ...{ patience, refuse },
        run: async (section) => {
          try {
            const value = await work(section);
            return () => resolve(value);
          } catch (error) {
            if (error instanceof Overtaken) throw error;
            return () => refuse(error);
          }
        },
      });
    });
  }

  async #serve(group: readonly Waiting[]): Promise<void> {
    const patience = Math.max(...group.map((turn) => turn.patience));
    const end = performance.now() + patience * 1000;
    // Files of mails that were to be committed: they are not brought again.
    let brought = NOTHING_BROUGHT;
    for (let tries = 1; ; tries += 1) {
      const isLocked = tries > MAX_TRIES;
      const ended = await this.#try(group, brought, isLocked).catch((error) =>
        overtaken(error, brought),
      );
      if (!('brought' in ended)) {
        for (const answer of ended) answer();
        return;
      }
      brought = ended.brought;
      if (performance.now() > end) throw new Overtaken();
      // So that hosts that go on meeting each other do not do it in step.
      await sleep(Math.random() * 2 ** tries);
    }
  }

  async #try(
    group: readonly Waiting[],
    before: ReadonlyMap<string, Blob>,
    isLocked: boolean,
  ): Promise<readonly Answer[] | OvertakenBy> {
    const tried = await (isLocked
      ? this.#tryLocked(group, before)
      : this.#tryAtOnce(group, before));
    if ('done' in tried) {
      await this.#committed(tried.pending);
      return tried.done;
    }
    if (!('toBring' in tried)) return tried;
    const { connections } = this.#parts;
    const { toBring } = tried;
    return { brought: await connections.with((database) => bringLarge(database, toBring, before)) };
  }

  async #tryAtOnce(
    group: readonly Waiting[],
    before: ReadonlyMap<string, Blob>,
  ): Promise<Committed | OvertakenBy> {
    const known = this.#known;
    this.#known = null;
    const gathering = known ?? this.#newGathering();
    const head = await gathering.begin();
    const section = new Section(this.#context(gathering, head, this.#parts.connections));
    const done = await allOf(group, section);
    const { pending } = section;
    if (pending.length === 0) {
      // What commits nothing is not compared with what is there now.
      return known === null ? { done, pending } : { brought: before };
    }
    const ready = await readied({ head, gathering, pending });
    return this.#parts.connections.with(async (database) => {
      const brought = await bringLarge(database, pending, before);
      const end = await append(database, ready, brought);
      if (end === 'done') return { done, pending };
      return { brought: end === 'lost' ? NOTHING_BROUGHT : brought };
    });
  }

  /**
   * What is gathered there is what there is, until the lock is lost. Large files were brought
   * before.
   */
  #tryLocked(
    group: readonly Waiting[],
    before: ReadonlyMap<string, Blob>,
  ): Promise<Committed | OvertakenBy | ToBring> {
    return this.#parts.connections.with((database) =>
      database.transaction(async () => {
        await database.script(LOCK);
        const gathering = new Gathering((statement) => database.query(statement));
        const head = await gathering.begin();
        // Whoever waits for the lock may have all other connections that there are (pgbouncer).
        const own: Lender = { with: (work) => work(database) };
        const section = new Section(this.#context(gathering, head, own));
        const done = await allOf(group, section);
        const { pending } = section;
        if (pending.length === 0) return { done, pending };
        if (isToBeBrought(pending, before)) return { toBring: pending };
        const ready = await readied({ head, gathering, pending });
        const end = await append(database, ready, before);
        if (end === 'lost') return { brought: NOTHING_BROUGHT };
        if (end !== 'done') throw new Failure('database', `${database.name}: a commit was ${end}`);
        return { done, pending };
      }),
    );
  }

  #newGathering(): Gathering {
    const { connections } = this.#parts;
    return new Gathering(askOf(connections));
  }

  #context(gathering: Gathering, head: DatabaseHead, connections: Lender): SectionContext<Pending> {
    const { outbox, now, storeOn } = this.#parts;
    const known = knownIn(gathering, this.#parts);
    const isResting = head.restingSince !== null;
    const find = (id: TicketId): Ticket | null => known.ticket(id)?.ticket ?? null;
    let areRejectedTold = false;
    return {
      ...known,
      isResting,
      seq: head.seq,
      store: storeOn(connections),
      having: (ask) => gathering.having(ask),
      claim: async (wanted, limit) =>
        isResting ? [] : connections.with((database) => outbox.claim(database, wanted, limit)),
      make: async (seq, commit, isFirst) => {
        const { changes, delivery, blanking } = commit;
        const blanked =
          blanking === undefined ? null : await blankedIn(askOf(connections), blanking, head.seq);
        const ofBlanked = blanked === null ? [] : [blanked.change];
        const incoming = delivery === undefined ? null : ownIncoming(delivery.incoming);
        const isForRejected = saysNothing(commit) && !areRejectedTold;
        const ended =
          isFirst || isForRejected
            ? await connections.with((database) => outbox.fates(database))
            : NO_FATES;
        const fates = isFirst ? ended.fates : [];
        const said = isForRejected ? ended.rejected : [];
        areRejectedTold ||= isForRejected;
        const rejected = await gathering.having(() => withOpenings(said, find));
        const record = recordOf(
          { ...commit, changes: withFates([...changes, ...ofBlanked], [...fates, ...rejected]) },
          incoming && { incoming: incoming.name, ...incoming.sum },
          { seq, time: now().toISOString() },
        );
        const texts = [...(commit.secretTexts ?? [])];
        const secretTexts = new Map(texts.map(([n, text]) => [`${seq}.${n}`, text]));
        return { record, incoming, secretTexts, blanked };
      },
    };
  }

  async #committed(pending: readonly Pending[]): Promise<void> {
    if (pending.length === 0) return;
    this.#known = null;
    for (const { incoming } of pending) incoming?.discard();
    // It never fails, and nobody's answer waits for it when it is slow.
    await Promise.race([
      notifyCommitted(this.#parts.connections),
      sleep(NOTIFY_MS, undefined, { ref: false }),
    ]);
  }
}

function overtaken(error: unknown, brought: ReadonlyMap<string, Blob>): OvertakenBy {
  if (error instanceof Overtaken) return { brought };
  throw error;
}

async function allOf(
  group: readonly Waiting[],
  section: Section<Pending>,
): Promise<readonly Answer[]> {
  const done: Answer[] = [];
  for (const turn of group) done.push(await turn.run(section));
  return done;
}

function ownIncoming(incoming: Incoming): IncomingFile {
  if (incoming instanceof IncomingFile) return incoming;
  throw new Failure('internal', 'a delivery was received by another store');
}
