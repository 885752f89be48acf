/**
 * What subscribers were told and a failover has lost: found by the hosts that have told it.
 *
 * How far a subscriber is, is rolled back with the commits. So on each new timeline of the server every
 * host compares once what it has told (told.ts) with the journal, before it reads how far anybody is, and
 * writes down who is to be told that something is lost; whoever serves tells them, once, whichever hosts
 * have found it. A switchover that loses nothing is told nobody. A host that has served lately and has
 * not looked an hour after the others is taken for dead with what it knew: if what it told could be
 * lost, all subscribers are told so.
 */
import type { ToldEvent } from '../../journal/log.ts';
import { literal } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { committed } from './durably.ts';
import { TIMELINE } from './schema/log.ts';
import type { Told } from './told.ts';

const MISSING_AFTER = '1 hour';
/** A host that has not served for so long is not missed. */
const LATELY = '7 days';

/** Whether the journal has it no more. Another epoch is told of by itself. */
export type IsLost = (event: ToldEvent) => Promise<boolean>;

/** What this host has told is compared with the journal, once on each timeline. */
export async function lookForLost(
  connections: Connections,
  host: string,
  told: readonly Told[],
  isLost: IsLost,
): Promise<void> {
  const statements: string[] = [];
  for (const one of told) if (await isLost(one.event)) statements.push(noted(one));
  const looked = `INSERT INTO mailrobot.hosts (name, timeline, looked)
    VALUES (${literal(host)}, ${TIMELINE}, clock_timestamp()) ${LOOKED}`;
  await committed(connections, 'on', [...statements, looked].join(';\n'));
}

const LOOKED = `ON CONFLICT (name) DO UPDATE
  SET (timeline, looked) = (excluded.timeline, excluded.looked)`;

/** Unless another host has found it on this timeline. */
function noted({ subscriber, event: { id, seq }, timeline }: Told): string {
  return `INSERT INTO mailrobot.subscriptions AS s (name, cursor, reset, lost)
    SELECT ${literal(subscriber)}, ${literal(id)}, coalesce((SELECT min(f.first)
        FROM mailrobot.failovers f
        WHERE f.first <= ${seq} AND (f.timeline IS NULL OR f.timeline > ${literal(timeline)})),
      least(${seq}, h.seq + 1)) - 1, ${TIMELINE} FROM mailrobot.head h
    ON CONFLICT (name) DO UPDATE
      SET (reset, lost, failing) = (least(s.reset, excluded.reset), excluded.lost, NULL)
      WHERE s.lost IS DISTINCT FROM excluded.lost`;
}

/** By whoever begins to serve, and has looked. */
export async function beginToServe(connections: Connections, host: string): Promise<void> {
  const isSafe = "current_setting('synchronous_standby_names') <> ''";
  await committed(
    connections,
    'local',
    `INSERT INTO mailrobot.hosts (name, served, safe, timeline, looked)
      VALUES (${literal(host)}, clock_timestamp(), ${isSafe}, ${TIMELINE}, clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET (served, safe) = (excluded.served, excluded.safe);
    WITH missing AS MATERIALIZED (SELECT name, timeline,
        NOT safe AND served > clock_timestamp() - interval '${LATELY}' AS counts
      FROM mailrobot.hosts WHERE timeline <> ${TIMELINE} AND EXISTS (
        SELECT FROM mailrobot.hosts g WHERE g.timeline = ${TIMELINE}
          AND g.looked < clock_timestamp() - interval '${MISSING_AFTER}') FOR UPDATE),
    given_up AS (UPDATE mailrobot.hosts h SET (timeline, looked) = (${TIMELINE}, clock_timestamp())
      FROM missing m WHERE h.name = m.name)
    UPDATE mailrobot.subscriptions s SET (reset, lost) = (least(s.reset, coalesce(
        (SELECT min(f.first) FROM mailrobot.failovers f, missing m
          WHERE m.counts AND f.timeline > m.timeline), h.seq + 1) - 1), ${TIMELINE})
      FROM mailrobot.head h
      WHERE s.lost IS DISTINCT FROM ${TIMELINE} AND EXISTS (SELECT FROM missing WHERE counts)`,
  );
}
