/**
 * The one-time address of a robot's plan, and the number that confirms it.
 *
 * Both are signed over the mail that asked for it, the minute, and whoever was told: an address
 * counts from them alone, and is worth nothing without the number, which stands in the body of
 * their mail. A store that was restored knows none of those that it gave before: what they would
 * do may have been done since. Pure.
 */
import { MINUTE_MS } from '../ticket/age.ts';
import type { AddressOfPlan } from './signed-address.ts';
import { epochOf, makeToken, type SigningKeys } from './token.ts';

export interface PlanTold {
  readonly run: number;
  /** Who was told. */
  readonly address: string;
  /** Since 1970. */
  readonly minute: number;
}

export function minuteOf(time: Date): number {
  return Math.floor(time.getTime() / MINUTE_MS);
}

export function planAddress(
  keys: SigningKeys,
  told: PlanTold,
  { queue, domain }: { readonly queue: string; readonly domain: string },
): string {
  const { run, minute } = told;
  const token = makeToken(keys, 'plan', partsOf(told));
  return `${queue.toLowerCase()}-${run}-p-${minute.toString(36)}-${token}@${domain}`;
}

/** Whether it was given to whoever has this address, since the store was last restored. */
export function isPlanAddressOf(
  keys: SigningKeys,
  { run, minute, token }: AddressOfPlan,
  address: string,
): boolean {
  return epochOf(keys, token, 'plan', partsOf({ run, minute, address })) === keys.epoch;
}

/** Four digits. */
export function planNumber(keys: SigningKeys, told: PlanTold): number {
  const token = makeToken(keys, 'plan-number', partsOf(told));
  const value = [...token.slice(0, 8)].reduce((sum, char) => sum * 32 + digitOf(char), 0);
  return 1000 + (value % 9000);
}

/** Of base32, RFC 4648 section 6. */
function digitOf(char: string): number {
  return char >= 'a' ? char.charCodeAt(0) - 97 : char.charCodeAt(0) - 24;
}

function partsOf({ run, minute, address }: PlanTold): readonly string[] {
  return [String(run), String(minute), address.toLowerCase()];
}
