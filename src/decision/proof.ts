/**
 * Who a mail is from, and how that is known: what trust.ts asks, put together from the fields of
 * our own MTA, the signed address that it was sent to, and what its author has done before. Pure.
 */

import type { Config } from '../config/config.ts';
import { type Facts, hasActedIn } from '../journal/facts.ts';
import type { HeaderField } from '../reading/header.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Verdict } from '../ticket/decision.ts';
import { type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import { readAuthentication } from './authentication.ts';
import { copyDoubt } from './doubt.ts';
import type { Envelope } from './envelope.ts';
import { type Given, givenTo } from './given.ts';
import { personOf, type Trusted, trust } from './trust.ts';

export interface ToProve {
  readonly envelope: Envelope;
  readonly message: ParsedMessage;
  /** Fields that our own MTA has written. */
  readonly ours: readonly HeaderField[];
  /** Whose mail it says that it is. */
  readonly address: string | null;
  /** It came through a form or a group, whose login and From say nothing of whoever wrote it. */
  readonly isProxied: boolean;
  readonly isAutomatic: boolean;
  /** It names a mail that we sent to this very address. */
  readonly namesMailSentToSender: boolean;
  /** The ticket that its address names. */
  readonly byAddress: TicketId | null;
  readonly isConfirmed: boolean;
  readonly now: Date;
}

export interface Proof {
  readonly trusted: Trusted;
  /** Under whose name it acts, if it does: one of the staff by name, or an address. */
  readonly actor: string | null;
  /** Whose reply address it was sent to, if our MTA does not call its From forged. */
  readonly given: Given | null;
  /** Why nothing is sent to whoever it says that it is from, by a machine. */
  readonly forged: Verdict | null;
  /** Whether its To or Cc names who got it; null if that cannot be said. */
  readonly isNamed: boolean | null;
}

export function proofOf(mail: ToProve, config: Config, facts: Facts): Proof {
  const { envelope, message, ours, address, isProxied, byAddress, now } = mail;
  const { recipients, login } = envelope;
  const { messageId } = message;
  const isOneFrom = message.fields.filter(({ name }) => name === 'from').length === 1;
  const authentication = readAuthentication(ours, { from: address, isOneFrom }, config.authservId);
  // What only the From tells apart is worth nothing if our own MTA calls it forged.
  const { isFromForged } = authentication;
  const given = isFromForged
    ? null
    : givenTo(byAddress, { recipients, from: address }, config, facts, now);
  const actor =
    given?.person.name ?? personOf(address, config.staff)?.name ?? address?.toLowerCase() ?? null;
  const isAsked = authentication.proof !== null || given !== null;
  const hasActed =
    isAsked && actor !== null && messageId !== null && hasActedIn(facts, { actor, messageId });
  const isNamed = isNamedIn(message.to, recipients);
  // A published alias stands for a queue or a service, and for no ticket.
  const isNamedThere =
    isNamed !== false || (byAddress === null && isNamedIn(message.to, config.alsoKnownAs) === true);
  const trusted = trust(
    {
      isAutomatic: mail.isAutomatic,
      from: address,
      login: isProxied ? null : login,
      authenticated: isProxied ? null : authentication.proof,
      namesMailSentToSender: mail.namesMailSentToSender && !isFromForged && !isProxied,
      givenTo: given?.how === 'counts' ? given : null,
      copied: isAsked ? copyDoubt({ ...message, hasActed, isNamed: isNamedThere, now }) : null,
      hasActed,
      isSpfAligned: authentication.isSpfAligned,
      isConfirmed: mail.isConfirmed,
    },
    config,
  );
  return {
    trusted,
    actor: trusted.level === 'claimed' ? null : (trusted.staff?.person.name ?? actor),
    given,
    forged: authentication.forged,
    isNamed,
  };
}

/** A blind copy, an alias, or a forgery: said in the decision, and held against nobody. */
function isNamedIn(to: readonly Mailbox[], recipients: readonly string[]): boolean | null {
  if (recipients.length === 0) return null;
  return recipients.some((recipient) => to.some(({ address }) => sameAddress(address, recipient)));
}
