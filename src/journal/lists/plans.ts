/**
 * What robots would do and nobody has confirmed yet, by the number of the mail that asked for it.
 */
import { MAX_WRONG_NUMBERS, type RobotPlan } from '../../ticket/robot-plan.ts';
import { seqOf } from '../paths.ts';
import { erasedRows } from './erased-rows.ts';
import type { Edit, List } from './list.ts';

export const plans: List<RobotPlan> = ({ seq, time, changes }) =>
  changes.flatMap((change): readonly Edit<RobotPlan>[] => {
    switch (change.type) {
      case 'robot.planned': {
        const { type: _, ...plan } = change;
        const row = { ...plan, madeAt: time, doubts: [], confirmed: null };
        return [{ type: 'put', key: String(plan.run), row }];
      }
      case 'robot.queued': {
        const { confirms, raw } = change;
        if (confirms === undefined) return [];
        const confirmed = { run: seqOf(raw) ?? seq, at: time };
        const after = (row: RobotPlan | null) =>
          row === null || row.confirmed !== null ? row : { ...row, confirmed };
        return [{ type: 'change', key: String(confirms), after }];
      }
      case 'robot.doubted': {
        // By their commits: the same one may be made again.
        const after = (row: RobotPlan | null) => {
          if (row === null || row.doubts.includes(seq)) return row;
          const doubts = [...row.doubts, seq];
          return doubts.length >= MAX_WRONG_NUMBERS ? null : { ...row, doubts };
        };
        return [{ type: 'change', key: String(change.run), after }];
      }
      case 'robot.lapsed':
        return [{ type: 'delete', key: String(change.run) }];
      case 'robot.ended':
        // What is held may be tried once more.
        return change.plan === undefined || change.end === 'held'
          ? []
          : [{ type: 'delete', key: String(change.plan) }];
      case 'person.erased':
        return erasedRows(change);
      default:
        return [];
    }
  });
