/**
 * A person as every page shows one: `Name <address>`, or the address alone; inert,
 * and a name so short that it cannot push the address out of sight. Pure.
 */
import type { Mailbox } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { ellipsize } from './style.ts';

const NAME_WIDTH = 40;

export function person({ name, address }: Mailbox): string {
  const shown = ellipsize(inertLine(name).replace(/\s+/g, ' ').trim(), NAME_WIDTH);
  return shown === '' ? inertLine(address) : `${shown} <${inertLine(address)}>`;
}
