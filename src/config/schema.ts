/**
 * The config: its schema, from which its type and the JSON Schema for editors
 * are both made (`config.schema.json`).
 *
 * Every key is described here and nowhere else. Unknown keys are refused, so
 * that a misspelt one is not silently a default. Relative paths are resolved
 * against the folder of the config file (src/config/read.ts).
 */
import * as v from 'valibot';
import { DEFAULT_LIMITS } from '../message/limits.ts';

const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const LOCAL_PART = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
const PREFIX = /^[A-Z][A-Z0-9]{0,31}$/;
const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const A_TEXT = 'a text of 1 to 200 characters';
const Text = v.pipe(v.string(A_TEXT), v.minLength(1, A_TEXT), v.maxLength(200, A_TEXT));

const A_NUMBER = 'a whole number from 1 to 999999999';

function limit(standard: number, [least, most]: readonly [number, number], what: string) {
  const wanted = `a whole number from ${least} to ${most}`;
  const number = v.pipe(
    v.number(wanted),
    v.integer(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
    v.description(what),
  );
  return v.optional(number, standard);
}

const Queue = v.strictObject({
  prefix: v.pipe(
    v.string(),
    v.regex(PREFIX, 'capital letters and digits, beginning with a letter, such as SUPPORT'),
    v.description('First part of every ticket id of this queue: SUPPORT in SUPPORT-7102.'),
  ),
  address: v.pipe(
    v.string(),
    v.regex(LOCAL_PART, 'the part of an address before the @, such as new'),
    v.description('Local part of the address where new tickets come in: new in new@domain.'),
  ),
  name: v.pipe(Text, v.description('Display name in the From of our mail.')),
  first: v.optional(
    v.pipe(
      v.number(A_NUMBER),
      v.integer(A_NUMBER),
      v.minValue(1, A_NUMBER),
      v.maxValue(999_999_999, A_NUMBER),
      v.description('Number of the first ticket.'),
    ),
    1,
  ),
});

export const ConfigSchema = v.strictObject({
  $schema: v.optional(
    v.pipe(v.string(), v.description('For editors; mailrobot does not read it.')),
  ),
  domain: v.pipe(
    v.string(),
    v.regex(DOMAIN, 'a domain such as support-ticket.example'),
    v.description('The mail domain of the desk.'),
  ),
  store: v.pipe(Text, v.description('The state directory, relative to this file or absolute.')),
  sendmail: v.optional(
    v.pipe(
      v.union(
        [Text, v.pipe(v.array(Text), v.minLength(1))],
        'a path, or a list of a path and its first arguments',
      ),
      v.description('Hands mail to the MTA: a path, or a list of a path and its first arguments.'),
    ),
    '/usr/sbin/sendmail',
  ),
  queues: v.pipe(
    v.array(Queue, 'a list of queues'),
    v.minLength(1, 'at least one queue'),
    v.check(
      (queues) => areDistinct(queues.map(({ prefix }) => prefix)),
      'queues with prefixes that all differ',
    ),
    v.check(
      (queues) => areDistinct(queues.map(({ address }) => address)),
      'queues with addresses that all differ',
    ),
    v.description('The queues; the first one takes mail that names none.'),
  ),
  limits: v.optional(
    v.strictObject({
      messageSize: limit(
        50 * MEBIBYTE,
        [1, 1024 * MEBIBYTE],
        'Octets of the largest message taken; a larger one is deferred (75).',
      ),
      headerSize: limit(
        DEFAULT_LIMITS.headerSize,
        [16 * KIBIBYTE, 16 * MEBIBYTE],
        'Octets of header that are read, of the mail and of each part.',
      ),
      parts: limit(DEFAULT_LIMITS.parts, [1, 100_000], 'MIME parts that are read.'),
      depth: limit(DEFAULT_LIMITS.depth, [1, 1000], 'Multiparts within multiparts that are read.'),
      addresses: limit(DEFAULT_LIMITS.addresses, [1, 100_000], 'Addresses of To and Cc kept.'),
      attachments: limit(DEFAULT_LIMITS.attachments, [1, 100_000], 'Attachments kept as files.'),
      textSize: limit(
        DEFAULT_LIMITS.textSize,
        [KIBIBYTE, 64 * MEBIBYTE],
        'Octets of text parts that are read, in all.',
      ),
      seconds: limit(
        DEFAULT_LIMITS.seconds,
        [1, 120],
        'Seconds for reading a mail that is not plain; then only its beginning is read.',
      ),
      memory: limit(
        DEFAULT_LIMITS.memory / MEBIBYTE,
        [64, 4096],
        'Mebibytes of heap for reading a mail that is not plain.',
      ),
    }),
    {},
  ),
});

export type ParsedConfig = v.InferOutput<typeof ConfigSchema>;

export type Checked =
  | { readonly ok: true; readonly config: ParsedConfig }
  | { readonly ok: false; readonly key: string; readonly problem: string };

/** Checks raw JSON; a problem names the key, what it holds and what is allowed. */
export function checkSchema(value: unknown): Checked {
  const parsed = v.safeParse(ConfigSchema, value);
  return parsed.success
    ? { ok: true, config: parsed.output }
    : { ok: false, ...explain(parsed.issues[0]) };
}

function explain(issue: v.BaseIssue<unknown>): { key: string; problem: string } {
  const key = v.getDotPath(issue);
  if (key === null) return { key: '', problem: 'it is no JSON object' };
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { key, problem: 'is not a key that mailrobot knows' };
  }
  if (issue.input === undefined) return { key, problem: 'is missing' };
  return {
    key,
    problem: `holds ${oneLine(JSON.stringify(issue.input))}: ${allowed(issue)} is wanted`,
  };
}

function allowed(issue: v.BaseIssue<unknown>): string {
  const isOurs = !issue.message.startsWith('Invalid ');
  return isOurs ? issue.message : (issue.expected ?? issue.message);
}

export function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 80 ? `${flat.slice(0, 77)}...` : flat;
}

function areDistinct(values: readonly string[]): boolean {
  return new Set(values.map((value) => value.toLowerCase())).size === values.length;
}
