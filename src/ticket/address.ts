/**
 * Addresses that our mail can be sent to: a dot-atom local part and a domain (RFC 5321
 * 4.1.2, RFC 6531 3.3) that is no option of sendmail, holds nothing invisible, and nothing
 * that a client would decode (RFC 2047). Pure.
 */
import { isPlain } from './plain.ts';

const PLAIN = { no: '', letter: 'A-Za-z0-9' };
const FOREIGN = { no: String.raw`\p{Cc}\p{Cf}\p{Cs}`, letter: String.raw`\p{L}\p{N}` };
/** Octets, RFC 5321 4.5.3.1.3. */
const LONGEST = 254;

export function isWritable(address: string): boolean {
  return Buffer.byteLength(address) <= LONGEST && shapeOf(address).test(address);
}

function shapeOf(address: string): RegExp {
  const { no, letter } = isPlain(address) ? PLAIN : FOREIGN;
  const atom = String.raw`[^\s@"(),.:;<>[\\\]${no}]+`;
  const domain = `[${letter}](?:[${letter}.-]*[${letter}])?`;
  return new RegExp(String.raw`^(?!-)(?!.*=\?)(?=.{1,64}@)${atom}(?:\.${atom})*@${domain}$`, 'u');
}
