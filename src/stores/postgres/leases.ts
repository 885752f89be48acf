/**
 * Work that one process at a time does, among all hosts: a row says whose it is, and until when.
 *
 * By the database's clock alone. While the work lasts its process writes a new end from time to
 * time; so what a dead one, or one that was stopped, has held is free soon. It holds nothing in the
 * session, and needs no standby: after a failover the row may be gone, and two may be at work. So a
 * lease is no proof. Whoever holds one asks `isHeld`, which is false once an end was not written in
 * time, and what must not be done twice says so in its own statement (`heldBy`).
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { literal } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { committed } from './durably.ts';

const LEASE_SECONDS = 15;
const RENEW_MS = 4000;

export interface Lease {
  /** For a statement: whether the row still says so. */
  readonly heldBy: string;
  /** By what this process knows. */
  readonly isHeld: () => boolean;
}

export class Leases {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** False if somebody else does such work. */
  async alone(name: string, work: (lease: Lease) => Promise<void>): Promise<boolean> {
    const held = await this.#take(name);
    if (held === null) return false;
    try {
      await work(held);
    } finally {
      await held.end();
    }
    return true;
  }

  async isTaken(name: string): Promise<boolean> {
    const [found] = await this.#connections.with((database) =>
      database.query({
        text: 'SELECT 1 AS found FROM mailrobot.leases WHERE name = $1 AND until > clock_timestamp()',
        values: [name],
      }),
    );
    return found !== undefined;
  }

  async #take(name: string): Promise<HeldLease | null> {
    // The host is for people who look at the table.
    const holder = `${hostname()} ${process.pid} ${randomBytes(8).toString('hex')}`;
    const asked = performance.now();
    const [taken] = await committed(
      this.#connections,
      'local',
      `INSERT INTO mailrobot.leases AS l (name, holder, until)
        VALUES (${literal(name)}, ${literal(holder)}, ${END})
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${END}
          WHERE l.until <= clock_timestamp()
        RETURNING 1 AS taken`,
    );
    return taken === undefined ? null : new HeldLease(this.#connections, name, holder, asked);
  }
}

const END = `clock_timestamp() + interval '${LEASE_SECONDS} seconds'`;

class HeldLease implements Lease {
  readonly heldBy: string;
  readonly #connections: Connections;
  readonly #row: string;
  readonly #timer: NodeJS.Timeout;
  /** When the last end was asked for that was written: monotonic, in milliseconds. */
  #since: number;
  #isLost = false;
  #renewing: Promise<void> = Promise.resolve();

  constructor(connections: Connections, name: string, holder: string, since: number) {
    this.#connections = connections;
    this.#row = `name = ${literal(name)} AND holder = ${literal(holder)}`;
    this.heldBy = `EXISTS (SELECT 1 FROM mailrobot.leases
      WHERE ${this.#row} AND until > clock_timestamp())`;
    this.#since = since;
    this.#timer = setInterval(() => {
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, RENEW_MS);
    this.#timer.unref();
  }

  readonly isHeld = (): boolean =>
    !this.#isLost && performance.now() < this.#since + LEASE_SECONDS * 1000;

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    const gone = `DELETE FROM mailrobot.leases WHERE ${this.#row}`;
    // It ends by itself, too, and what the work says counts more.
    await committed(this.#connections, 'local', gone).catch(() => {});
  }

  async #renew(): Promise<void> {
    const asked = performance.now();
    try {
      const [found] = await committed(
        this.#connections,
        'local',
        `UPDATE mailrobot.leases SET until = ${END}
          WHERE ${this.#row} AND until > clock_timestamp() RETURNING 1 AS found`,
      );
      if (found === undefined) this.#isLost = true;
      else this.#since = asked;
    } catch {
      // The database is away for now; tried again until the lease has run out.
    }
  }
}
