/**
 * Where does this mail belong, and may it go there?
 *
 * A ticket's address decides first, then a Message-ID that we signed, then a
 * Message-ID that the desk has seen from the very requester; else it opens a
 * ticket in the queue that it was written to. Somebody who only knows a ticket's
 * address is held until a staff member lets them in. Automatic mail opens
 * nothing: without a ticket it is recorded, and so is what a machine of a stranger's
 * writes to a ticket's address, unless it is a report. Only tickets that exist are handed in,
 * so a guessed number opens a new ticket. What one of the staff answers to an address of before a
 * restore goes back. Pure.
 */

import type { QueueConfig, StaffPerson } from '../config/config.ts';
import type { RoutedBy, Verdict } from '../ticket/decision.ts';
import { meaningOf, type Suffix } from '../ticket/suffix.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { CustomerCommand } from './customer-command.ts';
import type { Confirmation } from './given.ts';
import { isPermitted, mayCommand, type Trusted } from './trust.ts';

export interface Candidates {
  readonly queue: QueueConfig;
  readonly byAddress: TicketId | null;
  readonly bySignedReference: TicketId | null;
  readonly byReference: TicketId | null;
  readonly verdict: Verdict | null;
  /** A filter in front of us calls it spam. */
  readonly spam: Verdict | null;
  /** It says that it is a mail of ours, no more speaks against it, and nothing proves it. */
  readonly claimedOurs?: Verdict | null;
  /** Somebody of the desk wants no mail from there. */
  readonly blocked: Verdict | null;
  /** It was sent to the address by which one of the staff says that a held mail is theirs. */
  readonly confirmation: Confirmation | null;
  /** It was sent to an address of the desk that is no queue and no ticket. */
  readonly service: Addressee['service'];
  /** Its subject asks for help, and it says nothing else. */
  readonly asksForHelp: boolean;
  /** It claims to be from this one of the staff, and nothing proves it. */
  readonly claimedStaff: string | null;
  /** What stands behind the ticket in its address. */
  readonly suffix: Addressee['suffix'];
  /** It was sent to a note address of the ticket, too. */
  readonly isNoteToo: boolean;
  /** What its first line asks for in one word, which means something on one's own ticket alone. */
  readonly word: Suffix | null;
  readonly trusted: Trusted;
  /** It was sent to an address that one of the staff was given before a restore; the ticket may be lost. */
  readonly outdated: { readonly person: StaffPerson; readonly ticket: TicketId } | null;
  /** It says of itself that it is a report: bounces do not always say whose mail came back. */
  readonly isReport: boolean;
  /** It is from the requester of the ticket, or from somebody who was brought in. */
  readonly isOnTicket: boolean;
  readonly isRequester: boolean;
  readonly isStrict: boolean;
}

export type Intent =
  | {
      readonly type: 'open';
      readonly queue: QueueConfig;
      /** Why it gets no acknowledgement, or null. */
      readonly silence: Verdict | null;
      /** One of the staff may pass on the mail of somebody else. */
      readonly mayBeOnBehalf: boolean;
    }
  | {
      readonly type: 'append';
      readonly ticket: TicketId;
      readonly mayReopen: boolean;
      readonly customerCommand: CustomerCommand | null;
    }
  /** One of the staff writes to a ticket: what they order is done, what they say is sent. */
  | {
      readonly type: 'act';
      readonly ticket: TicketId;
      readonly queue: QueueConfig;
      readonly person: StaffPerson;
      /** Their proof is good for an answer and a note alone, for a note alone, or no more. */
      readonly may: 'command' | 'answer' | 'note' | 'nothing';
      /** Why it may be a copy that somebody else has sent. */
      readonly doubt: Verdict | null;
      readonly suffix: Addressee['suffix'];
      /** It was held, and a person has let it in. */
      readonly isLetIn?: true;
    }
  /** A mail to the control address, or to the one that explains the desk. */
  | {
      readonly type: 'control' | 'help';
      readonly queue: QueueConfig;
      /** Who may give commands by it. */
      readonly person: StaffPerson | null;
      readonly doubt: Verdict | null;
    }
  /** One of the staff says that a held mail is theirs. */
  | ({ readonly type: 'confirm'; readonly queue: QueueConfig } & Confirmation)
  | {
      readonly type: 'hold';
      readonly queue: QueueConfig;
      readonly ticket: TicketId | null;
      readonly verdict: Verdict;
    }
  | { readonly type: 'record'; readonly verdict: Verdict };

export interface Routed {
  readonly intent: Intent;
  readonly by: RoutedBy;
}

const STRANGER: Verdict = {
  check: 'stranger',
  evidence: 'it is from somebody who is not on the ticket',
};
const UNPROVEN_STAFF = (name: string): Verdict => ({
  check: 'unproven-staff',
  evidence: `nothing proves that it is from ${name}: it takes a login, an authenticated From, or the reply address that ${name} was given`,
});
const UNPROVEN: Verdict = { check: 'strict', evidence: 'nothing proves its From' };

export function route(candidates: Candidates): Routed {
  const { byAddress, verdict, spam, queue } = candidates;
  const ticket = byAddress ?? byThread(candidates);
  const by = routedBy(candidates);
  if (spam !== null && !isProvenReport(ticket, candidates)) {
    return { intent: { type: 'hold', queue, ticket, verdict: spam }, by };
  }
  const { confirmation, trusted, claimedOurs = null } = candidates;
  if (claimedOurs !== null && candidates.blocked === null) {
    return { intent: { type: 'hold', queue, ticket, verdict: claimedOurs }, by };
  }
  if (confirmation !== null) {
    const intent: Intent =
      verdict === null ? { type: 'confirm', queue, ...confirmation } : { type: 'record', verdict };
    return { intent, by: 'address' };
  }
  const service = serviceFor(ticket, candidates);
  const silent = candidates.blocked ?? (ticket === null || service !== null ? verdict : null);
  if (silent !== null) return { intent: { type: 'record', verdict: silent }, by };
  if (service !== null) {
    const person = mayCommand(trusted) ? (trusted.staff?.person ?? null) : null;
    const { doubt } = trusted;
    return { intent: { type: service, queue, person, doubt }, by: 'address' };
  }
  const { outdated } = candidates;
  if (outdated !== null && verdict === null && (byAddress === null || trusted.staff === null)) {
    const act = { type: 'act', ticket: byAddress ?? outdated.ticket, suffix: null } as const;
    return {
      intent: { ...act, queue, person: outdated.person, may: 'nothing', doubt: null },
      by: 'address',
    };
  }
  if (ticket !== null) return { intent: intoTicket(ticket, by, candidates), by };
  // What is passed on makes mail to somebody else: a copy of it must not.
  const mayBeOnBehalf = mayCommand(trusted) && trusted.doubt?.check !== 'copied';
  return { intent: { type: 'open', queue, silence: null, mayBeOnBehalf }, by };
}

/** Filters take what comes back for spam; this one has seen our mail, and is counted. */
function isProvenReport(
  ticket: TicketId | null,
  { isReport, verdict, bySignedReference }: Candidates,
): boolean {
  return isReport && verdict !== null && ticket !== null && bySignedReference === ticket;
}

/** Its address comes before what it answers. */
function serviceFor(
  ticket: TicketId | null,
  { service, asksForHelp }: Candidates,
): Addressee['service'] {
  return service ?? (ticket === null && asksForHelp ? 'help' : null);
}

/**
 * What one of the staff writes is sent to a customer only if they wrote to the ticket's
 * own address: a forward, or a mail to a queue, may name a mail about it as well.
 */
function byThread({
  bySignedReference,
  byReference,
  trusted,
  isRequester,
}: Candidates): TicketId | null {
  if (trusted.staff !== null && !isRequester) return null;
  return bySignedReference ?? byReference;
}

function routedBy({ byAddress, bySignedReference, byReference }: Candidates): RoutedBy {
  if (byAddress !== null) return 'address';
  if (bySignedReference !== null) return 'signed reference';
  return byReference === null ? 'queue' : 'reference';
}

function intoTicket(ticket: TicketId, by: RoutedBy, candidates: Candidates): Intent {
  const { trusted, isOnTicket, isStrict, isReport, verdict, bySignedReference, queue } = candidates;
  const { suffix, claimedStaff } = candidates;
  const hold = (verdict: Verdict): Intent => ({ type: 'hold', queue, ticket, verdict });
  const { staff } = trusted;
  const { isRequester, isNoteToo } = candidates;
  const isGiven = staff?.proof === 'answer' || staff?.proof === 'note';
  if (staff !== null && verdict === null && (isGiven || !isRequester)) {
    const { person, proof } = staff;
    const may = proof === 'answer' || proof === 'note' ? proof : 'command';
    const { doubt } = trusted;
    return { type: 'act', ticket, queue, person, may, doubt, suffix: isNoteToo ? 'note' : suffix };
  }
  if (claimedStaff !== null && verdict === null && !isRequester) {
    return hold(UNPROVEN_STAFF(claimedStaff));
  }
  // Who names a mail that we signed has seen it; the address alone proves nothing.
  const isKnown = by !== 'address' || isOnTicket || bySignedReference === ticket;
  if (!isKnown && verdict !== null) {
    const mayBeOurs = isReport && !isStrict;
    if (!mayBeOurs) return { type: 'record', verdict };
    return { type: 'append', ticket, mayReopen: false, customerCommand: null };
  }
  if (!isKnown && !isPermitted('join', trusted.level, isStrict)) return hold(STRANGER);
  if (!isPermitted('answer', trusted.level, isStrict)) return hold(UNPROVEN);
  const mayReopen = isOnTicket && isPermitted('reopen', trusted.level, isStrict);
  const customerCommand =
    isOnTicket && verdict === null
      ? customerCommandOf(suffix ?? candidates.word, candidates)
      : null;
  return { type: 'append', ticket, mayReopen, customerCommand };
}

/** null if nothing is asked for, and for what is the desk's alone. */
function customerCommandOf(
  suffix: Addressee['suffix'],
  { trusted, isStrict }: Candidates,
): CustomerCommand | null {
  const level = trusted.doubt === null ? trusted.level : 'claimed';
  const { customerCommand } = meaningOf(suffix);
  switch (customerCommand) {
    case 'status':
    case 'quiet':
      return customerCommand;
    case 'close':
      return isPermitted('close', level, isStrict) ? 'close' : 'close, unproven';
    case 'stop':
      return isPermitted('stop', level, isStrict) ? 'stop' : 'stop, unproven';
    default:
      return null;
  }
}
