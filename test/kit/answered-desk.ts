/** A desk with a ticket that was answered, and what a decision about a mail to it may come to. */
import { confirmAddress, staffAddress } from '../../src/addresses/signed-address.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, DOMAIN, NIC } from './config.ts';
import { Desk } from './desk.ts';
import { KEYS } from './facts.ts';

/** Address of the ticket, without its domain. */
export const TICKET = 'support-7102';

export interface Answered {
  readonly desk: Desk;
  /** Message-ID of what nic was sent first; whose own mail was `<own@ferrier.example>`. */
  readonly toNic: string;
  /** The reply address that bob was given. */
  readonly bobs: string;
  /** Where an answer to nic comes back to. */
  readonly bounces: string;
}

export async function answeredDesk(): Promise<Answered> {
  const desk = new Desk();
  await desk.deliver({ id: '<own@ferrier.example>' });
  const toNic = desk.lastTo(NIC).id ?? '';
  const bobs = desk.lastTo(BOB).replyTo;
  await desk.answer(7102, 'Try again.', 'bob');
  return { desk, toNic, bobs, bounces: desk.lastTo(NIC).sender };
}

/** An address of that person's for the ticket. */
export function givenAt(
  { now }: Desk,
  role: 'answer' | 'note',
  person: string,
  ticket: TicketId = 'SUPPORT-7102',
): string {
  return staffAddress(KEYS, role, { ticket, person, at: now }, DOMAIN);
}

/** Where bob says that a held mail is his. */
export function confirmingAt({ now }: Desk, held: number): string {
  return confirmAddress(KEYS, { held, queue: 'SUPPORT', person: 'bob', at: now }, DOMAIN);
}

/** Intents, as far as a test says them. */
export const act = (may: string, more: object = {}) => ({ type: 'act', may, doubt: null, ...more });
export const held = (check: string) => ({ type: 'hold', verdict: { check } });
export const recorded = (check: string) => ({ type: 'record', verdict: { check } });
export const append = (more: object = {}) => ({
  ...{ type: 'append', ticket: 'SUPPORT-7102', ...more },
});
