/**
 * What is old by the rule of its list goes, a little with each commit: automatic answers that no
 * cap looks back to, and deliveries that nobody tries again any more. So these lists do not grow
 * with the desk, and no statement is sent for it. Whoever checks knows the rule (../forgotten.ts).
 */
import { ANSWERED_MS } from '../../../journal/lists/answered.ts';
import { DELIVERIES_MS } from '../forgotten.ts';

/** Of each list, with one commit: more than one commit adds in most cases. */
const AT_ONCE = 20;

export const FORGET_FUNCTIONS = `
CREATE FUNCTION mailrobot.iso(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $iso$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$iso$;
CREATE FUNCTION mailrobot.forget_old(at timestamptz) RETURNS void LANGUAGE sql AS $forget_old$
  DELETE FROM mailrobot.rows r USING (
    (SELECT list, key FROM mailrobot.rows
      WHERE list = 'answered' AND sort < mailrobot.iso(at - interval '${ANSWERED_MS} milliseconds')
      ORDER BY sort LIMIT ${AT_ONCE})
    UNION ALL
    (SELECT list, key FROM mailrobot.rows
      WHERE list = 'deliveries'
        AND sort < mailrobot.iso(at - interval '${DELIVERIES_MS} milliseconds')
      ORDER BY sort LIMIT ${AT_ONCE})
  ) AS old WHERE r.list = old.list AND r.key = old.key
$forget_old$;
`;
