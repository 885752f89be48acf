/**
 * What shall become of a mail, and why.
 *
 * Guard, trust and route, each a pure function of its own file, given what the
 * store knows. Changes nothing: the same mail can be decided again at any time
 * (`--dry-run`, `replay`).
 */
import type { Config } from '../config/config.ts';
import { inUnicode } from '../message/addresses.ts';
import type { ParsedMessage } from '../message/message.ts';
import type { Store } from '../store/store.ts';
import type { Decision } from '../ticket/decision.ts';
import { isOfRequester, type Mailbox } from '../ticket/ticket.ts';
import { addressee, type Verb } from './addressing.ts';
import { authenticatedBy } from './authentication.ts';
import type { Envelope } from './envelope.ts';
import { guard } from './guard.ts';
import { ownAddresses } from './own-address.ts';
import { threadOf } from './references.ts';
import { type Intent, route } from './route.ts';
import { spamVerdict } from './spam.ts';
import { trust } from './trust.ts';

export interface Decided {
  readonly intent: Intent;
  readonly from: Mailbox | null;
  /** Where it was sent and where it arrives: two deliveries of a mail are one where one of these is. */
  readonly targets: readonly string[];
  readonly decision: Decision;
}

export function decide(
  { envelope, message, verb }: { envelope: Envelope; message: ParsedMessage; verb: Verb },
  config: Config,
  store: Store,
): Decided {
  const author = message.from?.address ?? null;
  const { asked, spoke } = guard({
    envelope,
    fields: message.fields,
    from: author,
    own: ownAddresses(config),
  });
  const thread = threadOf(message.references, author, config, store);
  const trusted = trust(
    {
      isAutomatic: spoke.length > 0,
      from: author,
      login: envelope.login,
      authenticated: authenticatedBy(message.fields, author, config.authservId),
      namesMailSentToSender: thread.provesSender,
    },
    config.staff,
  );
  const from =
    message.from ?? (envelope.sender ? { name: '', address: inUnicode(envelope.sender) } : null);
  const addressed = addressee(verb, envelope, message.to, config);
  const addressedTicket = addressed.ticket === null ? null : store.ticket(addressed.ticket);
  const byAddress = addressedTicket?.id ?? null;
  const byThread = thread.signed ?? thread.known;
  const ticket = addressedTicket ?? (byThread === null ? null : store.ticket(byThread));
  const { intent, by } = route({
    queue: addressed.queue,
    byAddress,
    bySignedReference: thread.signed,
    byReference: thread.known,
    verdict: spoke[0] ?? null,
    spam: spamVerdict(message.fields, config.spam),
    trusted,
    isRequester: isOfRequester(ticket, from?.address ?? null),
    isStrict: config.strict,
  });
  return {
    intent,
    from,
    targets: targetsOf(byAddress ?? addressed.queue.prefix, intent),
    decision: {
      messageId: message.messageId,
      sender: envelope.sender,
      recipients: envelope.recipients,
      client: envelope.client,
      login: envelope.login,
      asked,
      spoke,
      trust: trusted.level,
      why: trusted.why,
      route: routeOf(intent),
      by,
      intent: intent.type,
    },
  };
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
