/** The fields of each queue, by its prefix. Only a desk that has some loads what reads them. */
import { type Config, hasFields } from '../config/config.ts';
import type { ActionContext } from './action.ts';

export async function fieldsIn(config: Config): Promise<ActionContext['fieldsOf']> {
  if (!hasFields(config)) return () => [];
  const { fieldsOf } = await import('../config/fields.ts');
  return (queue) => fieldsOf(queue, config);
}
