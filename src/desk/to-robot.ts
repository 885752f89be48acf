/**
 * A mail that a robot gets: it waits for its run, and nothing else is done yet.
 *
 * Whether the sender may get a reply is said here, as far as the mail says it: silence is for an
 * address that is only claimed, unless the robot may write there, and for all that gets no
 * acknowledgement either. Caps are asked when there is a reply. Pure.
 */
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import type { Intent } from '../decision/intent.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { Kept } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import { answered } from './control.ts';
import { holdMail, type ReceivedMail, type Result } from './incoming.ts';

interface Known {
  readonly decided: DecidedMail;
  readonly config: Config;
  /** It may be a copy of a mail that has been carried out. */
  readonly doubt: Verdict | null;
  /** Why this address gets no automatic reply, whatever has been answered. */
  readonly unanswered: (address: string) => Verdict | null;
}

/** Why the sender gets no reply. */
export const CLAIMED: Verdict = { check: 'claimed', evidence: 'nothing proves its From' };

export function queueForRobot(
  mail: ReceivedMail,
  intent: Extract<Intent, { type: 'run' }>,
  { decided, config, doubt, unanswered }: Known,
): Result & { readonly end: Kept } {
  const { robot, queue, ticket, signed, captures, cameTo, isFiled } = intent;
  const { prefix } = queue;
  if (doubt !== null) {
    const held = { id: OWN_NUMBER, queue: prefix, ticket, reason: doubt };
    return { end: 'held', ...holdMail(mail, held) };
  }
  const { trusted, decision } = decided;
  const answerTo: Mailbox | null = answered(mail, intent);
  const queued: Change = {
    ...{ type: 'robot.queued', robot, raw: mail.raw, queue: prefix, onTicket: ticket },
    ...{ from: mail.from, subject: mail.subject, trust: decision.trust, answerTo },
    answerFrom:
      localPartAmong(cameTo === undefined ? decision.recipients : [cameTo], config) ?? robot,
    ...(signed !== undefined && { signed }),
    silence:
      (answerTo === null ? null : unanswered(answerTo.address)) ??
      (trusted.level === 'claimed' ? CLAIMED : trusted.doubt),
    ...(captures !== undefined && captures.length > 0 && { captures }),
    ...(isFiled && { isFiled }),
  };
  return { end: 'queued', changes: [queued], drafts: [] };
}

const LOCAL_PART = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;

/** Of the one address of the desk's that it came to: an answer to the reply comes there again. */
function localPartAmong(recipients: readonly string[], { domain }: Config): string | null {
  const [recipient, ...others] = recipients;
  if (recipient === undefined || others.length > 0) return null;
  const at = recipient.lastIndexOf('@');
  const local = recipient.slice(0, at);
  const isOurs = recipient.slice(at + 1).toLowerCase() === domain;
  return isOurs && LOCAL_PART.test(local) ? local : null;
}
