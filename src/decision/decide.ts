/**
 * What shall become of a mail, and why.
 *
 * Guard, trust and route, each a function of its own file, given the mail and what was gathered
 * for it (questions.ts). Pure, and changes nothing: the same mail can be decided again at any
 * time (`--dry-run`, `replay`).
 */

import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import {
  type Config,
  prefixesOf,
  type QueueConfig,
  queueOf,
  type StaffPerson,
} from '../config/config.ts';
import { currentTicketIn, type Facts, failedIn, hasWrittenIn, ticketIn } from '../journal/facts.ts';
import { inUnicode } from '../reading/addresses.ts';
import type { HeaderField } from '../reading/header.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isForward } from '../reading/quotes/forwarded.ts';
import { answersNothing, type Decision, type Verdict } from '../ticket/decision.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { type NamedTicket, ticketMeant } from '../ticket/id.ts';
import {
  isOnTicket,
  type Mailbox,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { claimOf, isAboutOurs, isReport, type Reported, reportIn } from './about-our-mail.ts';
import { acrossOf } from './across-queues.ts';
import { addressee, queueOfTicket } from './addressing.ts';
import { askedFor } from './asked-for.ts';
import { replyOf } from './automatic-reply.ts';
import { fieldsOfOurs } from './border.ts';
import type { Linking } from './candidates.ts';
import {
  confirmationIn,
  heldOrdersIn,
  isLikeTheWord,
  isTheWord,
  isToConfirm,
  ownerOfAddress,
} from './given.ts';
import { guard } from './guard.ts';
import type { Intent } from './intent.ts';
import { linkingOf } from './linked-ticket.ts';
import { proofOf } from './proof.ts';
import type { Arrived } from './questions.ts';
import { isReaction } from './reaction.ts';
import { bounceAddressAmong, namedByReport, threadOf } from './references.ts';
import { replyToIn } from './reply-to.ts';
import { route } from './route.ts';
import { spamVerdict } from './spam.ts';
import { ticketInBrackets } from './subject-number.ts';
import { personOf, type Trusted } from './trust.ts';
import { authorOf, type TrustedSource, trustedSourceOf } from './trusted-sources.ts';
import { unlistedForm } from './unlisted-form.ts';

export interface ToDecide extends Arrived {
  readonly now: Date;
  /** Its author has said that it is theirs: a copy is what it is not. */
  readonly isConfirmed?: boolean;
}

export interface DecidedMail {
  readonly intent: Intent;
  readonly from: Mailbox | null;
  /** Under whose name it acts, if it does: one of the staff by name, or an address. */
  readonly actor: string | null;
  /**
   * It acts once for this name and its Message-ID: no login proves it, and nobody has confirmed it.
   */
  readonly actsOnce: boolean;
  /** Who wrote it, as far as it is known. */
  readonly trusted: Trusted;
  /** Why nothing is sent to whoever it says that it is from, by a machine. */
  readonly forged: Verdict | null;
  /** A mark of a machine, on a mail that a person may have written. */
  readonly mark: Verdict | null;
  /** Where its author wants answers. */
  readonly replyTo: Mailbox | null;
  /** What it says about a mail of ours. */
  readonly report: Reported;
  /** Where it was sent and where it arrives: copies of a mail have one of these in common. */
  readonly targets: readonly string[];
  readonly decision: Decision;
}

export function decide(
  { envelope, message, verb, defaultQueue, now, isConfirmed = false }: ToDecide,
  config: Config,
  facts: Facts,
): DecidedMail {
  const { recipients, sender, client } = envelope;
  const source = trustedSourceOf(message, config);
  // From is that of a machine, which says who has written.
  const isProxied = source !== null && source.speaksFor !== null;
  const own = ownAddresses(config);
  const person = authorOf(message, config);
  const address = person?.address ?? null;
  const from = person ?? (sender && !isProxied ? { name: '', address: inUnicode(sender) } : null);
  const author = from?.address ?? null;
  const current = (id: TicketId | null) => currentTicketIn(facts, id);
  const named = (references: readonly string[]) =>
    threadOf({ references, recipients, sender: address }, config, facts);
  const addressed = addressee({ verb, envelope, to: message.to, defaultQueue }, config);
  const ofItsAddress =
    addressed.ticket === null ? null : current(ticketMeantIn(facts, addressed.ticket));
  const asItSays = named(message.references);
  const { subject, fields } = message;
  const about = ofItsAddress ?? current(asItSays.signed) ?? current(asItSays.known);
  const { asked, spoke, machines, says, isOfRelays, isOfSubject } = guard({
    ...{ envelope, fields, from: address },
    reply: replyOf({
      ...{ subject, fields, isFromNull: sender === '' },
      answered: about === null ? null : subjectsOf(about),
      isToNotice: isToConfirm(recipients, config),
      hasCalendar: hasCalendar(message),
    }),
    own,
    bounceAddress: bounceAddressAmong(recipients, config, facts),
    source: source?.kind ?? null,
  });
  const [first = null] = spoke;
  const isAutomatic = says === 'machine';
  const verdict = isAutomatic ? first : null;
  // Of what goes to many is said that it does.
  const word = says === 'maybe' ? spoke.find(answersNothing) : undefined;
  const mark = isAutomatic ? null : (word ?? first);
  const thread = isAutomatic ? named(namedByReport(message)) : asItSays;
  const confirmation = confirmationIn(recipients, config, facts, now);
  const meant =
    addressed.ticket === null
      ? (confirmation?.ticket ?? null)
      : ticketMeantIn(facts, addressed.ticket);
  const byAddress = current(meant);
  const ofTicket = meant === null ? undefined : queueOfTicket(meant, config);
  const queue =
    byAddress === null ? (ofTicket ?? addressed.queue) : queueOf(byAddress.queue, config);
  const bySignedReference = current(thread.signed);
  const byReference = current(thread.known);
  const byReferences = byAddress ?? bySignedReference ?? byReference ?? current(thread.answered);
  const bySubject =
    byReferences === null ? numberedIn(message, { queue, author }, config, facts) : null;
  const ticket = byAddress ?? bySignedReference ?? byReference ?? bySubject;
  const ours = fieldsOfOurs(message.fields, client, config);
  const { trusted, actor, given, forged, isNamed } = proofOf(
    {
      ...{ envelope, message, ours, address, isProxied, isAutomatic, isConfirmed, now },
      namesMailSentToSender: thread.provesSender,
      byAddress: byAddress?.id ?? null,
    },
    config,
    facts,
  );
  const replyTo = isProxied ? null : replyToIn(message, config, source?.name ?? null);
  const toQueue = addressed.isQueueNamed ? addressed.queue : null;
  const across = acrossOf(
    ticket,
    {
      queue: toQueue,
      recipients,
      isToTicket: byAddress !== null,
      isAnswer: ticket !== null && ticket === (bySignedReference ?? byReference),
    },
    message,
    config,
  );
  const isForOther = across.isForOther && mark === null;
  const linking = linkingOf(
    ticket,
    { queue: toQueue, isForOther, isReport: isAboutOurs(message, spoke), author, now },
    config,
    facts,
  );
  const isKnown = thread.signed !== null || thread.known !== null || isOnTicket(ticket, author);
  const isToUs = isNamed === true || message.to.some(({ address: to }) => isOwnAddress(to, own));
  const outsiders = isForward(message.subject) ? [] : outsidersIn(message.to, config);
  const { intent, by } = route({
    ...askedFor(message, byAddress, config),
    queue,
    byAddress: byAddress?.id ?? null,
    bySignedReference: bySignedReference?.id ?? null,
    byReference: byReference?.id ?? null,
    bySubject: bySubject?.id ?? null,
    answered: current(thread.answered)?.id ?? null,
    linking,
    alsoTold: across.alsoTold,
    ...{ verdict, mark, isOfRelays },
    isMarkedBySubject: isOfSubject && message.references.length === 0,
    isToMany: says === 'bulk',
    speaksForPerson:
      isKnown || (isToUs && !isOfList(fields)) || (mark !== null && hasWrittenIn(facts, author)),
    spam: spamVerdict(ours, config.spam),
    unlistedForm: source === null ? unlistedForm(message, own) : null,
    claimedOurs: claimOf(machines, message, sender, config, facts),
    blocked: blockedAmong([address, replyTo?.address ?? null], trusted, config, facts),
    confirmation,
    isToConfirm: isToConfirm(recipients, config),
    isTheWord: confirmation !== null && (isTheWord(message) || isLikeTheWord(message)),
    heldOrders: confirmation?.named ? heldOrdersIn(message, confirmation.named) : null,
    isByWhoeverIsAsked: forged === null && isBy(confirmation?.person, trusted, address, config),
    service: addressed.service,
    suffix: addressed.suffix,
    claimedStaff:
      trusted.staff === null ? (personOf(from?.address ?? null, config.staff)?.name ?? null) : null,
    trusted,
    outdated: given?.how === 'before a restore' ? given : null,
    named: outsiders,
    namesAddressee: outsiders.some(({ address: one }) => isOnTicket(byAddress, one)),
    isReaction: isReaction(message),
    isBlind: isNamed === false,
    isReport: isReport({ spoke, wrote: says ?? 'person' }),
    isOnTicket: isOnTicket(ticket, author),
    isRequester: sameAddress(ticket?.requester?.address ?? '', from?.address ?? 'nobody'),
    addressOwner:
      forged === null
        ? ownerOfAddress(byAddress?.id ?? null, recipients, config, facts, now)
        : null,
    isStrict: config.strict,
  });
  return {
    ...{ intent, from, actor, trusted, forged, mark },
    replyTo,
    actsOnce: trusted.staff?.proof !== 'login' && !isConfirmed,
    report: isAutomatic
      ? reportIn(message, { spoke, intent, sent: thread.sent }, current)
      : { shown: null, bounce: null, about: null },
    // Whichever of our addresses a copy came by, it belongs to that ticket.
    targets: targetsOf(
      byAddress?.id ?? addressed.service ?? queue.prefix,
      intent,
      isForOther ? null : linking,
    ),
    decision: {
      messageId: message.messageId,
      verb,
      sender,
      recipients,
      isNamed,
      client,
      login: envelope.login,
      asked,
      spoke,
      wrote: says ?? 'person',
      // A number in a subject is no proof of what it is about.
      trust: by === 'subject' && !isAutomatic ? 'claimed' : trusted.level,
      why: whyOf(trusted, source),
      route: routeOf(intent),
      by,
      intent: intent.type,
    },
  };
}

/** The ticket of this queue that its subject names, if its author is on it. */
function numberedIn(
  { subject }: ParsedMessage,
  { queue, author }: { readonly queue: QueueConfig; readonly author: string | null },
  config: Config,
  facts: Facts,
): Ticket | null {
  const named = ticketInBrackets(subject, prefixesOf(config));
  const ticket = named === null ? null : currentTicketIn(facts, named);
  return ticket?.queue === queue.prefix && isOnTicket(ticket, author) ? ticket : null;
}

/** What an automatic reply to a mail about it repeats. */
function subjectsOf({ subject, messages }: Ticket): readonly string[] {
  return [subject, ...messages.flatMap((one) => (one.direction === 'out' ? one.subject : []))];
}

function hasCalendar({ attachments }: ParsedMessage): boolean {
  return attachments.some(({ contentType }) => contentType.toLowerCase() === 'text/calendar');
}

function isOfList(fields: readonly HeaderField[]): boolean {
  return fields.some(({ name }) => name === 'list-id' || name === 'mailing-list');
}

/** Neither the desk nor its staff. */
function outsidersIn(to: readonly Mailbox[], config: Config): readonly Mailbox[] {
  const own = ownAddresses(config);
  return to.filter(
    ({ address }) => !isOwnAddress(address, own) && personOf(address, config.staff) === null,
  );
}

function ticketMeantIn(facts: Facts, named: NamedTicket): TicketId {
  return ticketMeant(named, (id) => ticketIn(facts, id) !== null);
}

/** By their login, or by their From if that may be enough. */
function isBy(
  person: StaffPerson | undefined,
  { staff }: Trusted,
  from: string | null,
  config: Config,
): boolean {
  if (staff?.proof === 'login') return staff.person === person;
  return config.staffProof !== 'sasl' && personOf(from, config.staff) === person;
}

function blockedAmong(
  addresses: readonly (string | null)[],
  trusted: Trusted,
  config: Config,
  facts: Facts,
): Verdict | null {
  const [first = null] = addresses.flatMap((address) =>
    isBlockable(trusted, address, config) ? (blockedVerdict(failedIn(facts, address)) ?? []) : [],
  );
  return first;
}

/** No block touches a staff member. By the address for notes, anybody's mail is one's. */
function isBlockable({ staff }: Trusted, from: string | null, config: Config): from is string {
  if (from === null) return false;
  return (
    staff === null || (staff.proof === 'note' && personOf(from, config.staff) !== staff.person)
  );
}

function whyOf({ why, doubt }: Trusted, source: TrustedSource | null): string {
  return [
    why,
    ...(source === null ? [] : [`it came by the ${source.kind} ${source.name}`]),
    ...(doubt === null ? [] : [`in doubt: ${doubt.evidence}`]),
  ].join('; ');
}

function targetsOf(
  addressedTo: string,
  intent: Intent,
  linking: Linking | null,
): readonly string[] {
  const isInto = intent.type === 'append' || intent.type === 'act';
  const linked = linking === null ? [] : [linking.ticket];
  return [...new Set([addressedTo, ...(isInto ? [intent.ticket] : []), ...linked])];
}

function routeOf(intent: Intent): string {
  switch (intent.type) {
    case 'open':
      return intent.queue.prefix;
    case 'append':
    case 'act':
      return intent.ticket;
    case 'run':
      return intent.ticket ?? '';
    case 'hold':
      return intent.ticket ?? intent.queue.prefix;
    case 'control':
    case 'help':
    case 'confirm':
    case 'plan':
    case 'record':
      return '';
  }
}
