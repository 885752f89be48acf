/**
 * How much of a mail is read. What is beyond a limit stays in the raw mail, and
 * the ticket says so; nothing is refused.
 *
 * The config sets them (README, Any mail). `strictest` is for a mail that has
 * stopped a reading before; `isPlain` is what is read in this very process,
 * because it can neither take long nor grow large.
 */
export interface ReadLimits {
  /** Octets of header fields, of the mail and of all its parts. */
  readonly headerSize: number;
  /** MIME parts, at any depth. */
  readonly parts: number;
  /** Levels of parts within parts. */
  readonly depth: number;
  /** Addresses of To and Cc together. */
  readonly addresses: number;
  readonly attachments: number;
  /** Octets of all text parts together, before any decoding. */
  readonly textSize: number;
  /** For the process that reads a mail that is not plain. */
  readonly seconds: number;
  /** Octets of JavaScript heap that this process gets; octets of the mail itself come on top. */
  readonly memory: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

export const DEFAULT_LIMITS: ReadLimits = {
  headerSize: 512 * KIBIBYTE,
  parts: 1000,
  depth: 50,
  addresses: 200,
  attachments: 64,
  textSize: MEBIBYTE,
  seconds: 5,
  memory: 192 * MEBIBYTE,
};

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
}

export function isPlain({ headerSize, parts, depth, textSize }: Outline): boolean {
  return headerSize <= 64 * KIBIBYTE && parts <= 100 && depth <= 10 && textSize <= 256 * KIBIBYTE;
}
