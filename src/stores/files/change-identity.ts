/**
 * Changes what a store says of itself: its epoch, whether it rests, and its secrets. Durable.
 *
 * All of it is done under the lock, but for `writeEpoch`: a store that is being restored is
 * nobody's yet.
 */
import { join } from 'node:path';
import type { SigningKeys } from '../../addresses/token.ts';
import { keysAfter, withNewKey, withoutAddressesOf } from '../../journal/changed-keys.ts';
import type { KeysAfter } from '../../journal/maintenance.ts';
import { replaceDurably } from '../disk/disk.ts';
import {
  FORMAT_VERSION,
  type Identity,
  readEpochs,
  readIdentity,
  readSigningKeys,
} from './layout.ts';

/** The store is restored: with this commit a new epoch begins, and nothing is sent. Durable. */
export function writeEpoch(root: string, epoch: string, first: number, now: Date): void {
  const past = readEpochs(root);
  const began = [...past.slice(1), { name: epoch, first }].map(
    (known) => [known.name, known.first] as const,
  );
  writeIdentity(root, {
    epoch,
    pastEpochs: past.map(({ name }) => name).toReversed(),
    began: Object.fromEntries(began),
    resting: now.toISOString(),
  });
}

export function endRest(root: string): void {
  const { resting: _, ...identity } = readIdentity(root);
  writeIdentity(root, identity);
}

function writeIdentity(root: string, identity: Identity): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, ...identity }, null, 2);
  replaceDurably(join(root, 'store.json'), `${text}\n`);
}

/** A new secret that signs from now on; the last ones still verify. */
export function addSigningKey(root: string): KeysAfter {
  const before = readSigningKeys(root);
  const after = withNewKey(before);
  writeKeys(root, after);
  return keysAfter(before, after);
}

export function revokeAddresses(root: string, person: string, now: Date): void {
  writeKeys(root, withoutAddressesOf(readSigningKeys(root), person, now));
}

function writeKeys(root: string, { secrets, revoked, renewed = {} }: SigningKeys): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, secrets, revoked, renewed }, null, 2);
  replaceDurably(join(root, 'keys.json'), `${text}\n`);
}
