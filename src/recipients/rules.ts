/**
 * What may be a recipient of this desk: in its domains, none of its own addresses nor one that mail
 * itself needs, and leading anywhere but back. Pure.
 */
import { type OwnAddresses, reachesDesk } from '../addresses/own-address.ts';
import { type RobotAddresses, reachesRobot } from '../addresses/robot-address.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { domainOf, keyOf, type Recipient } from './recipient.ts';

export interface RecipientRules {
  readonly own: OwnAddresses;
  /** Postfix asks for recipients before it asks for aliases: a row would take a robot's mail. */
  readonly robots: RobotAddresses;
  /** In lower case: addresses of others are nobody's to give. */
  readonly domains: readonly string[];
}

/** Where each address goes. */
export type Table = ReadonlyMap<string, string>;

/** Reports come there, and the machine's own mail. */
const OF_THE_SERVER = ['postmaster', 'mailer-daemon', 'double-bounce', 'root'];
/** Postfix gives an alias the envelope sender of such an address. */
const OWNER = 'owner-';
/** So many steps are no loop, and yet nobody means them. */
const MAX_STEPS = 20;

export function mayBe(
  { address }: Pick<Recipient, 'address'>,
  rules: RecipientRules,
): true | Refusal {
  const domain = domainOf(address);
  const local = address.slice(0, address.length - domain.length - 1);
  if (!rules.domains.includes(domain)) {
    return { refused: `${address}: ${domain} is none of ${rules.domains.join(', ')}` };
  }
  if (isOfDesk(address, rules)) return { refused: `${address} is an address of the desk` };
  const isServers = OF_THE_SERVER.includes(local) || local.startsWith(OWNER);
  return isServers ? { refused: `${address} is an address of the mail server` } : true;
}

/** Whether mail for it gets somewhere, in the table as it would be. */
export function getsThere(address: string, table: Table, rules: RecipientRules): true | Refusal {
  const way = [address];
  for (;;) {
    const destination = table.get(way.at(-1) ?? '');
    if (destination === undefined || isOfDesk(destination, rules)) return true;
    const next = keyOf(destination);
    if (way.includes(next)) {
      return { refused: `${address} would go round in a circle: ${[...way, next].join(', ')}` };
    }
    way.push(next);
    if (way.length > MAX_STEPS) {
      return { refused: `${address} would take more than ${MAX_STEPS} steps` };
    }
  }
}

function isOfDesk(address: string, { own, robots }: RecipientRules): boolean {
  return reachesDesk(address, own) || reachesRobot(address, robots);
}
