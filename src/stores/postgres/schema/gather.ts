/**
 * Everything that a work asks, in one statement, as one commit has left it (gathering.ts): rows by
 * list and key, rows of an index by list and name, records by number, answers since a time, the
 * newest held mails, the newest tickets of a queue. What is wanted next in most cases comes with
 * it: the tickets of a Message-ID, and what those were merged into.
 *
 * Without JIT: on a database that was never analyzed its plan seems costly, and compiling it takes
 * longer by far than running it.
 */

/**
 * A stranger can have many mails come with one name; whoever asks needs the first and the last
 * ones.
 */
const NAMED_AT_EACH_END = 100;
const TICKETS_AT_EACH_END = 4;

export const GATHER_FUNCTIONS = `
CREATE FUNCTION mailrobot.gather(
  text[], text[], text[], text[], bigint[], text, int, text[], text[], int[]
) RETURNS TABLE (kind text, a text, b text, seq bigint, "row" text, resting timestamptz)
LANGUAGE sql STABLE SET jit = off AS $gather$
WITH named AS MATERIALIZED (
  SELECT * FROM (
    SELECT r.list, r.name, r.ticket, r.seq, r.row,
      least(row_number() OVER (PARTITION BY r.list, r.name ORDER BY r.seq),
        row_number() OVER (PARTITION BY r.list, r.name ORDER BY r.seq DESC)) AS n
    FROM unnest($3, $4) AS w(list, name)
    JOIN mailrobot.rows r ON r.list = w.list AND r.name = w.name
  ) AS all_named WHERE n <= ${NAMED_AT_EACH_END}
), wanted AS (
  SELECT list, key FROM unnest($1, $2) AS w(list, key)
  UNION SELECT 'tickets', ticket FROM named
    WHERE list = 'messages' AND ticket IS NOT NULL AND n <= ${TICKETS_AT_EACH_END}
), found AS MATERIALIZED (
  SELECT w.list, w.key, r.ticket, r.seq, r.row
  FROM wanted w LEFT JOIN mailrobot.rows r ON r.list = w.list AND r.key = w.key
)
SELECT 'head', h.version::text || ' ' || mailrobot.identity_now(), h.hash, h.seq,
  i.keys AS row, i.resting
  FROM mailrobot.head h CROSS JOIN mailrobot.identity i
UNION ALL SELECT 'row', list, key, seq, row, NULL FROM found
UNION ALL SELECT 'row', 'tickets', r.key, r.seq, r.row, NULL
  FROM found f JOIN mailrobot.rows r ON r.list = 'tickets' AND r.key = f.ticket
  WHERE f.list = 'tickets'
UNION ALL SELECT 'named', list, name, seq, row, NULL FROM named
UNION ALL SELECT 'record', texts, NULL, seq, line, NULL
  FROM mailrobot.journal WHERE seq = ANY($5)
UNION ALL SELECT 'answered', sort, key, seq, row, NULL
  FROM mailrobot.rows WHERE list = 'answered' AND sort >= $6
UNION ALL (SELECT 'held', sort, NULL, seq, row, NULL
  FROM mailrobot.rows WHERE list = 'held' ORDER BY sort DESC LIMIT $7)
UNION ALL SELECT 'tickets', q.which, q.queue || ' ' || q.n, t.seq, t.row, NULL
  FROM unnest($8, $9, $10) AS q(which, queue, n), LATERAL (
    (SELECT r.seq, r.row FROM mailrobot.rows r
      WHERE q.which = 'all' AND r.list = 'tickets'
        AND r.sort >= q.queue || ' ' AND r.sort < q.queue || '!'
      ORDER BY r.sort DESC LIMIT q.n)
    UNION ALL
    (SELECT r.seq, r.row FROM mailrobot.marks m
      JOIN mailrobot.rows r ON r.list = 'tickets' AND r.key = m.ticket
      WHERE q.which = 'open' AND m.list = 'open'
        AND r.sort >= q.queue || ' ' AND r.sort < q.queue || '!'
      ORDER BY r.sort DESC LIMIT q.n)
  ) t
$gather$;
`;
