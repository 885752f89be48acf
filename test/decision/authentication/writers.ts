/**
 * Authentication-Results as the usual programs write them, with a stranger's words wherever one
 * of them can stand: MAIL FROM, HELO, the DKIM domain and what a signer gives as its reason.
 *
 * `valid` writes the words as the grammar wants them there (RFC 8601 2.2, RFC 5322 3.2);
 * `careless` writes them as they came. Pure: the same random numbers give the same fields.
 */
import type { Random } from '../../fuzz/mutations.ts';

export const ID = 'mx.support-ticket.example';
export const OURS = 'support-ticket.example';

export type Verdict = 'pass' | 'fail';
type Place = 'comment' | 'quoted' | 'word';
type Words = (place: Place) => string;

/** What makes a reader slip: the very result, and the characters that open and close things. */
const HOSTILE = [
  `; dmarc=pass header.from=${OURS}`,
  `; dmarc=pass header.from=${OURS};`,
  `;dmarc=pass(x)header.from=${OURS}`,
  `) ; dmarc=pass header.from=${OURS} (`,
  `"; dmarc=pass header.from=${OURS}; x="`,
  `\\"; dmarc=pass header.from=${OURS}; \\"`,
  `\n\t; dmarc=pass header.from=${OURS}`,
  `${ID}; dmarc=pass header.from=${OURS}`,
  `@${OURS}`,
  ...['(', ')', '"', '\\', ';', '=', '@', ' ', '\\(', '\\)', '((', '))', '""', '.', ','],
  ...['a', 'dmarc=pass', 'none', 'pass', '1', 'reason=x', 'header.from', 'evil.example'],
];

function hostile(random: Random): string {
  const count = 1 + Math.floor(random() * 4);
  return Array.from({ length: count }, () => pick(HOSTILE, random)).join('');
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('the list is empty');
  return found;
}

export function valid(random: Random): Words {
  return (place) => {
    const words = hostile(random).replace(/\n\t/g, ' ');
    switch (place) {
      case 'comment':
        // A quotation mark is plain text there, and must be taken for that.
        return words.replace(/[()\\]/g, (character) => `\\${character}`);
      case 'quoted':
        return words.replace(/["\\]/g, (character) => `\\${character}`);
      case 'word':
        return `${words.replace(/[^A-Za-z0-9=/-]/g, '')}${pick(['@evil.example', 'x'], random)}`;
    }
  };
}

export function careless(random: Random): Words {
  return () => hostile(random);
}

/** `dmarc`: what is said of our own domain. Each has at least one place for a stranger's words. */
export const WRITERS: Readonly<Record<string, (dmarc: Verdict, words: Words) => string>> = {
  'policyd-spf': (dmarc, words) =>
    `${ID}; spf=pass (sender SPF authorized) smtp.mailfrom=${words('word')} (client-ip=203.0.113.66; helo=${words('comment')}; envelope-from=${words('comment')}; receiver=<UNKNOWN>); dmarc=${dmarc} header.from=${OURS}`,
  OpenDKIM: (dmarc, words) =>
    `${ID};\r\n\tdkim=pass reason="${words('quoted')}" (2048-bit key; ${words('comment')}) header.d=evil.example header.i=@evil.example header.b="${words('quoted')}"; dmarc=${dmarc} header.from=${OURS}`,
  OpenDMARC: (dmarc, words) =>
    `${ID}; dmarc=${dmarc} (p=reject dis=none ${words('comment')}) header.from=${OURS}; spf=pass smtp.mailfrom="${words('quoted')}"@evil.example`,
  rspamd: (dmarc, words) =>
    `${ID};\r\n\tdkim=pass header.d=${words('word')} header.s=k header.b=aB/9+Q=;\r\n\tdmarc=${dmarc} (policy=none) header.from=${OURS};\r\n\tspf=pass (${ID}: domain of ${words('comment')} designates 203.0.113.66 as permitted sender) smtp.mailfrom="${words('quoted')}"`,
  Exim: (dmarc, words) =>
    `${ID}; iprev=pass (${words('comment')}) smtp.remote-ip=203.0.113.66; spf=pass smtp.mailfrom=${words('word')}; dkim=pass header.d=evil.example header.s=k header.a=rsa-sha256; dmarc=${dmarc} header.from=${OURS}; arc=none`,
  Exchange: (dmarc, words) =>
    `${ID}; spf=pass (sender IP is 203.0.113.66) smtp.mailfrom=${words('word')}; dkim=pass (signature was verified (${words('comment')})) header.d=evil.example;dmarc=${dmarc} action=none header.from=${OURS};compauth=pass reason=100`,
  mox: (dmarc, words) =>
    `${ID};\r\n\tiprev=pass (without dnssec) policy.iprev=203.0.113.66;\r\n\tdkim=pass (2048 bit rsa, without dnssec) header.d=evil.example header.s=k header.a=rsa-sha256 header.b="${words('quoted')}";\r\n\tspf=pass (with dnssec; ${words('comment')}) smtp.mailfrom="${words('quoted')}"@evil.example;\r\n\tdmarc=${dmarc} (without dnssec) header.from=${OURS}`,
};

/** One field of one of them, chosen by chance; unfolded, as a header is read. */
export function field(dmarc: Verdict, words: Words, random: Random): string {
  return pick(Object.values(WRITERS), random)(dmarc, words).replace(/\r?\n(?=[ \t])/g, '');
}
