/**
 * What shall become of a mail, and why.
 *
 * Guard, trust and route, each a pure function of its own file, given what the
 * store knows. Changes nothing: the same mail can be decided again at any time
 * (`--dry-run`, `replay`).
 */
import { currentTicket } from '../actions/merge.ts';
import { type Config, prefixesOf, type StaffPerson } from '../config/config.ts';
import { ownAddresses } from '../config/own-address.ts';
import { inUnicode } from '../message/addresses.ts';
import type { ParsedMessage } from '../message/message.ts';
import { isOfPerson, parseSignedAddress } from '../outgoing/signed-address.ts';
import { signedIdsIn } from '../outgoing/signed-id.ts';
import type { Store } from '../store/store.ts';
import type { Decision, Verb } from '../ticket/decision.ts';
import { isOnTicket, type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import { addressee } from './addressing.ts';
import { authenticatedBy } from './authentication.ts';
import { type ReadReport, readReport } from './bounce.ts';
import { doorOf } from './doors.ts';
import type { Envelope } from './envelope.ts';
import { guard } from './guard.ts';
import { bounceAddressAmong, type Thread, threadOf } from './references.ts';
import { type Intent, route } from './route.ts';
import { spamVerdict } from './spam.ts';
import { trust } from './trust.ts';

export interface ToDecide {
  readonly envelope: Envelope;
  readonly message: ParsedMessage;
  readonly verb: Verb;
  readonly now: Date;
}

export interface Decided {
  readonly intent: Intent;
  readonly from: Mailbox | null;
  /** What it says about a mail of ours. */
  readonly report: ReadReport;
  /** Where it was sent and where it arrives: two deliveries of a mail are one where one of these is. */
  readonly targets: readonly string[];
  readonly decision: Decision;
}

export function decide(
  { envelope, message, verb, now }: ToDecide,
  config: Config,
  store: Store,
): Decided {
  const door = doorOf(message, config);
  const author = door?.kind === 'form' ? door.requester : message.from;
  const address = author?.address ?? null;
  const { recipients, sender, client, login } = envelope;
  const { asked, spoke } = guard({
    envelope,
    fields: message.fields,
    from: address,
    own: ownAddresses(config),
    bounceAddress: bounceAddressAmong(recipients, config, store),
    door: door?.kind ?? null,
  });
  const isAutomatic = spoke.length > 0;
  const thread = threadOf(
    {
      references: isAutomatic ? namedByReport(message) : message.references,
      recipients,
      sender: address,
    },
    config,
    store,
  );
  const isForm = door?.kind === 'form';
  const addressed = addressee(verb, envelope, message.to, config);
  const current = (id: TicketId | null) =>
    id === null ? null : currentTicket(store.ticket(id), (other) => store.ticket(other));
  const addressedTicket = current(addressed.ticket);
  const byAddress = addressedTicket?.id ?? null;
  const trusted = trust(
    {
      isAutomatic,
      from: address,
      // Through a form, they are the form's.
      login: isForm ? null : login,
      authenticated: isForm ? null : authenticatedBy(message.fields, address, config.authservId),
      namesMailSentToSender: thread.provesSender,
      noteOf: noteOf(byAddress, recipients, config, store, now),
    },
    config,
  );
  const from = author ?? (sender && !isForm ? { name: '', address: inUnicode(sender) } : null);
  const bySignedReference = current(thread.signed);
  const byReference = current(thread.known);
  const ticket = addressedTicket ?? bySignedReference ?? byReference;
  const { intent, by } = route({
    queue: addressed.queue,
    byAddress,
    bySignedReference: bySignedReference?.id ?? null,
    byReference: byReference?.id ?? null,
    verdict: spoke[0] ?? null,
    spam: spamVerdict(message.fields, config.spam),
    trusted,
    isReport: spoke.some(({ check }) => REPORTS.includes(check)),
    isOnTicket: isOnTicket(ticket, from?.address ?? null),
    isStrict: config.strict,
  });
  return {
    intent,
    from,
    report: isAutomatic ? reportIn(message, thread, intent) : { shown: null, bounce: null },
    targets: targetsOf(byAddress ?? addressed.queue.prefix, intent),
    decision: {
      messageId: message.messageId,
      verb,
      sender,
      recipients,
      isNamed: isNamedIn(message.to, recipients),
      client,
      login,
      asked,
      spoke,
      trust: trusted.level,
      why: door === null ? trusted.why : `${trusted.why}; it came by the ${door.kind} ${door.name}`,
      route: routeOf(intent),
      by,
      intent: intent.type,
    },
  };
}

/** Checks that speak of a report. */
const REPORTS: readonly string[] = ['null-sender', 'mailer-daemon', 'report', 'bounce-address'];

/** It proves something only about a mail of the very ticket that it goes into. */
function reportIn({ report }: ParsedMessage, { sent }: Thread, intent: Intent): ReadReport {
  const isOfTicket = 'ticket' in intent && sent?.ticket === intent.ticket;
  return readReport(report ?? { recipients: [] }, isOfTicket ? sent : null);
}

/** A report names the mail that it is about in many ways; the mail that came back is the surest. */
function namedByReport({ report, references, text }: ParsedMessage): readonly string[] {
  return [...(report?.messageIds ?? []), ...references, ...signedIdsIn(text)];
}

/** `staffProof: "sasl"` asks for the login alone. */
function noteOf(
  ticket: TicketId | null,
  recipients: readonly string[],
  config: Config,
  store: Store,
  now: Date,
): StaffPerson | null {
  if (config.staffProof === 'sasl') return null;
  for (const recipient of recipients) {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'note' || address.ticket !== ticket) continue;
    const keys = store.signingKeys();
    const person = config.staff.find(({ name }) => isOfPerson(keys, address, name, now));
    if (person !== undefined) return person;
  }
  return null;
}

/** A blind copy, an alias, or a forgery: said in the decision, and held against nobody. */
function isNamedIn(to: readonly Mailbox[], recipients: readonly string[]): boolean | null {
  if (recipients.length === 0) return null;
  return recipients.some((recipient) => to.some(({ address }) => sameAddress(address, recipient)));
}

function targetsOf(addressedTo: string, intent: Intent): readonly string[] {
  return [...new Set([addressedTo, ...(intent.type === 'append' ? [intent.ticket] : [])])];
}

function routeOf(intent: Intent): string {
  switch (intent.type) {
    case 'open':
      return intent.queue.prefix;
    case 'append':
      return intent.ticket;
    case 'hold':
      return intent.ticket ?? intent.queue.prefix;
    case 'record':
      return '';
  }
}
