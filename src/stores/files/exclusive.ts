/**
 * The store for one work at a time: who wants it has it in turn, under the lock, after
 * whatever a dead process left has been finished.
 *
 * Works of one process that wait together share a section (journal/section.ts) and its one
 * fsync. A commit: journal lines, from where on the raw mails are the journal's; then
 * everything derived from them, the head last. A failure before the fsync is undone and
 * leaves no trace; where it cannot be undone the raw mails stay, because the lines may
 * come back. A process that dies in between is caught up with by the next one.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Blanking } from '../../journal/blanking.ts';
import type { FactSource } from '../../journal/gather-facts.ts';
import { saysNothing, withFates, withOpenings } from '../../journal/hand-over.ts';
import type { Asked } from '../../journal/ledger.ts';
import { AWAY } from '../../journal/lists/away.ts';
import { numbersAfter } from '../../journal/lists/numbers.ts';
import type { LookedIn } from '../../journal/lookups.ts';
import { type JournalRecord, recordOf } from '../../journal/record.ts';
import { Section, type SectionContext } from '../../journal/section.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { type Next, type Turn, Turns } from '../../journal/turns.ts';
import { Failure } from '../../outcome.ts';
import type { Change } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { type IncomingFile, makeDurable, ownFile, sweepOrphans } from '../disk/incoming.ts';
import { locked } from '../disk/lock.ts';
import { headCaughtUp, mustBeUnused } from './caught-up.ts';
import { type Head, writeCheckpoint, writeHead } from './head.ts';
import { AppendFailure } from './journal.ts';
import { type End, firstSeq } from './journal-lines.ts';
import { hasMailOfItsSize, type ShareRaw } from './raw-mails.ts';
import type { StoreParts } from './store-parts.ts';

/** What is behind the checkpoint is applied once more after a power cut, while mail waits: so much takes a second at most. */
const CHECKPOINT_COMMITS = 200;
/** Milliseconds that a server keeps the lock when nobody wants it. */
const LINGER_MS = 20;
/** Milliseconds after which it gives the lock to whoever waits, and takes it anew: that costs some 5. */
const KEPT_MS = 250;

/** What lies on disk. */
export interface Known extends LookedIn, Pick<FactSource, 'signingKeys' | 'tickets' | 'nonce'> {
  /** Called under the lock. */
  readonly ticket: (id: string) => TicketRow | null;
  readonly store: Asked;
}

/** A commit of a section, and the raw mail that comes with it. */
export interface Pending {
  readonly record: JournalRecord;
  readonly incoming: IncomingFile | null;
  /** By the ids of the mails that they belong to. */
  readonly secretTexts: ReadonlyMap<string, string>;
  readonly blanking: Blanking | null;
}

export class Exclusive {
  readonly #parts: StoreParts;
  readonly #known: Known;
  readonly #isServer: boolean;
  readonly #turns: Turns<WaitingTurn>;
  #isHeld = false;

  constructor(parts: StoreParts, known: Known, isServer: boolean) {
    this.#parts = parts;
    this.#known = known;
    this.#isServer = isServer;
    const lingerMs = isServer ? LINGER_MS : 0;
    this.#turns = new Turns((group, next) => this.#serve(group, next), lingerMs);
  }

  /** This process has the lock right now: it must not wait for itself. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  run<T>(work: (section: Section<Pending>) => Promise<T>, patience: number): Promise<T> {
    return new Promise((resolve, refuse) => {
      this.#turns.add({
        patience,
        refuse,
        run: async (section) => {
          const before = section.pending.length;
          try {
            const value = await work(section);
            const commits = section.pending.slice(before);
            return { commits, resolve: () => resolve(value) };
          } catch (error) {
            return { commits: [], resolve: () => refuse(error) };
          }
        },
      });
    });
  }

  /**
   * Works that waited together share a section. A server keeps the lock while more of them come,
   * for a while, so that a busy one does not take it anew for each; everybody else is answered
   * when the lock is free again, since the next work may want it at once.
   */
  async #serve(first: readonly WaitingTurn[], next: Next<WaitingTurn>): Promise<void> {
    const { root } = this.#parts;
    const patience = Math.max(...first.map((turn) => turn.patience));
    const answers = await locked(join(root, 'lock'), patience, async () => {
      this.#isHeld = true;
      try {
        return await this.#serveHeld(first, next);
      } finally {
        this.#isHeld = false;
        this.#parts.hold.end();
      }
    });
    for (const answer of answers) answer();
  }

  async #serveHeld(
    first: readonly WaitingTurn[],
    next: Next<WaitingTurn>,
  ): Promise<readonly (() => void)[]> {
    const { root, hold, identity } = this.#parts;
    let head = headCaughtUp(this.#parts) ?? (await import('./recovery.ts')).catchUp(this.#parts);
    sweepOrphans(join(root, 'incoming'), this.#known.now());
    hold.head = head;
    const isResting = identity().resting !== undefined;
    if (!this.#isServer) return (await this.#section(first, head, isResting)).answers;
    const end = performance.now() + KEPT_MS;
    for (let group = first; group.length > 0; group = await next()) {
      const served = await this.#section(group, head, isResting);
      for (const answer of served.answers) answer();
      if (served.head === null || performance.now() > end) break;
      head = served.head;
      hold.head = head;
    }
    return [];
  }

  /**
   * `head` is null if it is not known what became of the commits. A server answers at the
   * commit point, since what is derived can wait; but for a mail that is to be sent from there.
   */
  async #section(
    group: readonly WaitingTurn[],
    head: Head,
    isResting: boolean,
  ): Promise<{ readonly head: Head | null; readonly answers: readonly (() => void)[] }> {
    const context = this.#context(head, isResting);
    const section = new Section(context);
    let open: { turn: WaitingTurn; end: Done }[] = [];
    for (const turn of group) open.push({ turn, end: await turn.run(section) });
    try {
      const { pending } = section;
      const position = await this.#append(head, pending);
      if (this.#isServer) {
        for (const { end } of open) if (!hasMails(end)) end.resolve();
        open = open.filter(({ end }) => hasMails(end));
        await setImmediate();
      }
      const after = await this.#derive({ ...head, position }, pending);
      return { head: after, answers: open.map(({ end }) => end.resolve) };
    } catch (error) {
      const answers = open.map(({ turn, end }) =>
        end.commits.length > 0 ? () => turn.refuse(error) : end.resolve,
      );
      return { head: null, answers };
    } finally {
      for (const { incoming } of section.pending) incoming?.letGo();
    }
  }

  #context(head: Head, isResting: boolean): SectionContext<Pending> {
    const { root, derived } = this.#parts;
    const { lists } = derived;
    let areRejectedTold = false;
    return {
      ...this.#known,
      seq: head.seq,
      isResting,
      number: (queue) => head.numbers[queue] ?? null,
      failed: (key) => lists.failed.row(key),
      away: () => lists.away.row(AWAY),
      heldMails: (limit) => lists.held.newest(limit),
      answered: (since) => lists.answered.since(since),
      having: async (ask) => ask(),
      claim: (wanted, limit) =>
        isResting ? [] : lists.outbox.claim(wanted, limit, this.#known.now()),
      make: async (seq, commit, isFirst) => {
        const { changes, delivery, blanking = null } = commit;
        const incoming = delivery === undefined ? null : ownFile(delivery.incoming);
        if (incoming?.isThere() === false) {
          throw new Failure('store-failed', `incoming/${incoming.name} is gone`);
        }
        mustBeUnused(root, seq);
        const fates = isFirst ? lists.outbox.fates() : [];
        const isForRejected = saysNothing(commit) && !areRejectedTold;
        const find = (id: TicketId) => this.#known.ticket(id)?.ticket ?? null;
        const rejected = isForRejected ? withOpenings(lists.outbox.rejected(), find) : [];
        areRejectedTold ||= isForRejected;
        const blanked = blanking === null ? [] : [await this.#changeFor(blanking)];
        const record = recordOf(
          { ...commit, changes: withFates([...changes, ...blanked], [...fates, ...rejected]) },
          incoming && { incoming: incoming.name, ...incoming.sum },
          { seq, time: this.#known.now().toISOString() },
        );
        const secretTexts = new Map(
          [...(commit.secretTexts ?? [])].map(([n, text]) => [`${seq}.${n}`, text]),
        );
        return { record, incoming, secretTexts, blanking };
      },
    };
  }

  async #changeFor(blanking: Blanking): Promise<Change> {
    return (await import('./blanking.ts')).changeFor(blanking, this.#parts);
  }

  /** null if none of the mails can be a copy of another one. */
  async #sharing(pending: readonly Pending[]): Promise<ShareRaw | null> {
    const { root } = this.#parts;
    const isMaybe = pending.some(
      ({ record: { seq, delivery } }) =>
        delivery !== undefined &&
        (pending.length > 1 || hasMailOfItsSize(root, { seq, size: delivery.size })),
    );
    return isMaybe ? (await import('./raw-sharing.ts')).shareRaw : null;
  }

  /** What follows from the commits; gives the head behind them. */
  async #derive(head: Head, pending: readonly Pending[]): Promise<Head> {
    if (pending.length === 0) return head;
    const { root, boot, derived } = this.#parts;
    try {
      const share = await this.#sharing(pending);
      let { seq, numbers } = head;
      for (const { record, blanking } of pending) {
        derived.apply(record, 'own', share);
        if (blanking !== null) (await import('./blanking.ts')).blank(record, this.#parts);
        seq = record.seq;
        numbers = numbersAfter(numbers, record);
      }
      let after: Head = { ...head, seq, numbers };
      if (isFarFromCheckpoint(after)) after = writeCheckpoint(root, after);
      writeHead(root, boot, after);
      return after;
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      throw new Failure('store-unfinished', reason, { cause: error });
    }
  }

  /** The commit point of all of them; gives the position behind. */
  async #append({ position }: Head, pending: readonly Pending[]): Promise<End> {
    const [first, ...more] = pending.map(({ record }) => record);
    if (first === undefined) return position;
    for (const { incoming } of pending) incoming?.belongsToCommit(true);
    const { outbox } = this.#parts.derived.lists;
    try {
      for (const { secretTexts, blanking } of pending) {
        outbox.keepSecrets(secretTexts);
        if (blanking !== null)
          (await import('./blanking.ts')).keepBlanked(this.#parts.root, blanking);
      }
      return await this.#parts.journal.append(position, [first, ...more], () =>
        makeDurable(pending.flatMap(({ incoming }) => incoming ?? [])),
      );
    } catch (error) {
      const mayComeBack = error instanceof AppendFailure && !error.isUndone;
      for (const { incoming } of pending) incoming?.belongsToCommit(mayComeBack);
      if (!mayComeBack) for (const { secretTexts } of pending) outbox.removeSecrets(secretTexts);
      throw error;
    }
  }
}

/** A work that has had its turn: `resolve` answers it, also where it has thrown. */
interface Done {
  readonly commits: readonly Pending[];
  readonly resolve: () => void;
}

/** By commits, and by octets: a segment of the journal has been begun since. */
function isFarFromCheckpoint({ seq, checkpoint, position }: Head): boolean {
  return seq - checkpoint >= CHECKPOINT_COMMITS || firstSeq(position.segment) > checkpoint + 1;
}

function hasMails({ commits }: Done): boolean {
  return commits.some(({ record }) => record.outgoing.length > 0);
}

interface WaitingTurn extends Turn {
  readonly run: (section: Section<Pending>) => Promise<Done>;
}
