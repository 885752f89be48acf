/**
 * A change of a ticket in words, for `ticket show --log`: `by` has done `what`. Pure.
 *
 * Words of strangers in it are as they were written: whoever shows them makes them inert.
 */
import { inFull } from '../dates/in-full.ts';
import type { Change } from '../ticket/change.ts';
import {
  type IncomingMessage,
  type Mailbox,
  type OutgoingMessage,
  PRIORITIES,
  type Status,
  type Trust,
} from '../ticket/ticket.ts';

export interface Deed {
  readonly by: string;
  readonly what: string;
}

/** What the program itself has done. */
const PROGRAM = 'mailrobot';

/**
 * `zone`: of whoever reads it. `actor`: who has made the commit, for what does not say so itself. null for what is nobody's
 * business who asks for the story of a ticket.
 */
export function changeInWords(change: Change, actor: string, zone: string): Deed | null {
  const by = 'by' in change && change.by !== undefined && change.by !== '' ? change.by : actor;
  const what = whatOf(change, zone);
  if (what === null) return null;
  return { by: isByProgram(change) ? PROGRAM : (otherActor(change) ?? by), what };
}

/** Who has made a commit, as far as its messages tell. */
export function actorOf(changes: readonly Change[]): string {
  for (const change of changes) {
    if (change.type === 'message.added') {
      const { message } = change;
      if (message.direction === 'in') return authorOf(message);
      if (message.by !== undefined) return message.by;
    } else if ('by' in change && change.by !== undefined && change.by !== '') return change.by;
  }
  return PROGRAM;
}

function authorOf({ from }: Pick<IncomingMessage, 'from'>): string {
  return from === null ? '(nobody named)' : from.address;
}

/** Where the change names a person in another field than `by`. */
function otherActor(change: Change): string | null {
  switch (change.type) {
    case 'message.added': {
      const { message } = change;
      return message.direction === 'in' ? authorOf(message) : (message.by ?? PROGRAM);
    }
    case 'ticket.seen':
      return change.person;
    case 'mail.held':
      return change.mail.from?.address ?? '(nobody named)';
    default:
      return null;
  }
}

const BY_PROGRAM: ReadonlySet<Change['type']> = new Set([
  ...([
    'ticket.overdue',
    'ticket.woken',
    'ticket.reminded',
    'ticket.asked',
    'reply.silenced',
    'reply.sent',
  ] as const),
  ...(['reply.failed', 'reply.unknown', 'mail.bounced', 'mail.reported'] as const),
  ...(['address.failed', 'message.proven', 'ticket.repeated'] as const),
]);

function isByProgram({ type }: Change): boolean {
  return BY_PROGRAM.has(type);
}

function whatOf(change: Change, zone: string): string | null {
  switch (change.type) {
    case 'ticket.created':
      return `opened the ticket "${change.subject}"`;
    case 'message.added':
      return change.message.direction === 'in'
        ? received(change.message)
        : sent(change.message, zone);
    case 'note.added':
      return `wrote note #${change.serial}`;
    case 'message.proven':
      return change.to === change.from
        ? `found by a later copy that a person wrote #${change.serial}`
        : `found by a later copy who wrote #${change.serial} (was ${change.from}, is ${change.to})`;
    case 'ticket.status':
      return statusWords(change.from, change.to);
    case 'ticket.assigned':
      return assigned(change);
    case 'ticket.tagged':
      return `changed the tags: ${plusMinus(change.added, change.removed)}`;
    case 'ticket.priority':
      return priorityWords(change);
    case 'ticket.field':
      return fieldWords(change);
    case 'ticket.retitled':
      return `changed the subject from "${change.from}" to "${change.to}"`;
    case 'ticket.requester':
      return `made it the ticket of ${change.to.address}${before(change.from)}`;
    case 'ticket.participants':
      return `changed who gets copies: ${plusMinus(
        change.added.map(({ address }) => address),
        change.removed,
      )}`;
    case 'ticket.muted':
      return change.isMuted
        ? `stopped mail to ${change.address}`
        : `let mail go to ${change.address} again`;
    case 'ticket.watched':
      return watchedWords(change);
    case 'ticket.seen':
      return `saw it up to #${change.serial}`;
    case 'ticket.merged':
      return `merged it into ${change.into}`;
    case 'ticket.absorbed':
      return `merged ${change.other} into it`;
    case 'ticket.moved':
      return `moved it from ${change.from} to ${change.queue}: it is called ${change.into} now`;
    case 'ticket.linked':
      return `linked it with ${change.other}`;
    case 'ticket.repeated':
      return 'counted once more what had opened it, which came again';
    case 'ticket.split':
      return `split off #${change.serial}, which begins ${change.to}`;
    case 'ticket.snoozed':
      return change.until === null
        ? 'ended its snooze'
        : `snoozed it until ${inFull(new Date(change.until), change.timeZone)}`;
    case 'ticket.woken':
      return 'told the staff that it is back: it was snoozed until now';
    case 'ticket.overdue':
      return 'told the staff that nobody has answered it';
    case 'ticket.reminded':
      return change.silence === undefined
        ? 'reminded the customer'
        : `did not remind the customer (${change.silence.check}: ${change.silence.evidence})`;
    case 'ticket.asked':
      return `asked by #${change.serial} how it went`;
    case 'ticket.rated':
      return `rated it ${change.score} of 5`;
    case 'ticket.legalhold':
      return change.isOnHold ? 'put it on legal hold' : 'ended its legal hold';
    default:
      return mailWords(change);
  }
}

/** What became of mail, ours and others'. */
function mailWords(change: Change): string | null {
  switch (change.type) {
    case 'reply.silenced':
      return `sent no automatic reply (${change.reason.check}: ${change.reason.evidence})`;
    case 'reply.sent':
      return `handed #${change.serial} to the mail server`;
    case 'reply.failed':
      return `could not send #${change.serial}: ${change.reason}`;
    case 'reply.unknown':
      return change.again
        ? `was stopped while sending #${change.serial}, and sends it once more`
        : `was stopped while sending #${change.serial}, and does not repeat it`;
    case 'reply.undone':
      return `took #${change.serial} back before it went out`;
    case 'mail.bounced':
      return `got #${change.serial} back (${change.status}): ${change.reason}`;
    case 'mail.reported':
      return `got a report on #${change.serial}`;
    case 'address.failed':
      return `noted that mail to ${change.address} fails (${change.status}): ${change.reason}`;
    case 'mail.held':
      return `wrote mail ${change.mail.id}, which is held (${change.mail.reason.check})`;
    case 'mail.released':
      return `let held mail ${change.held} in`;
    case 'mail.discarded':
      return `threw held mail ${change.held} away`;
    case 'person.erased':
      return 'erased words of it';
    default:
      return null;
  }
}

const TRUST_WORDS: Readonly<Record<Trust, string>> = {
  automatic: ', automatic',
  claimed: ', unverified',
  thread: '',
  authenticated: '',
  staff: ', staff',
};

function received({ serial, trust, attachments }: IncomingMessage): string {
  return `wrote #${serial}${filesWords(attachments.length)}${TRUST_WORDS[trust]}`;
}

function sent(message: OutgoingMessage, zone: string): string {
  const { serial, to, automatic, copyOf, attachments, notBefore } = message;
  const [{ address }] = to;
  if (copyOf !== undefined) return `wrote a copy of #${copyOf} to ${address}: #${serial}`;
  const when = notBefore === undefined ? '' : `, to go out on ${inFull(new Date(notBefore), zone)}`;
  return `wrote #${serial} to ${address}${filesWords(attachments.length)}${automatic ? ', automatic' : ''}${when}`;
}

function filesWords(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', with a file' : `, with ${count} files`;
}

function statusWords(from: Status, to: Status): string {
  if (to === 'resolved') return `closed it (it was ${from})`;
  return from === 'resolved' ? `opened it again: it is ${to}` : `made it ${to} (it was ${from})`;
}

function assigned({ from, to, by }: Extract<Change, { type: 'ticket.assigned' }>): string {
  if (to === null)
    return from === null ? 'gave it to nobody' : `took it from ${from}: it is nobody's`;
  const had = from === null ? '' : ` (${from} had it)`;
  return to === by ? `took it${had}` : `gave it to ${to}${had}`;
}

function priorityWords({ from, to }: Extract<Change, { type: 'ticket.priority' }>): string {
  const is = PRIORITIES.indexOf(to) > PRIORITIES.indexOf(from) ? 'raised' : 'lowered';
  return `${is} its priority from ${from} to ${to}`;
}

function fieldWords({
  field,
  value,
  isFound,
  other,
}: Extract<Change, { type: 'ticket.field' }>): string {
  if (value === null) return `took off ${field}`;
  const where = other === undefined ? '' : `, as ${other} had it`;
  return isFound
    ? `found ${field} in a mail: ${value}${where}`
    : `set ${field} to ${value}${where}`;
}

function watchedWords({
  person,
  isWatching,
  by,
}: Extract<Change, { type: 'ticket.watched' }>): string {
  const what = `watch it${isWatching ? '' : ' no more'}`;
  return person === by ? `chose to ${what}` : `had ${person} ${what}`;
}

function before(person: Mailbox | null): string {
  return person === null ? '' : ` (it was that of ${person.address})`;
}

/** `+login -vip` */
function plusMinus(added: readonly string[], removed: readonly string[]): string {
  return [...added.map((one) => `+${one}`), ...removed.map((one) => `-${one}`)].join(' ');
}
