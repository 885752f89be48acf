/**
 * Of node:crypto what this program uses: the build puts this in its place (build/in-place.ts). In
 * the executable it is Bun's own functions, which are there from the start: node:crypto, and
 * node:stream with it, would be compiled anew in each run (3 ms of 48). With node it is node's.
 */
import {
  createHash as hashOfNode,
  createHmac as hmacOfNode,
  randomInt as integerOfNode,
  timingSafeEqual as isEqualInNode,
  randomBytes as octetsOfNode,
} from 'node:crypto';
import { isExecutable } from './self.ts';

/** Of a hash what is used of it. */
interface Digest {
  update(data: string | NodeJS.ArrayBufferView): Digest;
  digest(): Buffer;
  digest(encoding: 'hex' | 'base64' | 'base64url'): string;
}

/** What of Bun is used; `crypto` is global in both, and node compiles its own when it is asked. */
declare const Bun: {
  readonly CryptoHasher: new (algorithm: string, key?: Buffer) => Digest;
};
declare const crypto: {
  getRandomValues<T extends Uint8Array>(octets: T): T;
  timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean;
};

export function createHash(algorithm: string): Digest {
  return isExecutable ? new Bun.CryptoHasher(algorithm) : hashOfNode(algorithm);
}

export function createHmac(algorithm: string, key: Buffer | string): Digest {
  if (!isExecutable) return hmacOfNode(algorithm, key);
  return new Bun.CryptoHasher(algorithm, Buffer.from(key));
}

/** `getRandomValues` gives no more at once. */
const MOST_OCTETS = 65_536;

export function randomBytes(size: number): Buffer {
  if (!isExecutable || size > MOST_OCTETS) return octetsOfNode(size);
  return crypto.getRandomValues(Buffer.alloc(size));
}

const OCTETS_OF_INTEGER = 6;

/** From 0 to below `max`, each as likely as the others. */
export function randomInt(max: number): number {
  if (!isExecutable) return integerOfNode(max);
  const all = 2 ** (8 * OCTETS_OF_INTEGER);
  for (;;) {
    const drawn = randomBytes(OCTETS_OF_INTEGER).readUIntBE(0, OCTETS_OF_INTEGER);
    if (drawn < all - (all % max)) return drawn % max;
  }
}

/** Throws if they are of different lengths. */
export function timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean {
  return isExecutable ? crypto.timingSafeEqual(left, right) : isEqualInNode(left, right);
}
