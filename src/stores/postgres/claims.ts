/**
 * The claim of one hand-over: a lease by the database's clock, which this process renews as long as it
 * lives and the hand-over lasts.
 *
 * To begin one is a commit of its own, durable before the MTA gets anything; so whoever comes next
 * learns that it has begun, whatever dies. Right before the final dot the lease is looked at: if it has
 * run out, somebody may have found the mail lost (outbox.ts), and it does not go. How it ended is
 * noted; if the database is away then, again and again, by whoever lives.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { MAX_REFUSALS } from '../../journal/hand-over.ts';
import type { HandOver, UnsentMail } from '../../journal/outbox.ts';
import { literal } from '../../postgres/client.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Sum } from '../../ticket/mail.ts';
import { committed } from './durably.ts';
import { json, UNKNOWN } from './standing.ts';

/** How a hand-over that has begun can end. */
export type AttemptEnd = Extract<
  HandOver,
  { end: 'taken' | 'refused' | 'rejected' | 'failed' | 'unknown' }
>;

export interface Leasing {
  readonly connections: Lender;
  readonly now: () => Date;
  readonly leaseSeconds: number;
}

/** null if somebody else has begun it, or it has gone. */
export async function beginClaim(
  { id }: Pick<UnsentMail, 'id'>,
  sum: Sum | null,
  leasing: Leasing,
): Promise<Claim | null> {
  const { connections, leaseSeconds } = leasing;
  // The host is for people who look at the table.
  const holder = `${hostname()} ${process.pid} ${randomBytes(8).toString('hex')}`;
  const claim = new Claim(id, holder, leasing);
  try {
    const [begun] = await committed(
      connections,
      'on',
      `WITH mail AS MATERIALIZED (SELECT key FROM mailrobot.waiting_mail(${literal(id)}) AS key)
        INSERT INTO mailrobot.standing AS s (mail, holder, until, sum)
        SELECT key, ${literal(holder)}, ${end(leaseSeconds)}, ${sum === null ? 'NULL' : json(sum)}
          FROM mail
        ON CONFLICT (mail) DO UPDATE
          SET (holder, until, sum) = (excluded.holder, excluded.until, excluded.sum)
          WHERE s.holder IS NULL AND s.ended IS NULL
        RETURNING 1 AS begun`,
    );
    if (begun === undefined) return null;
  } catch (error) {
    // It may have begun by what the database knows, and nothing has gone.
    await claim.end({ end: 'failed', error: 'its claim could not be written' });
    throw error;
  }
  claim.keep();
  return claim;
}

export class Claim {
  readonly #mail: string;
  readonly #holder: string;
  readonly #leasing: Leasing;
  #timer: NodeJS.Timeout | null = null;
  /** Of what is done one after the other. */
  #before: Promise<unknown> = Promise.resolve();
  #ended: AttemptEnd | null = null;
  #isNoted = false;

  constructor(mail: string, holder: string, leasing: Leasing) {
    this.#mail = literal(mail);
    this.#holder = literal(holder);
    this.#leasing = leasing;
  }

  /** How it ended is written down. */
  get isNoted(): boolean {
    return this.#isNoted;
  }

  /** Renews it from now on. It keeps no process alive. */
  keep(): void {
    this.#timer ??= setInterval(() => {
      this.#inTurn(() => this.#tick()).catch(() => {
        // The database is away for now.
      });
    }, this.#leasing.leaseSeconds * RENEWALS_MS);
    this.#timer.unref();
  }

  /** Whether it still is ours, and is so for a whole lease from now on. */
  holds(): Promise<boolean> {
    return this.#inTurn(() => this.#renew());
  }

  /** Never throws: what cannot be noted now is noted later, as long as this process lives. */
  async end<How extends AttemptEnd>(how: How): Promise<How> {
    this.#ended = how;
    this.keep();
    await this.#inTurn(() => this.#note()).catch(() => {});
    return how;
  }

  /** Nothing has begun by it: the mail is as it was, if it still waits. */
  async drop(): Promise<void> {
    this.#stop();
    const free = `UPDATE mailrobot.standing SET (holder, until) = (NULL, NULL)
      WHERE ${this.#ours} AND ended IS NULL`;
    await this.#inTurn(() => committed(this.#leasing.connections, 'local', free));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const going = this.#before.then(work);
    this.#before = going.catch(() => {});
    return going;
  }

  async #tick(): Promise<void> {
    if (this.#ended !== null) await this.#note();
    else if (!(await this.#renew())) this.#stop();
  }

  async #renew(): Promise<boolean> {
    const { connections, leaseSeconds } = this.#leasing;
    const [renewed] = await committed(
      connections,
      'local',
      `UPDATE mailrobot.standing SET until = ${end(leaseSeconds)}
        WHERE ${this.#ours} AND ended IS NULL RETURNING 1 AS renewed`,
    );
    return renewed !== undefined;
  }

  /**
   * Also if it was found lost meanwhile: whoever knows how it ended is right, unless the journal has
   * told it.
   */
  async #note(): Promise<void> {
    const how = this.#ended;
    if (how === null) return;
    const { connections, now } = this.#leasing;
    const [noted] = await committed(
      connections,
      'on',
      `UPDATE mailrobot.standing SET ${changeFor(how, now())}
        WHERE ${this.#ours} AND (ended IS NULL OR ended = ${UNKNOWN}) RETURNING 1 AS noted;
      ${withoutSecretOf(this.#mail)}`,
    );
    this.#isNoted = noted !== undefined;
    this.#stop();
    this.#ended = null;
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  get #ours(): string {
    return `mail = ${this.#mail} AND holder = ${this.#holder}`;
  }
}

/** So often in a lease, in milliseconds for each second of it. */
const RENEWALS_MS = 1000 / 3;

function end(leaseSeconds: number): string {
  return `clock_timestamp() + interval '${leaseSeconds} seconds'`;
}

function changeFor(how: AttemptEnd, now: Date): string {
  if (how.end === 'taken') return `ended = ${json('sent')}`;
  if (how.end === 'unknown') return `ended = ${UNKNOWN}`;
  if (how.end === 'rejected') return `ended = ${json(how)}`;
  const refusals = how.end === 'refused' ? 1 : 0;
  return `holder = NULL, until = NULL, refusals = refusals + ${refusals},
    tried = ${literal(now.toISOString())}, error = ${json(how.error)},
    ended = CASE WHEN refusals + ${refusals} >= ${MAX_REFUSALS} THEN ${json('failed')} END`;
}

/** Once the mail has gone, or never will. `mail`: as it stands in a statement. */
export function withoutSecretOf(mail: string): string {
  return `DELETE FROM mailrobot.secrets s USING mailrobot.standing t
    WHERE s.mail = ${mail} AND t.mail = s.mail AND t.ended <> ${UNKNOWN}`;
}
