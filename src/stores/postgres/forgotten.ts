/**
 * Rows that follow from the commits, and that a database need not have any more: old ones, by the
 * rules of their lists (schema/forget.ts), and of those who wrote all but the first, which alone is
 * asked for. Pure.
 *
 * What has acted for somebody (`acts`) is never old: a signed text counts once, however late it
 * comes again.
 */
import { ANSWERED_MS } from '../../journal/lists/answered.ts';
import type { Fold } from '../../journal/lists/fold.ts';
import type { ListName } from '../../journal/lists/table.ts';
import { DELIVERY_DAYS } from '../../journal/lookups.ts';
import { DAY_MS } from '../../ticket/age.ts';

/** A day more than they are asked for. */
export const DELIVERIES_MS = (DELIVERY_DAYS + 1) * DAY_MS;

/** `newest`: time of the newest commit, in milliseconds. */
export function forgottenIn(lists: Fold, newest: number): (list: ListName, key: string) => boolean {
  const firsts = new Map<string, number>();
  for (const { name, seq } of lists.rows('writers').values()) {
    firsts.set(name, Math.min(seq, firsts.get(name) ?? seq));
  }
  return (list, key) => {
    if (list === 'answered') {
      const row = lists.rows(list).get(key);
      return row !== undefined && row.at.getTime() < newest - ANSWERED_MS;
    }
    if (list === 'deliveries') {
      const row = lists.rows(list).get(key);
      return row !== undefined && row.time * 1000 < newest - DELIVERIES_MS;
    }
    if (list !== 'writers') return false;
    const row = lists.rows(list).get(key);
    return row !== undefined && row.seq > (firsts.get(row.name) ?? row.seq);
  };
}
