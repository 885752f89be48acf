/**
 * When the timer and a server ran last, on any host: a row each beside the leases, whose holder is the
 * time. What is no lease is held by nobody.
 */
import { literal } from '../../postgres/client.ts';
import type { Lender } from '../../postgres/connections.ts';
import { CLOCKS, type Clock, type Ran } from '../../ticket/clock.ts';
import { committed } from './durably.ts';

const PREFIX = 'clock ';

export async function ranIn(connections: Lender): Promise<readonly Ran[]> {
  const rows = await connections.with((database) =>
    database.query({
      text: 'SELECT name, holder FROM mailrobot.leases WHERE name = ANY ($1)',
      values: [CLOCKS.map((clock) => `${PREFIX}${clock}`)],
    }),
  );
  return rows.flatMap(({ name, holder }) => {
    const clock = CLOCKS.find((one) => name === `${PREFIX}${one}`);
    return clock === undefined ? [] : [{ clock, at: String(holder) }];
  });
}

export async function writeRun(connections: Lender, clock: Clock, now: Date): Promise<void> {
  const [name, at] = [literal(`${PREFIX}${clock}`), literal(now.toISOString())];
  await committed(
    connections,
    'local',
    `INSERT INTO mailrobot.leases (name, holder, until) VALUES (${name}, ${at}, clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET (holder, until) = (excluded.holder, excluded.until)`,
  );
}
