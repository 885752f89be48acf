/**
 * What was erased, remembered without saying what it was: a keyed hash of each mailbox and each
 * ticket, and the commit that erased it. It lies beside the config, since a backup that is older
 * than an erasure knows nothing of it. Whoever has the key can try out whether somebody was erased,
 * and nobody else can. Pure but for chance.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { mailboxOf } from '../../ticket/address.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { Epoch } from '../log.ts';
import type { Whom } from './erasure.ts';

interface Remembered {
  /** HMAC-SHA256, in hex. */
  readonly hash: string;
  /** Epoch and number of the commit that erased it, or of a later one. */
  readonly epoch: string;
  readonly seq: number;
  /** Epochs that began with a restore of an older backup, in which it was erased again. */
  readonly again?: readonly string[];
}

export interface ErasureMemory {
  readonly v: 1;
  /** In hex. */
  readonly key: string;
  readonly erased: readonly Remembered[];
}

export type Erased = { readonly address: string } | { readonly ticket: TicketId };

export function emptyMemory(): ErasureMemory {
  return { v: 1, key: randomBytes(32).toString('hex'), erased: [] };
}

/** Once for each: the last time counts. */
export function remembering(
  { v, key, erased }: ErasureMemory,
  what: Erased,
  place: { readonly epoch: string; readonly seq: number },
): ErasureMemory {
  const hash = hashOf('address' in what ? personName(what.address) : ticketName(what.ticket), key);
  const others = erased.filter((known) => known.hash !== hash || known.epoch !== place.epoch);
  return { v, key, erased: [...others, { hash, ...place }] };
}

/** null for what this program has not written. */
export function readMemory(text: string): ErasureMemory | null {
  try {
    // Written by `remembering`; what is looked at vouches for the rest.
    const memory = JSON.parse(text) as ErasureMemory;
    const isKnown =
      memory.v === 1 && typeof memory.key === 'string' && Array.isArray(memory.erased);
    return isKnown && memory.erased.every(isRemembered) ? memory : null;
  } catch {
    return null;
  }
}

function isRemembered({ hash, epoch, seq }: Remembered): boolean {
  return typeof hash === 'string' && typeof epoch === 'string' && typeof seq === 'number';
}

/** `epochs`: of the journal that it is asked about, oldest first. */
export function rememberedIn({ key, erased }: ErasureMemory, epochs: readonly Epoch[]): Whom {
  const ends = new Map<string, number>();
  for (const one of erased) {
    ends.set(one.hash, Math.max(ends.get(one.hash) ?? 0, endIn(epochs, one)));
  }
  const known = new Map<string, number>();
  const endOf = (name: string): number => {
    const found = known.get(name) ?? ends.get(hashOf(name, key)) ?? 0;
    known.set(name, found);
    return found;
  };
  return {
    isPerson: (address, seq) => seq < endOf(personName(address)),
    isTicket: (id, seq) => seq < endOf(ticketName(id)),
  };
}

/** A restore to `epoch` has erased again what the epochs of its backup know nothing of. */
export function rememberingRestore(
  memory: ErasureMemory,
  epochs: readonly Epoch[],
  epoch: string,
): ErasureMemory {
  const erased = memory.erased.map((one) =>
    endIn(epochs, one) === AFTER_ALL ? { ...one, again: [...(one.again ?? []), epoch] } : one,
  );
  return { ...memory, erased };
}

const AFTER_ALL = Number.POSITIVE_INFINITY;

/**
 * Commits before that number are older than the erasure: a later epoch counts on from its first.
 */
function endIn(epochs: readonly Epoch[], { epoch, seq, again = [] }: Remembered): number {
  const at = epochs.findIndex(({ name }) => name === epoch);
  if (at !== -1) return Math.min(seq, epochs[at + 1]?.first ?? seq);
  return epochs.find(({ name }) => again.includes(name))?.first ?? AFTER_ALL;
}

function personName(address: string): string {
  return `person ${mailboxOf(address)}`;
}

function ticketName(id: TicketId): string {
  return `ticket ${id}`;
}

function hashOf(name: string, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(name).digest('hex');
}
