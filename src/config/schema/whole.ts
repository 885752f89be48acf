/**
 * All of the config, as editors and the manual page know it: with the rows that only those who
 * deal with them check. No program run loads it.
 */
import * as v from 'valibot';
import { ConfigSchema } from './config.ts';
import { Fields } from './fields.ts';
import { Hours } from './hours.ts';
import { Queue } from './queue.ts';
import { Recipients } from './recipients.ts';
import { Robots } from './robots.ts';
import { Rules } from './rules.ts';

const WholeQueue = v.strictObject({
  ...Queue.entries,
  match: v.optional(Rules, []),
  fields: v.optional(Fields, []),
  hours: v.optional(Hours),
});

export const WholeConfigSchema = v.strictObject({
  ...ConfigSchema.entries,
  queues: v.pipe(
    v.array(WholeQueue),
    v.minLength(1),
    v.description(v.getDescription(ConfigSchema.entries.queues) ?? ''),
  ),
  robots: v.optional(Robots, []),
  recipients: v.optional(Recipients),
});
