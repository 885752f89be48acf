/**
 * What shall become of a mail, and why.
 *
 * Guard, trust and route, each a function of its own file, given the mail and what was gathered
 * for it (questions.ts). Pure, and changes nothing: the same mail can be decided again at any
 * time (`--dry-run`, `replay`).
 */

import { ownAddresses } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { currentTicketIn, type Facts, failedIn, ticketIn } from '../journal/facts.ts';
import { inUnicode } from '../reading/addresses.ts';
import type { Decision, Verdict } from '../ticket/decision.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { type NamedTicket, ticketMeant } from '../ticket/id.ts';
import { isOnTicket, type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import { claimOf, isReport, type Reported, reportIn } from './about-our-mail.ts';
import { addressee, queueOfTicket } from './addressing.ts';
import { askedFor } from './asked-for.ts';
import { fieldsOfOurs } from './border.ts';
import { confirmationIn } from './given.ts';
import { guard } from './guard.ts';
import { proofOf } from './proof.ts';
import type { Arrived } from './questions.ts';
import { bounceAddressAmong, namedByReport, threadOf } from './references.ts';
import { type Intent, route } from './route.ts';
import { spamVerdict } from './spam.ts';
import { personOf, type Trusted } from './trust.ts';
import { authorOf, type TrustedSource, trustedSourceOf } from './trusted-sources.ts';

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
  const isForm = source?.kind === 'form';
  const author = authorOf(message, config);
  const address = author?.address ?? null;
  const from = author ?? (sender && !isForm ? { name: '', address: inUnicode(sender) } : null);
  const { asked, spoke } = guard({
    envelope,
    fields: message.fields,
    from: address,
    own: ownAddresses(config),
    bounceAddress: bounceAddressAmong(recipients, config, facts),
    source: source?.kind ?? null,
  });
  const [verdict = null] = spoke;
  const isAutomatic = verdict !== null;
  const references = isAutomatic ? namedByReport(message) : message.references;
  const thread = threadOf({ references, recipients, sender: address }, config, facts);
  const current = (id: TicketId | null) => currentTicketIn(facts, id);
  const addressed = addressee({ verb, envelope, to: message.to, defaultQueue }, config);
  const named = addressed.ticket === null ? null : ticketMeantIn(facts, addressed.ticket);
  const queue = (named === null ? undefined : queueOfTicket(named, config)) ?? addressed.queue;
  const byAddress = current(named);
  const bySignedReference = current(thread.signed);
  const byReference = current(thread.known);
  const ticket = byAddress ?? bySignedReference ?? byReference;
  const ours = fieldsOfOurs(message.fields, client, config);
  const { trusted, actor, given, forged, isNamed } = proofOf(
    {
      ...{ envelope, message, ours, address, isForm, isAutomatic, isConfirmed, now },
      namesMailSentToSender: thread.provesSender,
      byAddress: byAddress?.id ?? null,
    },
    config,
    facts,
  );
  const { intent, by } = route({
    ...askedFor(message, byAddress?.id ?? null, config),
    queue,
    byAddress: byAddress?.id ?? null,
    bySignedReference: bySignedReference?.id ?? null,
    byReference: byReference?.id ?? null,
    verdict,
    spam: spamVerdict(ours, config.spam),
    claimedOurs: claimOf(verdict, message, sender, config, facts),
    blocked: isBlockable(trusted, address, config)
      ? blockedVerdict(failedIn(facts, address))
      : null,
    confirmation: confirmationIn(recipients, config, facts, now),
    service: addressed.service,
    suffix: addressed.suffix,
    claimedStaff:
      trusted.staff === null ? (personOf(from?.address ?? null, config.staff)?.name ?? null) : null,
    trusted,
    outdated: given?.how === 'before a restore' ? given : null,
    isReport: isReport(spoke),
    isOnTicket: isOnTicket(ticket, from?.address ?? null),
    isRequester: sameAddress(ticket?.requester?.address ?? '', from?.address ?? 'nobody'),
    isStrict: config.strict,
  });
  return {
    ...{ intent, from, actor, forged },
    actsOnce: trusted.staff?.proof !== 'login' && !isConfirmed,
    report: isAutomatic
      ? reportIn(message, { spoke, intent, sent: thread.sent }, current)
      : { shown: null, bounce: null, about: null },
    targets: targetsOf(byAddress?.id ?? addressed.service ?? queue.prefix, intent),
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
      trust: trusted.level,
      why: whyOf(trusted, source),
      route: routeOf(intent),
      by,
      intent: intent.type,
    },
  };
}

function ticketMeantIn(facts: Facts, named: NamedTicket): TicketId {
  return ticketMeant(named, (id) => ticketIn(facts, id) !== null);
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
