/**
 * Raw mail that nobody will miss after a time: the day from which that counts, `20261120`, by
 * the number of its commit.
 *
 * Mail that a machine wrote and that is in no ticket, held mail that was thrown away or let
 * in (then its ticket has a copy), and mail that a robot has dealt with, if it is in no ticket.
 */
import { erasedRows } from './erased-rows.ts';
import type { Edit, List } from './list.ts';

export const expiring: List<string> = ({ seq, time, changes }) =>
  changes.flatMap((change): readonly Edit<string>[] => {
    switch (change.type) {
      case 'mail.recorded':
        return change.expires ? [{ type: 'put', key: String(seq), row: dayOf(time) }] : [];
      case 'mail.discarded':
      case 'mail.released':
        return [{ type: 'put', key: String(change.held), row: dayOf(time) }];
      case 'robot.ended':
        return change.end === 'held' || change.isFiled
          ? []
          : [{ type: 'put', key: String(change.run), row: dayOf(time) }];
      case 'mail.expired':
        return change.mails.map((mail) => ({ type: 'delete', key: String(mail) }));
      case 'person.erased':
        return erasedRows(change);
      default:
        return [];
    }
  });

export function dayOf(time: string | Date): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}

/**
 * Of the days before that of `time`, oldest first. A day later than today says nothing but
 * that a clock was ahead: such a mail goes with those that came after it. (By the clock alone
 * one that is behind, as after a start without a network, would take everything at once.)
 * `days` are in order, and `mailsOf` says which mails a day has, in any order.
 */
export function expiredBefore(
  time: Date,
  now: Date,
  limit: number,
  days: readonly string[],
  mailsOf: (day: string) => readonly number[],
): readonly number[] {
  const found: number[] = [];
  for (const day of days) {
    if (day >= dayOf(time) || found.length >= limit) break;
    for (const mail of inOrder(mailsOf(day))) found.push(mail);
  }
  if (found.length === 0) return [];
  const newest = found.reduce((one, other) => Math.max(one, other));
  const ahead = days.filter((day) => day > dayOf(now)).flatMap((day) => inOrder(mailsOf(day)));
  return [...ahead.filter((mail) => mail < newest), ...found].slice(0, limit);
}

function inOrder(mails: readonly number[]): readonly number[] {
  return mails.toSorted((one, other) => one - other);
}
