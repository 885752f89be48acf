/**
 * What the config trusts: machines in front of a queue that are not
 * what the guard keeps silent for.
 *
 * A form (`forms`) is known by its From, and its Reply-To is the requester: one
 * mailbox, the first. A group (`groups`) is known by its List-Id (RFC 2919) and
 * passes on what people write; if it puts itself into From, its other fields say who
 * wrote. Anybody can forge either: what comes through a
 * trusted source is claimed and no more, and the caps count it. Pure.
 */
import type { Config } from '../config/config.ts';
import { inUnicode, namesPlainly, plainMailbox } from '../reading/addresses.ts';
import { fieldValue, type HeaderField } from '../reading/header.ts';
import { isAnswerable } from '../ticket/address.ts';
import { type Mailbox, sameAddress } from '../ticket/ticket.ts';

export interface TrustedSource {
  readonly kind: 'form' | 'group';
  readonly name: string;
  /** It stands in From itself: who has written, or nobody that it names. */
  readonly speaksFor: { readonly person: Mailbox | null } | null;
}

export interface TrustedSourceInput {
  readonly fields: readonly HeaderField[];
  readonly from: Mailbox | null;
  readonly replyTo: readonly Mailbox[];
}

export function trustedSourceOf(
  message: TrustedSourceInput,
  { forms, groups }: Pick<Config, 'forms' | 'groups'>,
): TrustedSource | null {
  const { fields, from, replyTo } = message;
  const form = forms.find((address) => from !== null && sameAddress(address, from.address));
  if (form !== undefined) {
    return { kind: 'form', name: form, speaksFor: { person: replyTo[0] ?? null } };
  }
  const id = listId(fieldValue(fields, 'list-id') ?? '');
  const group = groups.find((known) => known.toLowerCase() === id);
  if (group === undefined) return null;
  const isRewritten = from !== null && isOfGroup(from.address, group);
  const speaksFor = isRewritten ? { person: behindGroup(message, from, group) } : null;
  return { kind: 'group', name: group, speaksFor };
}

/** Whose mail it is: through a form or a group that stands in From, that of whom it names. */
export function authorOf(
  message: TrustedSourceInput,
  config: Pick<Config, 'forms' | 'groups'>,
): Mailbox | null {
  const { speaksFor = null } = trustedSourceOf(message, config) ?? {};
  return speaksFor === null ? message.from : speaksFor.person;
}

/** `support@groups.example`, of the List-Id `support.groups.example`. */
export function isOfGroup(address: string, group: string): boolean {
  return inUnicode(address).replace('@', '.').toLowerCase() === group.toLowerCase();
}

/** `Support <support.groups.example>`; many leave the brackets away. */
function listId(value: string): string {
  return (/<([^<>]*)>\s*$/.exec(value)?.[1] ?? value).trim().toLowerCase();
}

/** By the field that groups keep their From in, else their one Reply-To, else the name in From. */
function behindGroup(
  { fields, replyTo }: TrustedSourceInput,
  { name }: Mailbox,
  group: string,
): Mailbox | null {
  const isOther = (one: Mailbox | null): one is Mailbox =>
    one !== null && isAnswerable(one.address) && !isOfGroup(one.address, group);
  const original = fields.filter((field) => field.name === 'x-original-from');
  const [kept = null] = original.map(({ value }) => plainMailbox(value));
  const isKept = original.length === 1 && isOther(kept);
  const [answered = null, ...more] = replyTo.filter(isOther);
  const [shown = null, ...others] = name
    .split(/[\s<>()"',;:]/)
    .filter((word) => /^[^@]{1,64}@[^@]{1,253}$/.test(word))
    .map((address) => ({ name: '', address: inUnicode(address) }))
    .filter(isOther);
  const person =
    isKept && namesPlainly(original[0]?.value ?? '', kept.address)
      ? kept
      : ((more.length === 0 ? answered : null) ?? (others.length === 0 ? shown : null));
  return person === null
    ? null
    : { name: withoutGroup(name) || person.name, address: person.address };
}

/** `'Nic Ferrier' via Support`; an address is no name. */
function withoutGroup(name: string): string {
  const [own = ''] = name.split(/ (?:via|über|por|par|tramite) /i);
  const bare = own.replace(/^['"]|['"]$/g, '').trim();
  return bare.includes('@') ? '' : bare;
}
