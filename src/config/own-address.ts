/**
 * Which addresses are the desk's own: queues, services, tickets, and whatever stands
 * behind them (new+x@, SUPPORT-7102-note@), in any case.
 *
 * Never the whole domain: staff and customers may live in it. Pure.
 */
import { localPartAt } from '../ticket/id.ts';

export interface OwnAddresses {
  readonly domain: string;
  /** Local parts of the queues' addresses. */
  readonly queues: readonly string[];
  /** Local parts of the addresses that take commands, and explain the desk. */
  readonly services: readonly string[];
  readonly prefixes: readonly string[];
}

export function ownAddresses({
  domain,
  queues,
  control,
  help,
}: {
  readonly domain: string;
  readonly control: string;
  readonly help: string;
  readonly queues: readonly { readonly prefix: string; readonly address: string }[];
}): OwnAddresses {
  return {
    domain,
    queues: queues.map(({ address }) => address),
    services: [control, help],
    prefixes: queues.map(({ prefix }) => prefix),
  };
}

export function isOwnAddress(address: string, own: OwnAddresses): boolean {
  const local = localPartAt(address, own.domain)?.toLowerCase();
  if (local === undefined) return false;
  if (own.services.some((service) => service.toLowerCase() === local)) return true;
  const isQueue = own.queues.some((queue) => isExtended(local, queue.toLowerCase()));
  return isQueue || own.prefixes.some((prefix) => isTicket(local, prefix.toLowerCase()));
}

/** `new`, `new+x` or `new-x`, with the delimiters of a Postfix that is set up for us. */
function isExtended(local: string, name: string): boolean {
  return local === name || (local.startsWith(name) && /^[+-]/.test(local.slice(name.length)));
}

/** `support`, the alias of all tickets, `support-7102` and whatever follows, `support+7102`. */
function isTicket(local: string, prefix: string): boolean {
  if (local === prefix) return true;
  return local.startsWith(prefix) && /^[+-]\d+($|[-+.])/.test(local.slice(prefix.length));
}
