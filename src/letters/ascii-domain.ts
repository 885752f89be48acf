/**
 * The domain of an address in ASCII (RFC 5890), as every relay understands it; empty if it can be
 * none. Of a plain one, as most are, node is not asked: it would have to load what it has for URLs,
 * which is half a millisecond of each delivery.
 */
import { domainToASCII } from 'node:url';

export function asciiDomain(domain: string): string {
  return isPlain(domain) ? domain : domainToASCII(domain);
}

/** Small letters, digits and dashes; no label is encoded, and it does not end as an IP address. */
function isPlain(domain: string): boolean {
  return (
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(domain) &&
    !domain.includes('--') &&
    /^[a-z]/.test(domain.slice(domain.lastIndexOf('.') + 1))
  );
}
