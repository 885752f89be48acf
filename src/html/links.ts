/**
 * Where a link leads: what may stand there, and whether its words say another address. Pure.
 */

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const MAX_CHARACTERS = 2000;

/** The target as browsers understand it, in the form that it goes out in; null if it is none of ours. */
export function targetOf(href: string): string | null {
  if (href.length > MAX_CHARACTERS) return null;
  const url = parsed(href.trim());
  if (url === null || !SCHEMES.has(url.protocol)) return null;
  const target = url.href.replace(/[\s"'<>\\^`{|}]/g, (sign) => encodeURIComponent(sign));
  // What is read anew as something else is no address that anybody has meant.
  const again = parsed(target)?.href;
  const isGood = target.length <= MAX_CHARACTERS && /^[!-~]+$/.test(target);
  return again === target && isGood ? target : null;
}

function parsed(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** Whether its words name an address, and it leads to another one. */
export function saysAnother(words: string, target: string): boolean {
  const said = words.replace(/\p{Cf}/gu, '');
  if (said.includes(target)) return false;
  if (target.startsWith('tel:')) return isAnotherNumber(said, target);
  const named = said.split(/[\s<>[\]()"',;|]+/).filter(isAddress);
  return named.some((one) => bare(one) !== bare(target));
}

/** Whether it has to be said beside the words where the link leads. */
export function isSaidBy(words: string, target: string): boolean {
  const said = words.replace(/\p{Cf}/gu, '').trim();
  if (said.includes(target) || bare(said) === bare(target)) return true;
  return target.startsWith('tel:') && /\d/.test(said) && !isAnotherNumber(said, target);
}

function isAddress(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]{1,20}:\S/i.test(word)) return true;
  if (word.includes('@')) return true;
  const [host = ''] = word.split(/[/?#:]/, 1);
  return /^[\p{L}\p{N}._-]{1,200}$/u.test(host) && /\.\p{L}{2,}\.?$/u.test(host);
}

/** Without what is not seen as a part of it: scheme, `www.`, a last slash. */
function bare(address: string): string {
  const given = withoutStops(address);
  const url = parsed(/^[a-z][a-z0-9+.-]{1,20}:/i.test(given) ? given : `${guessed(given)}${given}`);
  if (url === null) return given;
  const { host, pathname, search, hash, username } = url;
  const user = username === '' ? '' : `${username}@`;
  return `${user}${host.replace(/^www\./, '')}${pathname}${search}${hash}`.replace(/\/$/, '');
}

function withoutStops(address: string): string {
  let end = address.length;
  while (end > 0 && '.!?:'.includes(address.charAt(end - 1))) end -= 1;
  return address.slice(0, end);
}

function guessed(address: string): string {
  return address.includes('@') && !address.includes('/') ? 'mailto:' : 'https://';
}

function isAnotherNumber(said: string, target: string): boolean {
  const digits = said.replace(/\D/g, '').replace(/^0+/, '');
  return digits !== '' && !target.replace(/\D/g, '').endsWith(digits);
}
