/**
 * Which parts of a mail hold parts in a way that no parser of MIME follows: a multipart under
 * base64 or quoted-printable (RFC 2045 6.4 forbids it) or without its boundary, uuencode as a
 * transfer encoding, S/MIME, winmail.dat. unpack.ts unpacks them. Pure.
 */
import type { FoundIn } from '../../ticket/ticket.ts';

/** `encoded-multipart` may be a wrong label: what follows tells (isStillEncoded). */
export type Packing = FoundIn;

export interface PackedPart {
  readonly packing: Packing;
  /** Of its content, in lower case. */
  readonly encoding: string;
  /** Of a multipart, once it is decoded: what its delimiters are. */
  readonly boundaries: readonly string[];
  /** Fields that say of a part what it is, as they came. */
  readonly header: Buffer;
}

const SMIME = /^application\/(x-)?pkcs7-mime$/;
const TNEF = /^application\/(vnd\.)?ms-tnef$/;
const UUENCODE = /^(x-)?uu(e|enc|encode)?$/;
/** What programs call a file whose type they do not know. */
const UNKNOWN = /^application\/(octet-stream|x-pkcs7.*)$/;

/** `type`, `encoding` and `filename` as far as they are said. */
export function packingOf(type: string, encoding: string, filename: string): Packing | null {
  if (type.startsWith('multipart/'))
    return /^(base64|quoted-printable)$/.test(encoding) ? 'encoded-multipart' : null;
  if (UUENCODE.test(encoding)) return 'uuencode';
  const isUnknown = UNKNOWN.test(type);
  if (SMIME.test(type) || (isUnknown && /\.p7[mz]$/i.test(filename))) return 'smime';
  if (TNEF.test(type) || (isUnknown && /^winmail\.dat$/i.test(filename))) return 'tnef';
  return null;
}

export function isPackedMultipart({ packing }: Pick<PackedPart, 'packing'>): boolean {
  return packing === 'encoded-multipart' || packing === 'unbounded-multipart';
}

/** So many octets tell whether a multipart is encoded indeed. */
export const TELLING_BYTES = 8192;

/** Whether the beginning of a multipart is encoded as its header says. */
export function isStillEncoded(
  octets: Buffer,
  { encoding, boundaries }: Pick<PackedPart, 'encoding' | 'boundaries'>,
): boolean {
  const text = octets.toString('latin1', 0, TELLING_BYTES);
  const has = (some: string) =>
    boundaries.some((boundary) => `\n${some}`.includes(`\n--${boundary.trimEnd()}`));
  if (encoding === 'base64') {
    const [encoded = ''] = `\n${text}`.split('\n--', 1);
    return has(Buffer.from(encoded, 'base64').toString('latin1'));
  }
  const decoded = text
    .replace(/=[ \t]{0,9}\r?\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return has(decoded) && (!has(text) || /^content-[a-z-]{1,30}:[^\r\n]{0,200}=3d/im.test(text));
}
