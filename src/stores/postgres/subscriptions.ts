/**
 * How far the subscribers of the feed are: a row each, replaced durably.
 *
 * One process among all hosts serves them, by a lease. If it loses that (it was stopped for long,
 * or a failover has lost the row), the next `save` throws, and so ends its work; what was sent in
 * between is sent once more by the other, which a subscriber must expect at any time. A person who
 * sends one elsewhere (`change`) wins: `save` leaves a row alone that is not as this process has
 * last seen it.
 */

import type { Subscription } from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import { literal } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { committed } from './durably.ts';
import { type Lease, Leases } from './leases.ts';
import { mustBeKnown } from './version.ts';

const SERVING = 'subscribers';

export class Subscriptions {
  readonly #connections: Connections;
  readonly #leases: Leases;
  #lease: Lease | null = null;
  /** The cursors that were last seen, or written. */
  readonly #seen = new Map<string, string>();

  constructor(connections: Connections) {
    this.#connections = connections;
    this.#leases = new Leases(connections);
  }

  async read(name: string): Promise<Subscription | null> {
    const [row] = await this.#connections.with((database) =>
      database.query({
        text: `SELECT version, cursor, failing
          FROM mailrobot.head LEFT JOIN mailrobot.subscriptions ON name = $1`,
        values: [name],
      }),
    );
    if (row !== undefined) mustBeKnown(row['version']);
    if (row === undefined || row['cursor'] === null) return null;
    const subscription = subscriptionIn(row);
    this.#seen.set(name, subscription.cursor);
    return subscription;
  }

  /** For whoever serves them. */
  async save(name: string, subscription: Subscription): Promise<void> {
    const seen = this.#seen.get(name);
    const isHeld = this.#lease?.heldBy ?? 'true';
    const isSame = seen === undefined ? 'true' : `s.cursor = ${literal(seen)}`;
    const [found] = await committed(
      this.#connections,
      'on',
      `WITH held AS MATERIALIZED (SELECT ${isHeld} AS held), saved AS (
        INSERT INTO mailrobot.subscriptions AS s (name, cursor, failing)
        SELECT ${valuesOf(name, subscription)} FROM held WHERE held
        ON CONFLICT (name) DO UPDATE SET ${REPLACED} WHERE ${isSame} RETURNING 1)
      SELECT held, EXISTS (SELECT 1 FROM saved) AS saved FROM held`,
    );
    if (found?.['held'] !== true) {
      throw new Failure('store-locked', 'somebody else serves the subscribers by now');
    }
    if (found['saved'] === true) this.#seen.set(name, subscription.cursor);
  }

  /** For a person who sends one elsewhere, maybe while it is served. */
  async change(name: string, subscription: Subscription): Promise<void> {
    await committed(
      this.#connections,
      'on',
      `INSERT INTO mailrobot.subscriptions (name, cursor, failing)
        VALUES (${valuesOf(name, subscription)}) ON CONFLICT (name) DO UPDATE SET ${REPLACED}`,
    );
    this.#seen.set(name, subscription.cursor);
  }

  serve(work: () => Promise<void>): Promise<boolean> {
    return this.#leases.alone(SERVING, async (lease) => {
      this.#lease = lease;
      try {
        await work();
      } finally {
        this.#lease = null;
      }
    });
  }

  isServing(): Promise<boolean> {
    return this.#leases.isTaken(SERVING);
  }
}

const REPLACED = 'cursor = excluded.cursor, failing = excluded.failing';

export function valuesOf(name: string, { cursor, failing }: Subscription): string {
  const why = failing === null ? null : JSON.stringify(failing);
  return [name, cursor, why].map(literal).join(', ');
}

export function subscriptionIn(row: Readonly<Record<string, unknown>>): Subscription {
  const { cursor, failing } = row;
  // Written above.
  const why = typeof failing === 'string' ? (JSON.parse(failing) as Subscription['failing']) : null;
  return { cursor: String(cursor), failing: why };
}
