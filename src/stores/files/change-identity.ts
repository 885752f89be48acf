/**
 * Changes what a store says of itself: its epoch, whether it rests, and its secrets. Durable.
 *
 * All of it is done under the lock, but for `writeEpoch`: a store that is being restored is
 * nobody's yet.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SigningKeys } from '../../addresses/token.ts';
import type { KeysAfter } from '../../journal/maintenance.ts';
import { replaceDurably } from '../disk/disk.ts';
import {
  FORMAT_VERSION,
  type Identity,
  readEpochs,
  readIdentity,
  readSigningKeys,
} from './layout.ts';

const KEYS_KEPT = 10;

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
  const { secrets, revoked, renewed = {} } = readSigningKeys(root);
  const all = [randomBytes(32).toString('hex'), ...secrets];
  const kept = all.slice(0, KEYS_KEPT);
  writeKeys(root, { secrets: kept, revoked, renewed });
  return { keys: kept.length, forgotten: all.length - kept.length };
}

export function revokeAddresses(root: string, person: string, now: Date): void {
  const { secrets, revoked, renewed } = readSigningKeys(root);
  writeKeys(root, {
    secrets,
    revoked: { ...revoked, [person]: now.toISOString() },
    renewed: { ...renewed, [person]: randomBytes(8).toString('hex') },
  });
}

function writeKeys(
  root: string,
  keys: Pick<SigningKeys, 'revoked' | 'renewed'> & { readonly secrets: readonly string[] },
): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, ...keys }, null, 2);
  replaceDurably(join(root, 'keys.json'), `${text}\n`);
}
