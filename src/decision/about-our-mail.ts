/** What a mail says about a mail of ours: that it is one, or what became of one. Pure. */

import type { Sent } from '../addresses/signed-address.ts';
import type { Config } from '../config/config.ts';
import type { Facts } from '../journal/facts.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Decision, Verdict } from '../ticket/decision.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { type ReadReport, readReport } from './bounce.ts';
import type { Intent } from './intent.ts';
import { isSentByUs, type Thread } from './references.ts';

/** `about`: the mail of ours that it reports on, by its token. */
export type Reported = ReadReport & { readonly about: Sent | null };

/** A machine's mark says what it is; an address or a loop mark of ours, anybody can write. */
export function claimOf(
  machines: readonly Verdict[],
  { messageId, replyTo }: ParsedMessage,
  sender: string | null,
  config: Config,
  facts: Facts,
): Verdict | null {
  const [verdict] = machines;
  const isClaim = machines.every(({ check }) => CHECKS_OF_OUR_MAIL.includes(check));
  if (verdict === undefined || !isClaim) return null;
  const addresses = [
    ...(sender === null ? [] : [sender]),
    ...replyTo.map(({ address }) => address),
  ];
  return isSentByUs({ messageId, addresses }, config, facts) ? null : verdict;
}

const CHECKS_OF_OUR_MAIL: readonly string[] = ['loop-mark', 'own-mail'];

/** Checks that speak of a report. */
const CHECKS_OF_REPORTS: readonly string[] = [
  'null-sender',
  'mailer-daemon',
  'report',
  'bounce-address',
];

export function isReport({ spoke, wrote }: Pick<Decision, 'spoke' | 'wrote'>): boolean {
  return wrote === 'machine' && spoke.some(({ check }) => CHECKS_OF_REPORTS.includes(check));
}

/**
 * It proves something only about a mail of the ticket that it goes into, or of one that was
 * merged into that. `about`: also if no machine can read it, but it comes to the address
 * that is for reports alone.
 */
export function reportIn(
  { report }: ParsedMessage,
  {
    spoke,
    intent,
    sent,
  }: Pick<Thread, 'sent'> & Pick<Decision, 'spoke'> & { readonly intent: Intent },
  current: (id: TicketId | null) => Ticket | null,
): Reported {
  const into = 'ticket' in intent ? intent.ticket : null;
  const ofTicket = into !== null && current(sent?.ticket ?? null)?.id === into ? sent : null;
  const isOne = isAboutOurs({ report }, spoke);
  return {
    ...readReport(report ?? { recipients: [] }, ofTicket),
    about: isOne ? ofTicket : null,
  };
}

/** A machine can read what it reports, or it came to the address for that. */
export function isAboutOurs(
  { report }: Pick<ParsedMessage, 'report'>,
  spoke: readonly Verdict[],
): boolean {
  return report !== null || spoke.some(({ check }) => check === 'bounce-address');
}
