/** Rows on stdout as JSON: one array, or one object a line. */
import { inertJson, inertJsonLine } from '../pages/inert.ts';

export interface AsJson {
  readonly json?: boolean;
  readonly ndjson?: boolean;
}

/** False if a table for people is wanted. */
export function writeAsJson(rows: readonly unknown[], { json, ndjson }: AsJson): boolean {
  if (ndjson) process.stdout.write(rows.map((row) => `${inertJsonLine(row)}\n`).join(''));
  else if (json) process.stdout.write(`${inertJson(rows)}\n`);
  return json === true || ndjson === true;
}
