/**
 * What people wrote is in none of the planner's statistics: those keep samples of the columns,
 * which would outlive an erasure, and no question of ours goes by such a column.
 */
const WITH_WORDS: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['journal', ['line', 'texts']],
  ['rows', ['row']],
  ['subscriptions', ['failing']],
  ['standing', ['sum', 'error', 'ended']],
  ['secrets', ['text']],
  ['pieces', ['octets']],
];

export const STATISTICS = WITH_WORDS.flatMap(([table, columns]) =>
  columns.map(
    (column) => `ALTER TABLE mailrobot.${table} ALTER COLUMN ${column} SET STATISTICS 0;`,
  ),
).join('\n');
