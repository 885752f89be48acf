/**
 * Raw mail that nobody will miss after a time: the day from which that counts, `20261120`, by
 * the number of its commit.
 *
 * Mail that a machine wrote and that is in no ticket, and held mail that was thrown away or let
 * in (then its ticket has a copy).
 */
import type { Edit, List } from './list.ts';

export const expiring: List<string> = ({ seq, time, changes }) =>
  changes.flatMap((change): readonly Edit<string>[] => {
    switch (change.type) {
      case 'mail.recorded':
        return change.expires ? [{ type: 'put', key: String(seq), row: dayOf(time) }] : [];
      case 'mail.discarded':
      case 'mail.released':
        return [{ type: 'put', key: String(change.held), row: dayOf(time) }];
      case 'mail.expired':
        return change.mails.map((mail) => ({ type: 'delete', key: String(mail) }));
      default:
        return [];
    }
  });

export function dayOf(time: string | Date): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}
