/** The keys of a store as an administrator changes them. Pure but for chance. */
import { randomBytes } from 'node:crypto';
import type { SigningKeys } from '../addresses/token.ts';
import type { KeysAfter } from './maintenance.ts';

const KEYS_KEPT = 10;

/** A new secret signs from now on; the last ones still verify. */
export function withNewKey(keys: SigningKeys): SigningKeys {
  const [first, ...others] = [randomBytes(32).toString('hex'), ...keys.secrets];
  return { ...keys, secrets: [first, ...others.slice(0, KEYS_KEPT - 1)] };
}

export function keysAfter(before: SigningKeys, after: SigningKeys): KeysAfter {
  const keys = after.secrets.length;
  return { keys, forgotten: before.secrets.length + 1 - keys };
}

export function withoutAddressesOf(keys: SigningKeys, person: string, now: Date): SigningKeys {
  return {
    ...keys,
    revoked: { ...keys.revoked, [person]: now.toISOString() },
    renewed: { ...keys.renewed, [person]: randomBytes(8).toString('hex') },
  };
}
