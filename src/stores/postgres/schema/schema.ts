/**
 * Everything that a desk has in a database, as SQL: one schema named `mailrobot`, made by its owner.
 *
 * Each idea has its tables and functions in a file beside this one.
 */
import { APPEND_FUNCTIONS } from './append.ts';
import { FILES_FUNCTIONS, FILES_TABLES } from './files.ts';
import { FORGET_FUNCTIONS } from './forget.ts';
import { GATHER_FUNCTIONS } from './gather.ts';
import { JOURNAL_TABLES } from './journal.ts';
import { LOG_TABLES } from './log.ts';
import { OUTBOX_FUNCTIONS, OUTBOX_TABLES } from './outbox.ts';
import { STATISTICS } from './statistics.ts';
import { VERSION_FUNCTIONS } from './version.ts';

/** A database with a newer one is left alone (`store-newer`), and so is one with an older one. */
export const SCHEMA_VERSION = 3;

/** Of this version, without those of any other. Nobody else may call them but whom they are granted to. */
export const FUNCTIONS = [
  FILES_FUNCTIONS,
  FORGET_FUNCTIONS,
  APPEND_FUNCTIONS,
  OUTBOX_FUNCTIONS,
  GATHER_FUNCTIONS,
  VERSION_FUNCTIONS,
  'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA mailrobot FROM PUBLIC;',
].join('\n');

const TABLES = [JOURNAL_TABLES, LOG_TABLES, FILES_TABLES, OUTBOX_TABLES];

export const SCHEMA = ['CREATE SCHEMA mailrobot;', ...TABLES, FUNCTIONS, STATISTICS].join('\n');
