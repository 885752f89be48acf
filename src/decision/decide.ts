/**
 * What shall become of a mail, and why.
 *
 * Guard, trust and route, each a function of its own file, given the mail and what was gathered
 * for it (questions.ts). Pure, and changes nothing: the same mail can be decided again at any
 * time (`--dry-run`, `replay`).
 */

import { ownAddresses } from '../addresses/own-address.ts';
import type { Sent } from '../addresses/signed-address.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { currentTicketIn, type Facts, failedIn, hasActedIn, ticketIn } from '../journal/facts.ts';
import { inUnicode } from '../reading/addresses.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import { linesAtQuotes } from '../reading/quotes/at-quotes.ts';
import type { Decision, Verdict } from '../ticket/decision.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { ticketAndSuffix, ticketMeant, ticketPartAt } from '../ticket/id.ts';
import {
  isOnTicket,
  type Mailbox,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { addressee, queueOfTicket } from './addressing.ts';
import { readAuthentication } from './authentication.ts';
import { fieldsOfOurs } from './border.ts';
import { type ReadReport, readReport } from './bounce.ts';
import { customerCommandInText } from './customer-command.ts';
import { copyDoubt } from './doubt.ts';
import { confirmationIn, givenTo } from './given.ts';
import { guard } from './guard.ts';
import type { Arrived } from './questions.ts';
import {
  bounceAddressAmong,
  isSentByUs,
  namedByReport,
  type Thread,
  threadOf,
} from './references.ts';
import { type Candidates, type Intent, route } from './route.ts';
import { spamVerdict } from './spam.ts';
import { personOf, type Trusted, trust } from './trust.ts';
import { authorOf, trustedSourceOf } from './trusted-sources.ts';

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
  /** It acts once for this name and its Message-ID: no login proves it, and nobody has confirmed it. */
  readonly actsOnce: boolean;
  /** Why nothing is sent to whoever it says that it is from, by a machine. */
  readonly forged: Verdict | null;
  /** What it says about a mail of ours. */
  readonly report: ReadReport & { readonly about: Sent | null };
  /** Where it was sent and where it arrives: copies of a mail have one of these in common. */
  readonly targets: readonly string[];
  readonly decision: Decision;
}

export function decide(
  { envelope, message, verb, defaultQueue, now, isConfirmed = false }: ToDecide,
  config: Config,
  facts: Facts,
): DecidedMail {
  const source = trustedSourceOf(message, config);
  const author = authorOf(message, config);
  const address = author?.address ?? null;
  const { recipients, sender, client, login } = envelope;
  const { asked, spoke } = guard({
    envelope,
    fields: message.fields,
    from: address,
    own: ownAddresses(config),
    bounceAddress: bounceAddressAmong(recipients, config, facts),
    source: source?.kind ?? null,
  });
  const isAutomatic = spoke.length > 0;
  const thread = threadOf(
    {
      references: isAutomatic ? namedByReport(message) : message.references,
      recipients,
      sender: address,
    },
    config,
    facts,
  );
  const isForm = source?.kind === 'form';
  const ours = fieldsOfOurs(message.fields, client, config);
  const isOneFrom = message.fields.filter(({ name }) => name === 'from').length === 1;
  const authentication = readAuthentication(ours, { from: address, isOneFrom }, config.authservId);
  const addressed = addressee({ verb, envelope, to: message.to, defaultQueue }, config);
  const current = (id: TicketId | null) => currentTicketIn(facts, id);
  const isThere = (id: TicketId) => ticketIn(facts, id) !== null;
  const named = addressed.ticket === null ? null : ticketMeant(addressed.ticket, isThere);
  const addressedTicket = current(named);
  const byAddress = addressedTicket?.id ?? null;
  const queue = (named === null ? undefined : queueOfTicket(named, config)) ?? addressed.queue;
  // What only the From tells apart is worth nothing if our own MTA calls it forged.
  const { isFromForged } = authentication;
  const given = isFromForged
    ? null
    : givenTo(byAddress, { recipients, from: address }, config, facts, now);
  const actor =
    given?.person.name ?? personOf(address, config.staff)?.name ?? address?.toLowerCase() ?? null;
  const { messageId } = message;
  const isAsked = authentication.proof !== null || given !== null;
  const hasActed =
    isAsked && actor !== null && messageId !== null && hasActedIn(facts, { actor, messageId });
  const isNamed = isNamedIn(message.to, recipients);
  // A published alias stands for a queue or a service, and for no ticket.
  const isNamedThere =
    isNamed !== false || (byAddress === null && isNamedIn(message.to, config.alsoKnownAs) === true);
  const trusted = trust(
    {
      isAutomatic,
      from: address,
      // Through a form, they are the form's.
      login: isForm ? null : login,
      authenticated: isForm ? null : authentication.proof,
      namesMailSentToSender: thread.provesSender && !isFromForged,
      givenTo: given?.how === 'counts' ? given : null,
      copied: isAsked ? copyDoubt({ ...message, hasActed, isNamed: isNamedThere, now }) : null,
      hasActed,
      isSpfAligned: authentication.isSpfAligned,
      isConfirmed,
    },
    config,
  );
  const from = author ?? (sender && !isForm ? { name: '', address: inUnicode(sender) } : null);
  const bySignedReference = current(thread.signed);
  const byReference = current(thread.known);
  const ticket = addressedTicket ?? bySignedReference ?? byReference;
  const { intent, by } = route({
    queue,
    byAddress,
    bySignedReference: bySignedReference?.id ?? null,
    byReference: byReference?.id ?? null,
    verdict: spoke[0] ?? null,
    spam: spamVerdict(ours, config.spam),
    claimedOurs: claimOf(spoke[0] ?? null, message, sender, config, facts),
    blocked:
      address === null || isOfStaff(trusted, address, config)
        ? null
        : blockedVerdict(failedIn(facts, address)),
    confirmation: confirmationIn(recipients, config, facts, now),
    service: addressed.service,
    asksForHelp: asksForHelp(message),
    suffix: addressed.suffix,
    isNoteToo: isSentToNote(message.to, byAddress, config),
    word: wordOf(message),
    claimedStaff:
      trusted.staff === null ? (personOf(from?.address ?? null, config.staff)?.name ?? null) : null,
    trusted,
    outdated: given?.how === 'before a restore' ? given : null,
    isReport: spoke.some(({ check }) => CHECKS_OF_REPORTS.includes(check)),
    isOnTicket: isOnTicket(ticket, from?.address ?? null),
    isRequester: sameAddress(ticket?.requester?.address ?? '', from?.address ?? 'nobody'),
    isStrict: config.strict,
  });
  return {
    intent,
    from,
    actor: trusted.level === 'claimed' ? null : (trusted.staff?.person.name ?? actor),
    actsOnce: trusted.staff?.proof !== 'login' && !isConfirmed,
    forged: authentication.forged,
    report: isAutomatic
      ? reportIn(message, { spoke, intent, sent: thread.sent }, current)
      : { shown: null, bounce: null, about: null },
    targets: targetsOf(byAddress ?? addressed.service ?? queue.prefix, intent),
    decision: {
      messageId,
      verb,
      sender,
      recipients,
      isNamed,
      client,
      login,
      asked,
      spoke,
      trust: trusted.level,
      why: [
        trusted.why,
        ...(source === null ? [] : [`it came by the ${source.kind} ${source.name}`]),
        ...(trusted.doubt === null ? [] : [`in doubt: ${trusted.doubt.evidence}`]),
      ].join('; '),
      route: routeOf(intent),
      by,
      intent: intent.type,
    },
  };
}

/** Of one mail to a ticket and to its note address, either may come first: it is a note. */
function isSentToNote(to: readonly Mailbox[], ticket: TicketId | null, config: Config): boolean {
  return to.some(({ address }) => {
    const local = ticketPartAt(address, config.domain);
    const named = local === null ? null : ticketAndSuffix(local, prefixesOf(config));
    return ticket !== null && named?.ticket === ticket && named.suffix === 'note';
  });
}

/** Not where it stands directly at a quote: the rest of one that a client has wrapped is no command. */
function wordOf(message: ParsedMessage): Candidates['word'] {
  const word = customerCommandInText(newText(message));
  const [first] = message.newLines;
  if (word === null || first === undefined) return null;
  return linesAtQuotes(message.text).has(first.from - 1) ? null : word;
}

/** No block touches it. By the address for notes, anybody's mail is a person's of the desk. */
function isOfStaff({ staff }: Trusted, from: string, config: Config): boolean {
  if (staff === null) return false;
  return staff.proof !== 'note' || personOf(from, config.staff) === staff.person;
}

/** A machine's mark says what it is; an address or a loop mark of ours, anybody can write. */
function claimOf(
  verdict: Verdict | null,
  { messageId, replyTo }: ParsedMessage,
  sender: string | null,
  config: Config,
  facts: Facts,
): Verdict | null {
  if (verdict === null || !CHECKS_OF_OUR_MAIL.includes(verdict.check)) return null;
  const addresses = [sender, replyTo?.address].flatMap((address) => address ?? []);
  return isSentByUs({ messageId, addresses }, config, facts) ? null : verdict;
}

const CHECKS_OF_OUR_MAIL: readonly string[] = ['loop-mark', 'own-mail'];

/** A subject that is that one word, and nothing else written. */
function asksForHelp(message: ParsedMessage): boolean {
  return message.subject.trim().toLowerCase() === 'help' && newText(message).trim() === '';
}

/** Checks that speak of a report. */
const CHECKS_OF_REPORTS: readonly string[] = [
  'null-sender',
  'mailer-daemon',
  'report',
  'bounce-address',
];

/**
 * It proves something only about a mail of the ticket that it goes into, or of one that was
 * merged into that. `about`: also if no machine can read it, but it comes to the address
 * that is for reports alone.
 */
function reportIn(
  { report }: ParsedMessage,
  {
    spoke,
    intent,
    sent,
  }: Pick<Thread, 'sent'> & Pick<Decision, 'spoke'> & Pick<DecidedMail, 'intent'>,
  current: (id: TicketId | null) => Ticket | null,
): DecidedMail['report'] {
  const into = 'ticket' in intent ? intent.ticket : null;
  const ofTicket = into !== null && current(sent?.ticket ?? null)?.id === into ? sent : null;
  const isReport = report !== null || spoke.some(({ check }) => check === 'bounce-address');
  return {
    ...readReport(report ?? { recipients: [] }, ofTicket),
    about: isReport ? ofTicket : null,
  };
}

/** A blind copy, an alias, or a forgery: said in the decision, and held against nobody. */
function isNamedIn(to: readonly Mailbox[], recipients: readonly string[]): boolean | null {
  if (recipients.length === 0) return null;
  return recipients.some((recipient) => to.some(({ address }) => sameAddress(address, recipient)));
}

function targetsOf(addressedTo: string, intent: Intent): readonly string[] {
  const isInto = intent.type === 'append' || intent.type === 'act';
  return [...new Set([addressedTo, ...(isInto ? [intent.ticket] : [])])];
}

function routeOf(intent: Intent): string {
  switch (intent.type) {
    case 'open':
      return intent.queue.prefix;
    case 'append':
    case 'act':
      return intent.ticket;
    case 'hold':
      return intent.ticket ?? intent.queue.prefix;
    case 'control':
    case 'help':
    case 'confirm':
    case 'record':
      return '';
  }
}
