/**
 * All of the config, as editors and the manual page know it: with the rows that only those who
 * deal with them check, and those that are built for who has them. No program run loads it.
 */
import * as v from 'valibot';
import { collapseSchema } from './collapse.ts';
import { ConfigSchema } from './config.ts';
import { Fields } from './fields.ts';
import { Hours } from './hours.ts';
import { capsSchema, limitsSchema, sizesSchema } from './limits.ts';
import { staffSchema } from './person.ts';
import { Queue } from './queue.ts';
import { Recipients } from './recipients.ts';
import { Robots } from './robots.ts';
import { Rules } from './rules.ts';
import { SPAM_RULES, spamSchema } from './spam.ts';
import { statusSchema } from './status.ts';
import { subscribersSchema } from './subscriber.ts';

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
  staff: v.optional(staffSchema(), []),
  spam: v.optional(spamSchema(), SPAM_RULES),
  collapse: v.optional(collapseSchema(), []),
  subscribers: v.optional(subscribersSchema(), []),
  caps: v.optional(capsSchema(), {}),
  limits: v.optional(limitsSchema(), {}),
  sizes: v.optional(sizesSchema(), {}),
  status: v.optional(statusSchema(), {}),
  robots: v.optional(Robots, []),
  recipients: v.optional(Recipients),
});
