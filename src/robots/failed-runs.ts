/**
 * The runs that have failed for good, and whose mail no list has: a rule gave it to the robot, so
 * it is in its ticket, and not held. By the number of the mail, with the name of the robot.
 *
 * Only a person asks for them, so the journal is read for it, from its beginning, and then on.
 */
import { erasedRows } from '../journal/lists/erased-rows.ts';
import { type Edit, editRows } from '../journal/lists/list.ts';
import type { CommitReader, LoggedCommit } from '../journal/log.ts';
import { seqOf } from '../journal/paths.ts';

export class FailedRuns {
  readonly #commits: CommitReader;
  readonly #rows = new Map<string, string>();

  /** `commits`: all of them. */
  constructor(commits: CommitReader) {
    this.#commits = commits;
  }

  async list(): Promise<readonly { readonly run: number; readonly robot: string }[]> {
    for await (const commit of this.#commits.read()) editRows(this.#rows, editsOf(commit));
    return [...this.#rows].map(([run, robot]) => ({ run: Number(run), robot }));
  }
}

function editsOf({ seq, changes }: Pick<LoggedCommit, 'seq' | 'changes'>): readonly Edit<string>[] {
  return changes.flatMap((change): readonly Edit<string>[] => {
    switch (change.type) {
      case 'robot.queued':
        return [{ type: 'delete', key: String(seqOf(change.raw) ?? seq) }];
      case 'robot.ended': {
        const key = String(change.run);
        const isFailed = change.end === 'held' && change.isFiled === true;
        return [isFailed ? { type: 'put', key, row: change.robot } : { type: 'delete', key }];
      }
      case 'person.erased':
        return erasedRows(change);
      default:
        return [];
    }
  });
}
