/**
 * Which mails may go and are handed over first, what the exit of sendmail says of one (taken, or not, and
 * whether the mail is to blame), and what the journal is told of one that did not go. Pure.
 */
import { ageOf, HOUR_MS, hasCome } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { statusChanges } from '../ticket/status.ts';
import type { Rejected, Submitted } from '../ticket/submitted.ts';
import { currentTicket, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Commit } from './ledger.ts';
import type { ClaimFilter, HandOver, UnsentMail } from './outbox.ts';

/** A mail that the MTA refuses so often, for a reason of its own, has failed. */
export const MAX_REFUSALS = 10;

const MAX_SAID_CHARACTERS = 500;
/** sysexits(3) for a fault of the mail itself: usage, data, no user, no host. */
const BLAMES_THE_MAIL: readonly number[] = [64, 65, 67, 68];
/** What the shell says of a program that it could not start. */
const NOT_STARTED: ReadonlyMap<number, string> = new Map([
  [126, 'EACCES'],
  [127, 'ENOENT'],
]);

/** `said`: what it wrote to its standard error. */
export function handOverOf(
  status: number,
  said: string,
): Extract<HandOver, { end: 'taken' | 'refused' | 'failed' }> {
  if (status === 0) return { end: 'taken' };
  const how = NOT_STARTED.get(status) ?? `exit ${status}`;
  const error = `sendmail: ${how} ${said.trim().slice(0, MAX_SAID_CHARACTERS)}`.trim();
  return { end: BLAMES_THE_MAIL.includes(status) ? 'refused' : 'failed', error };
}

export function handOverBySmtp(
  submitted: Submitted,
): Extract<HandOver, { end: 'taken' | 'rejected' | 'failed' | 'unknown' }> {
  return submitted.end === 'failed'
    ? { end: 'failed', error: `SMTP: ${submitted.reason}` }
    : submitted;
}

type Known = Pick<UnsentMail, 'id' | 'ticket' | 'serial' | 'sender' | 'recipient' | 'repeated'>;

function about({ ticket, serial, id: mail }: Known) {
  return { ticket, serial, mail };
}

/** Nobody knows whether it has gone: what a person wrote goes once more. */
export function unknownFate(mail: Known): Change {
  // What a machine says has the null sender (RFC 3834 3.3), and what a person says never.
  const isOfPerson = mail.sender !== '';
  const again = isOfPerson && mail.repeated === undefined;
  return { type: 'reply.unknown', ...about(mail), again };
}

/**
 * What became of a mail is told by whatever is committed next; but that one came back is no work of
 * somebody else's mail or order, so it has a commit of its own, which says nothing else.
 */
export function saysNothing({ changes, outgoing, delivery, origin }: Commit): boolean {
  return [...changes, ...outgoing].length === 0 && delivery === undefined && origin === undefined;
}

/**
 * What the outbox tells of its mails, behind the changes of a commit. That a mail has gone is told
 * once: the outbox also knows what was sent.
 */
export function withFates(changes: readonly Change[], fates: readonly Change[]): readonly Change[] {
  const sent = new Set(fates.flatMap((fate) => (fate.type === 'reply.sent' ? fate.mail : [])));
  const isUntold = (change: Change) => change.type !== 'reply.sent' || !sent.has(change.mail);
  return [...changes.filter(isUntold), ...fates];
}

/** It never went out, and the desk sees it as it sees a mail that came back. */
export function rejectedFates(mail: Known, rejected: Rejected): readonly Change[] {
  const { status, reason, isOfRecipient } = rejected;
  const { ticket, serial, recipient: address } = mail;
  const failed: Change = { type: 'reply.failed', ...about(mail), reason: `${status} ${reason}` };
  if (ticket === null) return [failed];
  const what = { ticket, serial, status, reason };
  return [
    failed,
    { type: 'mail.bounced', ...what },
    ...(isOfRecipient ? [{ type: 'address.failed', address, ...what } as const] : []),
  ];
}

/** Whoever has closed a ticket took it for answered: an answer that came back opens it again. */
export function withOpenings(
  fates: readonly Change[],
  find: (id: TicketId) => Ticket | null,
): readonly Change[] {
  const opened = new Set<TicketId>();
  const openings = fates.flatMap((fate) => {
    if (fate.type !== 'mail.bounced') return [];
    const { serial } = fate;
    const message = find(fate.ticket)?.messages.find((one) => one.serial === serial);
    const ticket = currentTicket(fate.ticket, find);
    const isAnswer = message?.direction === 'out' && message.by !== undefined;
    if (!isAnswer || ticket?.status !== 'resolved' || opened.has(ticket.id)) return [];
    opened.add(ticket.id);
    return statusChanges(ticket, 'open', 'mailrobot');
  });
  return [...fates, ...openings];
}

/** No clock of two hosts is further apart, or set right by more, while mail is handed over. */
export const CLOCK_WAS_AHEAD_MS = HOUR_MS;

/**
 * Whether its time has come. One that is kept back shortly, and not to a time that its author has
 * named, waits no longer for a clock that was ahead by more than CLOCK_WAS_AHEAD_MS.
 */
export function mayGo(
  { notBefore, isPromised, since }: Pick<UnsentMail, 'notBefore' | 'isPromised' | 'since'>,
  now: Date,
): boolean {
  return (
    notBefore === undefined ||
    hasCome(notBefore, now) ||
    (isPromised !== true && Date.parse(since) - now.getTime() > CLOCK_WAS_AHEAD_MS)
  );
}

/** Of which no hand-over has begun, and whose time has come; longest untried first. */
export function claimedOf(
  unsent: readonly UnsentMail[],
  wanted: ClaimFilter,
  limit: number,
  now: Date,
): readonly UnsentMail[] {
  const restedMs = ({ lastTried, since }: UnsentMail) => ageOf(lastTried ?? since, now);
  return unsent
    .filter((mail) => !mail.isBegun && mayGo(mail, now) && isClaimed(mail, wanted, now))
    .sort((a, b) => compare(restedMs(b), restedMs(a)))
    .slice(0, limit);
}

function isClaimed(
  { seq, ticket, lastTried }: UnsentMail,
  wanted: ClaimFilter,
  now: Date,
): boolean {
  if (wanted === 'all') return true;
  if ('commit' in wanted) return seq === wanted.commit;
  if ('ticket' in wanted) return ticket === wanted.ticket;
  return lastTried === null || ageOf(lastTried, now) > ageOf(wanted.restedSince.toISOString(), now);
}

/** Also of two that are infinite. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
