/**
 * Which addresses are the desk's own: queues, services, tickets and what we sign for them
 * (SUPPORT-7102-note@), and whatever else of ours the config lists, in any case.
 *
 * Exact forms alone: customers and staff may live in the same domain, and new-business@ is
 * one of them; only behind a + (RFC 5233) is a queue still itself. An address with holes in the
 * config (address-pattern.ts) is ours by what it begins with: then new-business@ is, too, if a rule
 * asks for new-{client}. Pure.
 */
import { localPartAt, parseTicketId, ticketAndSuffix } from '../ticket/id.ts';

export interface OwnAddresses {
  readonly domain: string;
  /** Local parts of the queues' addresses. */
  readonly queues: readonly string[];
  /** Local parts of the addresses that take commands, and explain the desk. */
  readonly services: readonly string[];
  readonly prefixes: readonly string[];
  /** Other addresses by which mail reaches the desk. */
  readonly others?: readonly string[];
  /** What addresses with holes begin with: of rules, and of robots. */
  readonly ofRules?: readonly string[];
  readonly ofRobots?: readonly string[];
}

export function ownAddresses({
  domain,
  queues,
  control,
  help,
  alsoKnownAs,
  robots,
}: {
  readonly domain: string;
  readonly control: string;
  readonly help: string;
  readonly queues: readonly {
    readonly prefix: string;
    readonly address: string;
    readonly match?: unknown;
  }[];
  readonly alsoKnownAs: readonly string[];
  readonly robots?: unknown;
}): OwnAddresses {
  return {
    domain,
    queues: queues.map(({ address }) => address),
    services: [control, help],
    prefixes: queues.map(({ prefix }) => prefix),
    others: alsoKnownAs,
    ofRules: queues.flatMap(({ match }) =>
      rowsIn(match).flatMap((row) => ('if' in row ? beginningsIn([row.if]) : [])),
    ),
    ofRobots: beginningsIn(robots),
  };
}

/** As the file has them: nobody has checked them yet. */
function rowsIn(list: unknown): readonly object[] {
  const rows: readonly unknown[] = Array.isArray(list) ? list : [];
  return rows.filter((row) => typeof row === 'object' && row !== null);
}

function beginningsIn(list: unknown): readonly string[] {
  return rowsIn(list).flatMap((row) => {
    const [beginning = '', hole] =
      'address' in row && typeof row.address === 'string' ? row.address.split('{', 2) : [];
    return beginning === '' || hole === undefined ? [] : [beginning];
  });
}

/** Whether mail that comes from there says that it is ours. */
export function isOwnAddress(address: string, own: OwnAddresses): boolean {
  const wanted = address.toLowerCase();
  if (own.others?.some((other) => other.toLowerCase() === wanted)) return true;
  const local = localPartAt(wanted, own.domain);
  if (local === null) return false;
  // A prefix alone is the alias of all its tickets.
  const names = [...own.services, ...own.queues, ...own.prefixes];
  return (
    names.some((name) => name.toLowerCase() === local.split('+', 1)[0]) ||
    isTicket(local, own) ||
    isWithHoles(local, own.ofRules) ||
    isWithHoles(local, own.ofRobots)
  );
}

function isWithHoles(local: string, beginnings: readonly string[] = []): boolean {
  return beginnings.some((one) => local.startsWith(one) && local.length > one.length);
}

/** What web forms on the desk's own site write from: where mail to it goes, and no ticket. */
export function mayBeOfForm(address: string, own: OwnAddresses): boolean {
  const local = localPartAt(address.toLowerCase(), own.domain);
  const isQueue = own.queues.some((queue) => queue.toLowerCase() === local);
  return (
    isQueue || own.others?.some((other) => other.toLowerCase() === address.toLowerCase()) === true
  );
}

/**
 * `support-7102`, `support-7102-note`, or an address that we sign, whatever it proves (signed-
 * address.ts).
 */
function isTicket(local: string, { prefixes }: OwnAddresses): boolean {
  const ticket = local.replace(/-[abcgknpr]-[a-z0-9]{1,9}-[a-z2-7]{16}$/, '');
  if (ticket.includes('-') && parseTicketId(ticket, prefixes) !== null) return true;
  return (ticketAndSuffix(local, prefixes)?.suffix ?? 'unknown') !== 'unknown';
}

/** Whether Postfix may hand us mail for it: what stands behind a queue or a ticket is not asked. */
export function reachesDesk(address: string, own: OwnAddresses): boolean {
  // Only an alias gives mail to a robot.
  const { ofRobots: _, ...others } = own;
  if (isOwnAddress(address, others)) return true;
  const local = localPartAt(address, own.domain)?.toLowerCase();
  if (local === undefined) return false;
  const isQueue = own.queues.some((queue) => isExtended(local, queue.toLowerCase()));
  return isQueue || own.prefixes.some((prefix) => isOfTicket(local, prefix.toLowerCase()));
}

/** `new+x` or `new-x`, with the delimiters of a Postfix that is set up for us. */
function isExtended(local: string, name: string): boolean {
  return local.startsWith(name) && /^[+-]/.test(local.slice(name.length));
}

/** `support-7102` and whatever follows, `support+7102`. */
function isOfTicket(local: string, prefix: string): boolean {
  return local.startsWith(prefix) && /^[+-]\d+($|[-+.])/.test(local.slice(prefix.length));
}
