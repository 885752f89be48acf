/**
 * Everything that a desk has in a database, as SQL: one schema named `mailrobot`, made by its owner.
 *
 * Each idea has its tables in a file beside this one.
 */
import { APPEND_SCHEMA } from './append.ts';
import { FILES_SCHEMA } from './files.ts';
import { GATHER_SCHEMA } from './gather.ts';
import { JOURNAL_SCHEMA } from './journal.ts';
import { LOG_SCHEMA } from './log.ts';
import { OUTBOX_SCHEMA } from './outbox.ts';
import { STATISTICS_SCHEMA } from './statistics.ts';

/** A database with a newer one is left alone (`store-newer`). */
export const SCHEMA_VERSION = 1;

const PARTS = [
  JOURNAL_SCHEMA,
  LOG_SCHEMA,
  FILES_SCHEMA,
  OUTBOX_SCHEMA,
  APPEND_SCHEMA,
  GATHER_SCHEMA,
  STATISTICS_SCHEMA,
];

export const SCHEMA = ['CREATE SCHEMA mailrobot;', ...PARTS].join('\n');
