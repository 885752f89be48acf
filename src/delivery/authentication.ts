/**
 * What our own MTA found out about the From of a mail (RFC 8601).
 *
 * Only the first Authentication-Results counts, only where it is by the
 * configured authserv-id (whose forgeries the MTA strips: postfix/README.md),
 * only with one From, and only `dmarc=pass` (RFC 7489) for the very domain of
 * that From. Gives the evidence, or null. Pure.
 */
import type { HeaderField } from '../message/header.ts';
import { withoutComments } from '../message/parameters.ts';

export function authenticatedBy(
  fields: readonly HeaderField[],
  from: string | null,
  authservId: string | null,
): string | null {
  const results = fields.find(({ name }) => name === 'authentication-results');
  const isOneFrom = fields.filter(({ name }) => name === 'from').length === 1;
  if (authservId === null || from === null || results === undefined || !isOneFrom) return null;
  const [server = '', ...methods] = withoutComments(plain(results.value)).split(';');
  if (unquoted(server.trim().split(/\s+/)[0] ?? '') !== authservId.toLowerCase()) return null;
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const dmarc = methods.filter((method) => /^\s*dmarc\s*=/i.test(method));
  const isPass = (method: string) => {
    const words = method.trim().toLowerCase().split(/\s+/);
    return words[0] === 'dmarc=pass' && words.some((word) => isHeaderFrom(word, domain));
  };
  const [passed] = dmarc.every(isPass) ? dmarc : [];
  return passed === undefined ? null : `Authentication-Results: ${server.trim()};${passed}`;
}

/**
 * A quoted value (RFC 8601 2.2) may be a stranger's words, such as his local part or HELO: one
 * that is no plain word is no value to believe in.
 */
function plain(value: string): string {
  return value.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, held: string) =>
    /^[\w.@-]+$/.test(held) ? held : '?',
  );
}

function isHeaderFrom(word: string, domain: string): boolean {
  const [name, value = ''] = word.split('=');
  return name === 'header.from' && unquoted(value.slice(value.lastIndexOf('@') + 1)) === domain;
}

function unquoted(word: string): string {
  return word.replaceAll('"', '').toLowerCase();
}
