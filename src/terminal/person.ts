/** A person as every page shows one: `Name <address>`, or the address alone; inert. Pure. */
import type { Mailbox } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';

export function person({ name, address }: Mailbox): string {
  return inertLine(name === '' ? address : `${name} <${address}>`);
}
