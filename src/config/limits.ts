/**
 * How much of a mail is read, unless the config says otherwise (docs/limits.md). What is
 * beyond a limit stays in the raw mail, and the ticket says so; nothing is refused.
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
