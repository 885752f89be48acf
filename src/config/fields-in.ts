/** The fields of each queue, by its prefix. Only a desk that has some loads what reads them. */
import type { Field } from '../ticket/field.ts';
import type { Config } from './config.ts';

export type FieldsOf = (queue: string) => readonly Field[];

export async function fieldsIn(config: Pick<Config, 'file' | 'queues'>): Promise<FieldsOf> {
  if (config.queues.every(({ fields }) => fields === undefined)) return () => [];
  const { fieldsOf } = await import('./fields.ts');
  return (queue) => fieldsOf(queue, config);
}
