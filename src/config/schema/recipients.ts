/**
 * `recipients` in the config. Loaded by whoever deals with recipients, and by no other mail.
 */
import * as v from 'valibot';
import { databasePlace } from '../../postgres/place.ts';
import { explain, type Problem } from './config.ts';
import { DOMAIN } from './values.ts';

/** Tables that postmap(1) makes of a file. */
const MAP_TYPES = ['hash', 'lmdb', 'btree', 'cdb', 'dbm'] as const;
const A_FILE = 'a path, or hash:/path, lmdb:/path';
const FILE = new RegExp(`^((${MAP_TYPES.join('|')}):)?/[A-Za-z0-9/._-]{1,200}$`);
const A_DATABASE = 'a URI such as postgresql:///mail?host=/run/postgresql';
const ONE_KIND = 'a database or a file, and not both';

export const Recipients = v.pipe(
  v.strictObject({
    database: v.optional(
      v.pipe(
        v.string(A_DATABASE),
        v.check((text) => !('refused' in databasePlace(text)), A_DATABASE),
        v.description('Where PostgreSQL has the table recipients: see docs/postgresql.md.'),
      ),
    ),
    file: v.optional(
      v.pipe(
        v.string(A_FILE),
        v.regex(FILE, A_FILE),
        v.description('A file of recipients, of which postmap makes a table for Postfix.'),
      ),
    ),
    domains: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.regex(DOMAIN, 'a mail domain')), 'a list of mail domains'),
        v.minLength(1, 'a list of mail domains'),
        v.description('Domains that recipients may be in; default: that of the desk.'),
      ),
    ),
  }),
  v.check(({ database, file }) => (database === undefined) !== (file === undefined), ONE_KIND),
  v.description('Where valid addresses and their destinations lie; see docs/recipients.md.'),
);

export type ParsedRecipients = v.InferOutput<typeof Recipients>;

export type CheckedRecipients =
  | { readonly ok: true; readonly value: ParsedRecipients }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function checkRecipients(value: unknown): CheckedRecipients {
  const parsed = v.safeParse(Recipients, value);
  if (parsed.success) return { ok: true, value: parsed.output };
  return {
    ok: false,
    problems: parsed.issues.map((issue) => {
      const { key, problem } = explain(issue);
      if (key === '') return { key: 'recipients', problem: `must be ${ONE_KIND}` };
      if (key !== 'database' || typeof issue.input !== 'string') {
        return { key: `recipients.${key}`, problem };
      }
      // It may have a password in it.
      const place = databasePlace(issue.input);
      const why = 'refused' in place ? place.refused : A_DATABASE;
      return { key: 'recipients.database', problem: `cannot be used: ${why}` };
    }),
  };
}
