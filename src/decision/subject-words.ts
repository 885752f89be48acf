/** What is looked at to tell an automatic reply, and how its subject is read. Pure. */
import type { HeaderField } from '../reading/header.ts';
import { isPlain } from '../ticket/plain.ts';

export interface MaybeReply {
  readonly subject: string;
  readonly fields: readonly HeaderField[];
  /** It comes from the null sender, as reports do. */
  readonly isFromNull: boolean;
  /** Subjects of the ticket that it belongs to, its own first; null if it belongs to none. */
  readonly answered: readonly string[] | null;
  /** It came to where a notice of ours is answered. */
  readonly isToNotice?: boolean;
  /** It has a part for calendars. */
  readonly hasCalendar?: boolean;
}

/**
 * `returned`: a report without a form. `reply` and `receipt`: by a subject about ours, which a
 * person may have written. `alone`: nothing says what it answers, or a subject follows that is none
 * of ours. `notice`: to a notice, whose answers begin otherwise. `calendar`: a receipt with such a
 * part.
 */
export type Reply = {
  readonly type: 'field' | 'notice' | 'reply' | 'alone' | 'receipt' | 'calendar' | 'returned';
  readonly evidence: string;
} | null;

/** Before the words of some programs. */
export const OPENING = /^[[【「(*"'<\s]+/;

/** Of other desks, before their words: `[Their name #12]`, `ABC-12`. */
export const DESK_MARK = /^(?:\[[^\]]{1,60}\]|[a-z]{2,10}-\d{1,9}) /;

const MAX_SUBJECT_CHARACTERS = 500;

/** In lower case, without accents and with single spaces. */
export function plain(text: string): string {
  const lower = text.slice(0, MAX_SUBJECT_CHARACTERS).toLowerCase();
  const bare = isPlain(lower) ? lower : withoutAccents(lower);
  return bare.replace(/\s+/g, ' ').trim();
}

function withoutAccents(lower: string): string {
  return lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll('’', "'");
}
