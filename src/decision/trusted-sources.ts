/**
 * What the config trusts: machines in front of a queue that are not
 * what the guard keeps silent for.
 *
 * A form (`forms`) is known by its From, and its Reply-To is the requester: one
 * mailbox, the first. A group (`groups`) is known by its List-Id (RFC 2919) and
 * passes on what people write. Anybody can forge either: what comes through a
 * trusted source is claimed and no more, and the caps count it. Pure.
 */
import type { Config } from '../config/config.ts';
import { fieldValue, type HeaderField } from '../reading/header.ts';
import { type Mailbox, sameAddress } from '../ticket/ticket.ts';

export type TrustedSource =
  | { readonly kind: 'form'; readonly name: string; readonly requester: Mailbox | null }
  | { readonly kind: 'group'; readonly name: string };

export interface TrustedSourceInput {
  readonly fields: readonly HeaderField[];
  readonly from: Mailbox | null;
  readonly replyTo: Mailbox | null;
}

export function trustedSourceOf(
  { fields, from, replyTo }: TrustedSourceInput,
  { forms, groups }: Pick<Config, 'forms' | 'groups'>,
): TrustedSource | null {
  const form = forms.find((address) => from !== null && sameAddress(address, from.address));
  if (form !== undefined) return { kind: 'form', name: form, requester: replyTo };
  const id = listId(fieldValue(fields, 'list-id') ?? '');
  const group = groups.find((known) => known.toLowerCase() === id);
  return group === undefined ? null : { kind: 'group', name: group };
}

/** Whose mail it is: through a form, its requester's. */
export function authorOf(
  message: TrustedSourceInput,
  config: Pick<Config, 'forms' | 'groups'>,
): Mailbox | null {
  const source = trustedSourceOf(message, config);
  return source?.kind === 'form' ? source.requester : message.from;
}

/** `Support <support.groups.example>`; many leave the brackets away. */
function listId(value: string): string {
  return (/<([^<>]*)>\s*$/.exec(value)?.[1] ?? value).trim().toLowerCase();
}
