/** The fields of each queue, by its prefix. Only a desk that has some loads what reads them. */
import type { Field } from '../ticket/field.ts';
import { type Config, hasFields } from './config.ts';

export type FieldsOf = (queue: string) => readonly Field[];

/** For what is only shown and counted: those that are right. Nobody waits for the others. */
export async function fieldsIn(config: Pick<Config, 'file' | 'queues'>): Promise<FieldsOf> {
  if (!hasFields(config)) return () => [];
  const { rightFieldsOf } = await import('./fields.ts');
  return (queue) => rightFieldsOf(queue, config);
}

/** For what changes a ticket. Throws a Failure `config` where one of a queue is wrong. */
export async function allFieldsIn(config: Pick<Config, 'file' | 'queues'>): Promise<FieldsOf> {
  if (!hasFields(config)) return () => [];
  const { fieldsOf } = await import('./fields.ts');
  return (queue) => fieldsOf(queue, config);
}
