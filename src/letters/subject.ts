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

/** Without reply marks, and never empty. */
export function bareSubject(subject: string): string {
  let bare = subject.trim();
  while (REPLY_MARK.test(bare)) bare = bare.replace(REPLY_MARK, '');
  return bare === '' ? '(no subject)' : bare.slice(0, MAX_SUBJECT_CHARACTERS);
}
