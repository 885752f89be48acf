/** Mail that waits for a robot, by the number of the commit that brought it. */
import type { RobotRun } from '../../ticket/robot-run.ts';
import { seqOf } from '../paths.ts';
import type { JournalRecord } from '../record.ts';
import { erasedRows } from './erased-rows.ts';
import type { Edit } from './list.ts';

type Committed = Pick<JournalRecord, 'seq' | 'time' | 'changes'>;

export function runs({ seq, time, changes }: Committed): readonly Edit<RobotRun>[] {
  return changes.flatMap((change): readonly Edit<RobotRun>[] => {
    switch (change.type) {
      case 'robot.queued': {
        const { type: _, by: __, ...mail } = change;
        const run = seqOf(mail.raw) ?? seq;
        const row = { run, ...mail, since: time, tries: 0, why: null, next: null };
        return [{ type: 'put', key: String(run), row }];
      }
      case 'robot.failed': {
        const { run, tries, why, next } = change;
        const after = (before: RobotRun | null) => before && { ...before, tries, why, next };
        return [{ type: 'change', key: String(run), after }];
      }
      case 'robot.ended':
        return [{ type: 'delete', key: String(change.run) }];
      case 'person.erased':
        return erasedRows(change);
      default:
        return [];
    }
  });
}
