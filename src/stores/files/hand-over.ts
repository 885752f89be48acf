/**
 * One attempt at giving a mail to the MTA: its claim, and how it stands.
 *
 * The claim is a kernel lock (flock(2)) on the open description of the claim file. A shell
 * takes it, or is given it (outbox.ts), says in the file that it has begun, runs sendmail, and
 * adds how that ended; it and sendmail inherit the description, so the claim dies with the last of
 * them, wherever they run, and no end of ours ends them. The file says all there is to know: empty,
 * not begun; begun without an end, under way while the lock is held, else nobody knows; and what
 * octets sendmail is given. What is in it is never taken out again: whoever takes the lock on a
 * file that is not empty leaves. Lines of ours are told from what sendmail says by a mark that is
 * drawn for each attempt.
 *
 * By SMTP a server hands the mail over itself, holds the lock of the file itself (own-claims.ts),
 * and writes the same lines, with what the MTA said in front of the last one. A program that knows
 * of no SMTP reads them as those of a sendmail that ended with EX_NOUSER, or with EX_TEMPFAIL.
 */
import { handOverBySmtp, handOverOf } from '../../journal/hand-over.ts';
import type { HandOver } from '../../journal/outbox.ts';
import type { Sum } from '../../ticket/mail.ts';
import type { Submitted } from '../../ticket/submitted.ts';

/** Of the shell itself, if it has not begun. */
export const CLAIM_EXIT = { cannot: 97, notOurs: 98, busy: 99 } as const;

/**
 * $0: the mail's file in the outbox, which is there while it waits; $1: the mark; $2: of the octets
 * that are its stdin, or empty; then sendmail.
 * Descriptor 3 is the claim file. Signals that end a service are left to sendmail, and how it
 * fared is written down. The launcher's limit of processor time is ours, and not sendmail's.
 */
const SCRIPT = `if read -r first <&3 || [ -n "$first" ]; then exit ${CLAIM_EXIT.notOurs}; fi
[ -e "$0" ] || exit ${CLAIM_EXIT.notOurs}
mark=$1
echo "begun $mark$2" >&3 || exit ${CLAIM_EXIT.cannot}
shift 2
trap : HUP INT TERM
ulimit -S -t unlimited
(exec "$@" 2>&3)
status=$?
printf '\\n%s %s\\n' "$mark" "$status" >&3
exit $status`;

/** In front of it, if nobody has taken the lock for it. */
const LOCK = `flock -n 3
case $? in 0) ;; 1) exit ${CLAIM_EXIT.busy} ;; *) exit ${CLAIM_EXIT.cannot} ;; esac
`;

export function commandOf(
  mailFile: string,
  mark: string,
  sum: Sum | null,
  sendmail: readonly string[],
  isLocked: boolean,
): readonly [string, ...string[]] {
  const noted = sum === null ? '' : ` ${sum.size} ${sum.sha256}`;
  const script = isLocked ? SCRIPT : LOCK + SCRIPT;
  return ['/bin/sh', '-c', script, mailFile, mark, noted, ...sendmail];
}

/** How it stands by its file. null: it has not begun. */
export type Standing =
  | Extract<HandOver, { end: 'taken' | 'refused' | 'rejected' | 'failed' | 'unknown' }>
  | { readonly end: 'begun'; readonly mark: string | null };

const LOST = 'lost';

export function standing(text: string): Standing | null {
  if (text === '') return null;
  const [, mark = null, rest = ''] =
    /^begun ([0-9a-f]+)(?: \d+ [0-9a-f]{64})?\n([\s\S]*)$/.exec(text) ?? [];
  if (mark === null)
    return text.endsWith(lostLine(null)) ? { end: 'unknown' } : { end: 'begun', mark };
  const at = rest.lastIndexOf(`\n${mark} `);
  const [, how] = at < 0 ? [] : (/^\n[0-9a-f]+ (\d+|lost)\n/.exec(rest.slice(at)) ?? []);
  if (how === undefined) return { end: 'begun', mark };
  if (how === LOST) return { end: 'unknown' };
  const said = rest.slice(0, at);
  const submitted = said.startsWith(`\n${mark} `) ? submittedIn(said.slice(mark.length + 2)) : null;
  return submitted === null ? handOverOf(Number(how), said) : handOverBySmtp(submitted);
}

/** What stands in front of the last line of one by SMTP (submitting.ts). */
function submittedIn(text: string): Submitted | null {
  const [, end, of, status = '', reason = ''] =
    /^(?:(rejected) (recipient|mail) (5\.\d+\.\d+)|failed) (.*)$/.exec(text) ?? [];
  if (end !== undefined) {
    return { end: 'rejected', status, reason, isOfRecipient: of === 'recipient' };
  }
  return text.startsWith('failed ') ? { end: 'failed', reason } : null;
}

/** What sendmail has been given, if the file says it: an older program did not, nor of a secret. */
export function sumIn(text: string): Sum | null {
  const [, size, sha256] = /^begun [0-9a-f]+ (\d+) ([0-9a-f]{64})\n/.exec(text) ?? [];
  return sha256 === undefined ? null : { size: Number(size), sha256 };
}

/**
 * What is added to a file if no process of the attempt is left; without the mark if a power cut has
 * taken that.
 */
export function lostLine(mark: string | null): string {
  return `\n${mark ?? 'begun'} ${LOST}\n`;
}
