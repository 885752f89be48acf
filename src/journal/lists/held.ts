/** Mail that waits for a staff member to let it in or throw it away: by its id. */
import type { HeldMail } from '../../ticket/held.ts';
import { seqOf } from '../paths.ts';
import { erasedRows } from './erased-rows.ts';
import type { Edit, List } from './list.ts';

export const held: List<HeldMail> = ({ changes }) =>
  changes.flatMap((change): readonly Edit<HeldMail>[] => {
    switch (change.type) {
      case 'mail.held':
        return [{ type: 'put', key: String(change.mail.id), row: change.mail }];
      case 'mail.released':
      case 'mail.discarded':
        return [{ type: 'delete', key: String(change.held) }];
      case 'person.erased':
        return erasedRows(change);
      case 'robot.queued':
        // It was held because its robot had failed.
        return change.by === undefined ? [] : [{ type: 'delete', key: String(seqOf(change.raw)) }];
      default:
        return [];
    }
  });
