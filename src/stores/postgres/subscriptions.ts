/**
 * How far the subscribers of the feed are: a row each, replaced durably.
 *
 * One process among all hosts serves them, by a lease. If it loses that (it was stopped for long,
 * or a failover has lost the row), the next `save` throws, and so ends its work; what was sent in
 * between is sent once more by the other, which a subscriber must expect at any time. A person who
 * sends one elsewhere (`change`) wins: `save` leaves a row alone that is not as this process has
 * last seen it.
 */

import type { Subscription, ToldEvent } from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import { type DatabaseRow, literal } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { committed } from './durably.ts';
import { type Lease, Leases } from './leases.ts';
import { beginToServe, type IsLost, lookForLost } from './lost.ts';
import { TIMELINE } from './schema/log.ts';
import type { ToldHere } from './told.ts';
import { mustBeKnown } from './version.ts';

const SERVING = 'subscribers';

interface Seen {
  readonly cursor: string;
  readonly resetBehind: number | undefined;
}

export class Subscriptions {
  readonly #connections: Connections;
  readonly #told: ToldHere | null;
  readonly #isLost: IsLost;
  readonly #leases: Leases;
  #lease: Lease | null = null;
  /** Where they were last seen, or written. */
  readonly #seen = new Map<string, Seen>();
  #timeline = '';

  /** `told`: of this host, if it tells anybody anything. */
  constructor(connections: Connections, told: ToldHere | null, isLost: IsLost) {
    this.#connections = connections;
    this.#told = told;
    this.#isLost = isLost;
    this.#leases = new Leases(connections);
  }

  async read(name: string): Promise<Subscription | null> {
    const host = this.#told?.host ?? null;
    const row = await this.#row(name, host);
    const isNews = host !== null && row?.['looked'] !== row?.['timeline'];
    if (isNews) await this.#look(host);
    const { cursor, failing, reset } = (isNews ? await this.#row(name, host) : row) ?? {};
    if (cursor === null || cursor === undefined) return null;
    const subscription = subscriptionIn({ cursor, failing, reset });
    this.#see(name, subscription);
    return subscription;
  }

  async #row(name: string, host: string | null): Promise<DatabaseRow | undefined> {
    const [row] = await this.#connections.with((database) =>
      database.query({
        text: `SELECT h.version, ${TIMELINE} AS timeline, s.cursor, s.failing, s.reset,
            o.timeline AS looked
          FROM mailrobot.head h LEFT JOIN mailrobot.subscriptions s ON s.name = $1
          LEFT JOIN mailrobot.hosts o ON o.name = $2`,
        values: [name, host],
      }),
    );
    if (row === undefined) return row;
    mustBeKnown(row['version']);
    this.#timeline = String(row['timeline']);
    return row;
  }

  #look(host: string): Promise<void> {
    return lookForLost(this.#connections, host, this.#told?.all() ?? [], this.#isLost);
  }

  #see(name: string, { cursor, resetBehind }: Subscription): void {
    this.#seen.set(name, { cursor, resetBehind });
  }

  /** For whoever serves them. */
  async save(name: string, subscription: Subscription): Promise<void> {
    const seen = this.#seen.get(name);
    const isHeld = this.#lease?.heldBy ?? 'true';
    const isSame =
      seen === undefined
        ? 'true'
        : `s.cursor = ${literal(seen.cursor)}
          AND s.reset IS NOT DISTINCT FROM ${literal(seen.resetBehind ?? null)}`;
    const [found] = await committed(
      this.#connections,
      'on',
      `WITH held AS MATERIALIZED (SELECT ${isHeld} AS held), saved AS (
        INSERT INTO mailrobot.subscriptions AS s (name, cursor, failing, reset)
        SELECT ${valuesOf(name, subscription)} FROM held WHERE held
        ON CONFLICT (name) DO UPDATE SET ${REPLACED} WHERE ${isSame} RETURNING 1)
      SELECT held, EXISTS (SELECT 1 FROM saved) AS saved FROM held`,
    );
    if (found?.['held'] !== true) {
      throw new Failure('store-locked', 'somebody else serves the subscribers by now');
    }
    if (found['saved'] === true) this.#see(name, subscription);
  }

  /** For a person who sends one elsewhere, maybe while it is served. */
  async change(name: string, subscription: Subscription): Promise<void> {
    await committed(
      this.#connections,
      'on',
      `INSERT INTO mailrobot.subscriptions (name, cursor, failing, reset)
        VALUES (${valuesOf(name, subscription)}) ON CONFLICT (name) DO UPDATE SET ${REPLACED}`,
    );
    this.#see(name, subscription);
  }

  /** Behind a `read`, which says on which timeline that is. */
  async telling(subscriber: string, event: ToldEvent): Promise<void> {
    this.#told?.note({ subscriber, event, timeline: this.#timeline });
  }

  serve(work: () => Promise<void>): Promise<boolean> {
    return this.#leases.alone(SERVING, async (lease) => {
      this.#lease = lease;
      try {
        await this.#begin();
        await work();
      } finally {
        this.#lease = null;
      }
    });
  }

  /** This host is known before it tells anything, and has looked. */
  async #begin(): Promise<void> {
    const host = this.#told?.named();
    if (host === undefined) return;
    const row = await this.#row('', host);
    if (row?.['looked'] !== row?.['timeline']) await this.#look(host);
    await beginToServe(this.#connections, host);
  }

  isServing(): Promise<boolean> {
    return this.#leases.isTaken(SERVING);
  }
}

const REPLACED = 'cursor = excluded.cursor, failing = excluded.failing, reset = excluded.reset';

/** Of name, cursor, failing and reset. */
export function valuesOf(name: string, { cursor, failing, resetBehind }: Subscription): string {
  const why = failing === null ? null : JSON.stringify(failing);
  return [name, cursor, why, resetBehind ?? null].map(literal).join(', ');
}

export function subscriptionIn(row: Readonly<Record<string, unknown>>): Subscription {
  const { cursor, failing, reset = null } = row;
  // Written above.
  const why = typeof failing === 'string' ? (JSON.parse(failing) as Subscription['failing']) : null;
  return {
    ...{ cursor: String(cursor), failing: why },
    ...(reset !== null && { resetBehind: Number(reset) }),
  };
}
