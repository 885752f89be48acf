/**
 * A valid address and where its mail goes: one plain address each (RFC 5321 4.1.2, a dot-atom and a
 * domain), in the lengths of 4.5.3.1.
 *
 * What a mail server or a map of Postfix reads as more than an address is refused: quotes, lists,
 * commands, files, `:include:`, routes by % and !, an option of sendmail. An address has no `+`,
 * behind which a part of another one stands; a destination may. Pure.
 */
import type { Refusal } from '../ticket/refusal.ts';

export interface Recipient {
  /** In lower case. */
  readonly address: string;
  readonly destination: string;
}

/** Octets. */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
const ATOM = /^[a-z0-9_][a-z0-9_'=~&-]*$/;
const ATOM_BEHIND = /^[a-z0-9_'=~&-]+$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function readRecipient(address: string, destination: string): Recipient | Refusal {
  const valid = readAddress(address);
  if ('refused' in valid) return valid;
  const problem = problemOf(destination.replaceAll('+', '-'));
  if (problem !== null) return { refused: `the destination "${shown(destination)}" ${problem}` };
  const [local, domain] = parts(destination);
  return { address: valid.address, destination: `${local}@${domain.toLowerCase()}` };
}

export function readAddress(text: string): { readonly address: string } | Refusal {
  const problem = text.includes('+')
    ? 'has a +, behind which a part of it stands'
    : problemOf(text);
  if (problem !== null) return { refused: `the address "${shown(text)}" ${problem}` };
  return { address: text.toLowerCase() };
}

/** What a table is asked for a destination: in lower case, without what stands behind a +. */
export function keyOf(destination: string): string {
  const [local, domain] = parts(destination.toLowerCase());
  const plus = local.indexOf('+');
  return `${plus < 0 ? local : local.slice(0, plus)}@${domain}`;
}

export function domainOf(address: string): string {
  return parts(address)[1].toLowerCase();
}

function problemOf(text: string): string | null {
  if (!text.includes('@')) return 'is no address: there is no @ in it';
  const [local, domain] = parts(text.toLowerCase());
  const [first = '', ...others] = local.split('.');
  const isLocal = ATOM.test(first) && others.every((atom) => ATOM_BEHIND.test(atom));
  if (!isLocal) return 'is not a plain address';
  if (!domain.split('.').every((label) => LABEL.test(label))) return 'has no domain that is one';
  if (local.length > MAX_LOCAL) return `has more than ${MAX_LOCAL} octets before the @`;
  return text.length > MAX_ADDRESS ? `has more than ${MAX_ADDRESS} octets` : null;
}

function parts(address: string): readonly [string, string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
}

function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
