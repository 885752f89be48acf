/**
 * What `--roundtrip` shows: whether a mail that Postfix takes comes to the desk and is answered,
 * and whether a field that its sender has forged is taken for one of our own MTA. Pure.
 */
import type { Config } from '../config/config.ts';
import { type Finding, type Findings, listed, quoted } from './finding.ts';

export interface RoundtripFacts {
  /**
   * Where it was sent to, and what was said after its last line; the problem if it was not taken.
   */
  readonly sent: { readonly to: string; readonly said: string } | { readonly problem: string };
  /** What the delivery has seen, or null if the mail has not come. */
  readonly there: {
    readonly recipients: readonly string[];
    /** Values of the Authentication-Results that are taken for those of our own MTA. */
    readonly believed: readonly string[];
    /** Those right below the line by which it took the mail, believed or not. */
    readonly below: readonly string[];
    /** Its Message-ID came as it was sent. */
    readonly isIdKept: boolean;
  } | null;
  /** Why the answer could not be handed over; null if it could. */
  readonly answerProblem: string | null;
  readonly isBack: boolean;
  readonly patienceSeconds: number;
}

/** Nobody's domain (RFC 2606): a field that names it was written by the doctor. */
export const FORGED_DOMAIN = 'doctor.invalid';

/** A line of header_checks: no such field of a mail gets in, however it is written. */
export const STRIPPING = '/^Authentication-Results[[:space:]]*:/ IGNORE';

export function roundtripFindings(facts: RoundtripFacts, config: Config): Findings {
  const { sent, there, answerProblem, isBack, patienceSeconds } = facts;
  if ('problem' in sent) return [refused(sent.problem)];
  if (there === null) return [lost(sent.said, patienceSeconds)];
  return [
    ...(there.recipients.some((one) => one.toLowerCase() === sent.to)
      ? []
      : [unaddressed(sent.to)]),
    ...resultFindings(there.believed, config),
    ...belowFindings(there.below, config),
    ...(answerProblem === null ? [] : [unsent(answerProblem, config)]),
    ...(answerProblem === null && !isBack ? [unanswered(patienceSeconds, config)] : []),
  ];
}

function refused(problem: string): Finding {
  return {
    ...{ id: 'roundtrip-refused', level: 'critical' },
    what: `Postfix has not taken a mail to the desk: ${problem}.`,
    why: 'Up to RCPT all was well, so a filter or a milter has refused the mail itself, or Postfix has no room.',
    mend: [
      'postconf smtpd_milters content_filter smtpd_proxy_filter',
      'journalctl -u "postfix*" -n 50',
    ],
  };
}

function lost(said: string, seconds: number): Finding {
  const queueId = /queued as (\w+)/.exec(said)?.[1] ?? null;
  return {
    ...{ id: 'roundtrip-lost', level: 'critical' },
    what: `A mail that Postfix has taken did not come to the desk within ${seconds} seconds.`,
    why: `Postfix said: ${said}`,
    mend: [
      'postqueue -p   # does it wait there, and why?',
      ...(queueId === null
        ? []
        : [`journalctl -g ${queueId}   # or: grep ${queueId} /var/log/mail.log`]),
    ],
  };
}

function unaddressed(to: string): Finding {
  return {
    ...{ id: 'roundtrip-address', level: 'critical' },
    what: 'The address that a mail was sent to did not reach mailrobot.',
    why: `It was sent to ${to}, and a filter or a map on the way has put another one in its place. A mail to a ticket then opens a new one.`,
    mend: [
      'postconf enable_original_recipient content_filter canonical_maps recipient_canonical_maps',
    ],
  };
}

function resultFindings(believed: readonly string[], { authservId, file }: Config): Findings {
  const isForged = believed.some((value) => value.includes(FORGED_DOMAIN));
  const forged: Finding = {
    ...{ id: 'roundtrip-forged', level: 'critical' },
    what: 'A sender can write Authentication-Results that mailrobot takes for those of your own MTA.',
    why: 'The doctor sent a mail whose very first line was such a field. It came in above the line by which your MTA took the mail, or in the place that "authResults": "below" believes.',
    mend: [
      `# in ${file}: "authResults": "above", or let the MTA remove such fields of others:`,
      `#   header_checks: ${STRIPPING}`,
    ],
  };
  const others = writersOf(believed).filter((one) => one !== authservId);
  const unused: Finding = {
    ...{ id: 'roundtrip-results', level: 'warning' },
    what: `Your MTA signs its Authentication-Results as ${listed(others)}, which the config does not name.`,
    why:
      authservId === null
        ? 'Without authservId nobody is authenticated by DMARC, and more mail of the staff is held.'
        : `authservId is ${authservId}, so they are not believed.`,
    mend: [`# in ${file}: "authservId": ${JSON.stringify(others[0] ?? '')}`],
  };
  return [...(isForged ? [forged] : []), ...(!isForged && others.length > 0 ? [unused] : [])];
}

/** A filter of ours writes there, and the config looks above that line alone. */
function belowFindings(below: readonly string[], { authservId, authResults, file }: Config) {
  const writers = writersOf(below.filter((value) => !value.includes(FORGED_DOMAIN)));
  const isOurs = authservId === null ? writers.length > 0 : writers.includes(authservId);
  if (authResults === 'below' || !isOurs) return [];
  const id = authservId ?? writers[0] ?? '';
  const finding: Finding = {
    ...{ id: 'roundtrip-below', level: 'warning' },
    what: `Authentication-Results by ${id} stand below the line by which your MTA took the mail, and the config looks above it alone.`,
    why: 'rspamd does so. What it finds out of a sender is not believed: nobody is authenticated by DMARC, and more mail of the staff is held.',
    mend: [
      '# let the MTA take off such fields of others first, as docs/authentication.md says:',
      `#   header_checks: ${STRIPPING}`,
      `# then, in ${file}: "authservId": ${JSON.stringify(id)}, "authResults": "below"`,
    ],
  };
  return [finding];
}

function writersOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.flatMap((value) => /^\s*([^\s;]+)/.exec(value)?.[1] ?? []))];
}

function unsent(problem: string, { sendmail, file }: Config): Finding {
  return {
    ...{ id: 'roundtrip-sendmail', level: 'critical' },
    what: `The answer to a mail could not be handed over: ${problem}.`,
    why: `As Postfix runs mailrobot, ${sendmail.join(' ')} does not take mail. No reply goes out.`,
    mend: [`ls -lL ${quoted(sendmail[0])}`, `# its path stands in "sendmail" of ${file}`],
  };
}

function unanswered(seconds: number, { sendmail }: Config): Finding {
  return {
    ...{ id: 'roundtrip-answer', level: 'critical' },
    what: `The answer to a mail was handed over, and did not come back within ${seconds} seconds.`,
    why: 'It was sent to an address of the desk. Mail from here may not leave the queue, or goes another way out.',
    mend: [
      'postqueue -p   # does it wait there, and why?',
      'postconf relayhost transport_maps',
      `ls -lL ${quoted(sendmail[0])}   # is it a sendmail?`,
    ],
  };
}
