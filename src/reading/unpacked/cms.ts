/**
 * What is within an S/MIME message (RFC 8551 3): signed data (RFC 5652 5) holds the mail that was
 * signed, which is not verified here; compressed data (RFC 3274) holds it in zlib's format;
 * enveloped data is encrypted.
 *
 * Libraries for CMS (pkijs, @peculiar/asn1-cms, node-forge) build all of a message, certificates
 * included, in 0.5 to 2 MB of code; one octet string is wanted. Pure.
 */
import {
  CONTEXT_0,
  childrenOf,
  type Element,
  elementAt,
  OBJECT_IDENTIFIER,
  octetsIn,
  SEQUENCE,
} from './ber.ts';

const SIGNED = '2a864886f70d010702';
const COMPRESSED = '2a864886f70d0109100109';
const ENCRYPTED: ReadonlySet<string> = new Set([
  // Enveloped and authenticated-enveloped data.
  '2a864886f70d010703',
  '2a864886f70d0109100117',
]);

export type OpenedCms =
  | { readonly is: 'signed' | 'compressed'; readonly octets: Buffer }
  | { readonly is: 'encrypted' };

/** null if it is none of these, or holds no mail. */
export function openedCms(octets: Buffer): OpenedCms | null {
  const outer = elementAt(octets, 0);
  const content = outer === null ? null : contentIn(octets, outer);
  if (content === null) return null;
  if (ENCRYPTED.has(content.type)) return { is: 'encrypted' };
  const isCompressed = content.type === COMPRESSED;
  if (!(isCompressed || content.type === SIGNED) || content.inner?.tag !== SEQUENCE) return null;
  // Version, algorithms, and what was signed or compressed.
  const [, , wrapped] = childrenOf(octets, content.inner);
  const inner = wrapped === undefined ? null : (contentIn(octets, wrapped)?.inner ?? null);
  if (inner === null) return null;
  const held = Buffer.alloc(octets.length);
  let length = 0;
  for (const piece of octetsIn(octets, inner)) length += piece.copy(held, length);
  if (length === 0) return null;
  return { is: isCompressed ? 'compressed' : 'signed', octets: held.subarray(0, length) };
}

/** `SEQUENCE { type OBJECT IDENTIFIER, content [0] EXPLICIT … OPTIONAL }` */
function contentIn(
  octets: Buffer,
  sequence: Element,
): { readonly type: string; readonly inner: Element | null } | null {
  if (sequence.tag !== SEQUENCE) return null;
  const [type, content] = childrenOf(octets, sequence);
  if (type?.tag !== OBJECT_IDENTIFIER || type.to === null) return null;
  const [inner = null] = content?.tag === CONTEXT_0 ? childrenOf(octets, content) : [];
  return { type: octets.toString('hex', type.from, type.to), inner };
}
