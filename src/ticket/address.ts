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
const LONGEST = 254;

export function isWritable(address: string): boolean {
  return address.length <= LONGEST && WRITABLE.test(address);
}
