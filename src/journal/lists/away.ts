/** Who of the staff is away: one row. */
import { type AwayPeople, awayAfter, NOBODY_AWAY } from '../../ticket/away.ts';
import type { List } from './list.ts';

/** The key of the row. */
export const AWAY = 'staff';

export const away: List<AwayPeople> = ({ changes }) =>
  changes.flatMap((change) =>
    change.type === 'staff.away'
      ? [{ type: 'change', key: AWAY, after: (before) => awayAfter(before ?? NOBODY_AWAY, change) }]
      : [],
  );
