/**
 * A list in the config of which each row is checked by itself, so that a wrong one is in the way of
 * no other: robots, rules.
 */
import * as v from 'valibot';
import { explain, type Problem } from './config.ts';

export interface CheckedRows<Row> {
  /** Those that are right, with their place in the list. */
  readonly rows: readonly { readonly at: number; readonly row: Row }[];
  readonly problems: readonly Problem[];
}

/** `key`: where the list stands. */
export function checkRows<Row extends v.GenericSchema>(
  list: readonly unknown[],
  schema: Row,
  key: string,
): CheckedRows<v.InferOutput<Row>> {
  const rows: { readonly at: number; readonly row: v.InferOutput<Row> }[] = [];
  const problems: Problem[] = [];
  for (const [at, one] of list.entries()) {
    const parsed = v.safeParse(schema, one);
    if (parsed.success) rows.push({ at, row: parsed.output });
    else {
      for (const { key: inner, problem } of parsed.issues.map(explain)) {
        problems.push({ key: [key, at, inner].filter((part) => part !== '').join('.'), problem });
      }
    }
  }
  return { rows, problems };
}
