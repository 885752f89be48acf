/**
 * Whether a record of a journal that somebody else may have written stays within the store.
 *
 * Ids, numbers and paths of a record become names of files. The journal of a running store
 * was written by mailrobot alone; that of an archive is a stranger's. Pure.
 */
import type { JournalRecord } from '../../journal/record.ts';

const TICKET = /^[A-Z][A-Z0-9]{0,19}-\d{1,15}$/;
/** Or what stands where one was erased. */
const STORED = /^(?:(?:raw|tickets)(?:\/[A-Za-z0-9][\w.-]*)+|\[erased\])$/;
const NAME = /^[\w-][\w.-]{0,250}$/;
const MAIL = /^\d{1,15}\.\d{1,15}$/;

/**
 * By the key under which a value stands, wherever in a change that is; what is missing, or null, is
 * fine. So a new kind of change uses none of these keys for something else.
 */
const SHAPES: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...['ticket', 'tickets', 'into', 'other'].map((key) => [key, isText(TICKET)] as const),
  ...['raw', 'path', 'written'].map((key) => [key, isText(STORED)] as const),
  ['queue', isText(/^[A-Z][A-Z0-9]{0,19}$/)],
  // A held mail is an object, and looked into.
  ['mail', (value) => typeof value === 'object' || isText(MAIL)(value)],
  ...['number', 'serial', 'held', 'place', 'mails', 'seq', 'texts', 'n', 'run'].map(
    (key) => [key, isNumber] as const,
  ),
]);

function isText(shape: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && shape.test(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** What is wrong with it, or null. */
export function strangeIn({ time, delivery, changes, outgoing }: JournalRecord): string | null {
  if (Number.isNaN(Date.parse(time))) return 'no time';
  if (delivery !== undefined && !isText(NAME)(delivery.incoming)) return 'a strange "incoming"';
  const key = strangeKey('', [changes, outgoing]);
  return key === null ? null : `a strange "${key}"`;
}

/** The first key that holds what it must not. */
function strangeKey(key: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const isOfHeldMail = key === 'mail' && typeof value === 'object';
  if (isOfHeldMail && 'id' in value && !isNumber(value.id)) return 'id';
  if (typeof value !== 'object') return SHAPES.get(key)?.(value) === false ? key : null;
  const inner = Array.isArray(value)
    ? value.map((one: unknown) => [key, one] as const)
    : Object.entries(value);
  for (const [name, one] of inner) {
    const strange = strangeKey(name, one);
    if (strange !== null) return strange;
  }
  return null;
}
