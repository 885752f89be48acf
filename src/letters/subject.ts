/**
 * The subject of an answer: exactly one `RE: ` before what was asked; `FWD: ` if it is passed
 * on.
 *
 * Reply and forward marks that clients in several languages pile up (Re:, AW:,
 * SV:, Antw:, Re[2]:) are taken off first. Idempotent. An empty subject gives
 * `RE: (no subject)`.
 */
const REPLY_MARK = /^(?:re|aw|sv|vs|antw|odp|rif|ynt)(?:\[\d+\]|\(\d+\))?\s*:\s*/i;

/**
 * Characters. The field, encoded, stays below what relays take (RFC 5322 2.1.1, Postfix
 * header_size_limit).
 */
const MAX_SUBJECT_CHARACTERS = 500;

export function replySubject(subject: string): string {
  return `RE: ${bareSubject(subject)}`;
}

export function forwardSubject(subject: string): string {
  return `FWD: ${bareSubject(subject)}`;
}

/** `[Support SUPPORT-7102]`, before the subject of a ticket, if the config wants it there. */
export function tagOf(queue: string, ticket: string): string {
  return `[${queue.replace(/[[\]]/g, '')} ${ticket}] `;
}

const TAG = /^\[(?:[^[\]]{0,100}\s)?[A-Z][A-Z0-9]{0,19}-[1-9]\d{0,14}\]\s*/;

/** Without those, wherever a client has left them behind the mark of a reply. */
export function withoutTags(subject: string): string {
  return subject.replace(TAG, '');
}

/** Without reply marks, and never empty. */
export function bareSubject(subject: string): string {
  let bare = subject.trim();
  while (bare.includes(':') && REPLY_MARK.test(bare)) bare = bare.replace(REPLY_MARK, '');
  return bare === '' ? '(no subject)' : bare.slice(0, MAX_SUBJECT_CHARACTERS);
}
