/** The commit that erases: what becomes of mail that waits, and of the tickets. Pure. */
import type { Change } from '../../ticket/change.ts';
import type { Fold } from '../lists/fold.ts';
import type { Erasure } from './erasure.ts';

/** Why a mail that waited did not go out. */
const NEVER_SENT = 'erased';

export function changesOf(
  { letters, ended, tickets, commits }: Erasure,
  lists: Pick<Fold, 'rows'>,
  by: string,
): readonly Change[] {
  const unsent = letters.flatMap((id) => lists.rows('outbox').get(id) ?? []);
  const open = ended.flatMap((id) => lists.rows('tickets').get(id)?.ticket ?? []);
  return [
    ...unsent.map(
      ({ ticket, serial, id: mail }): Change => ({
        ...{ type: 'reply.failed', ticket, serial, mail, reason: NEVER_SENT },
      }),
    ),
    ...open
      .filter(({ status }) => status !== 'resolved')
      .map(
        ({ id: ticket, status: from }): Change => ({
          ...{ type: 'ticket.status', ticket, from, to: 'resolved', by },
        }),
      ),
    { type: 'person.erased', tickets, commits, by },
  ];
}
