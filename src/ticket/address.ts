/**
 * Addresses that our mail can be sent to: a dot-atom local part and a domain (RFC 5321
 * 4.1.2, RFC 6531 3.3) that is no option of sendmail, holds nothing invisible, and nothing
 * that a client would decode (RFC 2047). Pure.
 */
const ATOM = String.raw`[^\s@"(),.:;<>[\\\]\p{Cc}\p{Cf}\p{Cs}]+`;
const WRITABLE = new RegExp(
  String.raw`^(?!-)(?!.*=\?)(?=.{1,64}@)${ATOM}(?:\.${ATOM})*@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$`,
  'u',
);
/** Octets, RFC 5321 4.5.3.1.3. */
const LONGEST = 254;

export function isWritable(address: string): boolean {
  return Buffer.byteLength(address) <= LONGEST && WRITABLE.test(address);
}
