/** Rows by the number of a mail go with the mail, when a person is erased. */
import type { Change } from '../../ticket/change.ts';
import type { Edit } from './list.ts';

export function erasedRows({
  commits,
}: Extract<Change, { type: 'person.erased' }>): readonly Extract<
  Edit<unknown>,
  { type: 'delete' }
>[] {
  return commits.flatMap(({ seq, isMailGone }) =>
    isMailGone ? { type: 'delete', key: String(seq) } : [],
  );
}
