/**
 * The fields of a queue: those of `fields` in the config, checked.
 *
 * A field that is wrong is a problem of its queue: then mail of that queue waits with the MTA, as
 * for any error in the config, and mail of the others does not.
 */
import { Failure } from '../outcome.ts';
import type { Field } from '../ticket/field.ts';
import type { Config } from './config.ts';
import type { Problem } from './schema/config.ts';
import { checkFields } from './schema/fields.ts';

/** Of the queue of that prefix; none if the config has it no more. Throws a Failure `config`. */
export function fieldsOf(
  prefix: string,
  { file, queues }: Pick<Config, 'file' | 'queues'>,
): readonly Field[] {
  const at = queues.findIndex((queue) => queue.prefix === prefix);
  const { rows, problems } = checkFields(queues[at]?.fields, keyOf(at));
  const [wrong] = problems;
  if (wrong !== undefined) throw new Failure('config', `${file}: "${wrong.key}" ${wrong.problem}`);
  return rows.map(({ row }) => row);
}

/** Those in which nothing is wrong. */
export function rightFieldsOf(
  prefix: string,
  { queues }: Pick<Config, 'queues'>,
): readonly Field[] {
  const at = queues.findIndex((queue) => queue.prefix === prefix);
  const key = keyOf(at);
  const { rows, problems } = checkFields(queues[at]?.fields, key);
  return rows.flatMap(({ at: row, row: field }) =>
    problems.some((one) => one.key.startsWith(`${key}.${row}.`)) ? [] : field,
  );
}

/** What is wrong with fields, of all queues. */
export function problemsOfFields({ queues }: Pick<Config, 'queues'>): readonly Problem[] {
  return queues.flatMap(({ fields }, n) => checkFields(fields, keyOf(n)).problems);
}

function keyOf(queue: number): string {
  return `queues.${queue}.fields`;
}
