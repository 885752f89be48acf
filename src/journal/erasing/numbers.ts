/**
 * Which texts of a commit are erased, by their numbers: all of the parts that go as a whole, but
 * for what the store itself needs; and elsewhere each address of the person, with the name beside
 * it. A text that also stands where it must stay, stays: the commit has equal ones once. Pure.
 */
import { ERASED } from '../../ticket/erased.ts';
import type { JournalRecord } from '../record.ts';
import { hasAddressOf } from './person.ts';
import type { Known, Scope } from './scope.ts';

/** A line as it was read, with references, and its texts. */
export interface TextedLine {
  readonly value: object;
  readonly texts: readonly string[];
}

/** What a status is, and who of the staff did it: by the key under which it stands. */
const STAYS: ReadonlySet<string> = new Set([
  ...['by', 'person', 'people', 'assignee', 'until', 'actor', 'incoming', 'file', 'problem'],
  ...['robot', 'end'],
  // By these what somebody has signed acts once, whoever has got a copy of it.
  ...['fingerprint', 'sum'],
]);
/** By these a mail of the staff acts once, whoever has got a copy of it. */
const STAYS_OF_STAFF: ReadonlySet<string> = new Set(['messageId', 'hash']);
/** The desk's own, in a letter that another one is like (packed-mails.ts). */
const STAYS_IF_LIKE: ReadonlySet<string> = new Set(['loopMark', 'boundary']);
/** What somebody says: it goes with what it stands in, or not at all. */
const WORDS: ReadonlySet<string> = new Set(['text', 'html', 'subject', 'beginning']);

interface Place {
  readonly isGone: boolean;
  /** Of the change that it is in; empty outside of changes. */
  readonly type: string;
  /** In what is known of a mail that one of the staff has sent. */
  readonly isStaffs?: boolean;
  /** In a mail that another one is like, which stays. */
  readonly isShared?: boolean;
}

/** Words of the program, names of the staff and of fields, and tags, which the desk has made. */
function isState(type: string, key: string): boolean {
  if (type === 'ticket.tagged') return key === 'added' || key === 'removed';
  if (type === 'ticket.field') return key === 'field';
  return type !== '' && type !== 'ticket.retitled' && (key === 'from' || key === 'to');
}

export function erasedNumbers(
  { value, texts }: TextedLine,
  scope: Scope,
  known: Pick<Known, 'isPerson'>,
): readonly number[] {
  const erased = new Set<number>();
  const kept = new Set<number>();

  const look = (key: string, one: unknown, place: Place): void => {
    if (typeof one !== 'object' || one === null) return;
    if ('$' in one) put(key, Number(one.$), place);
    else if (Array.isArray(one)) for (const inner of one) look(key, inner, place);
    else lookInto(one, place);
  };
  const lookInto = (one: object, place: Place) => {
    const isMailbox = 'name' in one && 'address' in one;
    const isTheirs = isMailbox && known.isPerson(textOf(one.address));
    for (const [key, inner] of Object.entries(one)) {
      look(key, inner, isTheirs ? { ...place, isGone: true } : place);
    }
  };
  const put = (key: string, n: number, { isGone, type, isStaffs, isShared }: Place) => {
    const text = texts[n] ?? '';
    if (text === ERASED) return;
    const stays = STAYS.has(key) || isState(type, key);
    if (isStaffs && STAYS_OF_STAFF.has(key)) kept.add(n);
    else if (isShared && STAYS_IF_LIKE.has(key)) kept.add(n);
    else if (WORDS.has(key)) (isGone ? erased : kept).add(n);
    else if (isGone && !(stays && !text.includes('@'))) erased.add(n);
    else if (hasAddressOf(text, known.isPerson)) erased.add(n);
    else kept.add(n);
  };
  const textOf = (one: unknown): string => {
    if (typeof one === 'string') return one;
    const n = typeof one === 'object' && one !== null && '$' in one ? Number(one.$) : -1;
    return texts[n] ?? '';
  };

  // `apart` has made it of a record.
  const { changes, outgoing, delivery, origin } = value as Pick<
    JournalRecord,
    'changes' | 'outgoing' | 'delivery' | 'origin'
  >;
  for (const [n, change] of changes.entries()) {
    look('', change, { isGone: scope.changes[n] === true, type: change.type });
  }
  for (const [n, mail] of outgoing.entries()) {
    const isShared = outgoing.some(
      (other, m) => 'like' in other && other.like === n && scope.outgoing[m] !== true,
    );
    look('', mail, { isGone: scope.outgoing[n] === true, type: '', isShared });
  }
  const isStaffs = delivery?.decision.trust === 'staff';
  look('', delivery, { isGone: scope.isMailGone, type: '', isStaffs });
  look('', origin, { isGone: false, type: '' });
  return [...erased].filter((n) => !kept.has(n)).toSorted((a, b) => a - b);
}
