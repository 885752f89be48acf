/**
 * How much of this mail is read. `strictest` is for a mail that has stopped a reading before;
 * `isPlain` is what is read in this very process, because it can neither take long nor grow
 * large.
 */
import type { ReadLimits } from '../config/limits.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const STRICTEST: ReadLimits = {
  headerSize: 64 * KIBIBYTE,
  parts: 100,
  depth: 10,
  addresses: 100,
  attachments: 50,
  textSize: 64 * KIBIBYTE,
  seconds: 3,
  memory: 128 * MEBIBYTE,
};

/** The least of both, name by name. */
export function strictest(limits: ReadLimits): ReadLimits {
  return {
    headerSize: Math.min(limits.headerSize, STRICTEST.headerSize),
    parts: Math.min(limits.parts, STRICTEST.parts),
    depth: Math.min(limits.depth, STRICTEST.depth),
    addresses: Math.min(limits.addresses, STRICTEST.addresses),
    attachments: Math.min(limits.attachments, STRICTEST.attachments),
    textSize: Math.min(limits.textSize, STRICTEST.textSize),
    seconds: Math.min(limits.seconds, STRICTEST.seconds),
    memory: Math.min(limits.memory, STRICTEST.memory),
  };
}

/** What a mail consists of, counted while it comes in. */
export interface Outline {
  /** Octets of all header sections. */
  readonly headerSize: number;
  readonly parts: number;
  readonly depth: number;
  readonly attachments: number;
  readonly textSize: number;
  /** Parts that may have to be unpacked. */
  readonly packed: number;
}

export function isPlain({ headerSize, parts, depth, textSize, packed }: Outline): boolean {
  const isSmall = headerSize <= 64 * KIBIBYTE && textSize <= 256 * KIBIBYTE;
  return isSmall && parts <= 100 && depth <= 10 && packed === 0;
}
