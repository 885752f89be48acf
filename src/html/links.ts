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

/** Of programs alone: nobody can go there. */
const SILENT = /^(?:#|(?:javascript|vbscript|data|about|blob|cid|x-apple-data-detectors):)/i;

/** What a text says of where a link leads, in the form that it has in HTML; empty for nothing. */
export function saidTarget(href: string): string {
  const target = targetOf(href);
  if (target !== null) return target;
  const said = href.replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, '').trim();
  if (SILENT.test(said) || said.length > MAX_CHARACTERS) return '';
  return said.replace(/[\s"'<>[\]]/g, (sign) => encodeURIComponent(sign));
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
  const said = asRead(words);
  if (endsWith(said, target)) return false;
  const isOther = addressesIn(said).some((one) => !isSame(one, target));
  if (isOther || !target.startsWith('tel:')) return isOther;
  return /\p{Nd}/u.test(said) && !saysNumber(said, target);
}

/** Whether it has to be said beside the words where the link leads. */
export function isSaidBy(words: string, target: string): boolean {
  const said = asRead(words);
  if (endsWith(said, target) || isSame(said.trim(), target)) return true;
  if (saysAnother(words, target)) return false;
  if (target.startsWith('tel:')) return saysNumber(said, target);
  return wordsOf(said).includes(target);
}

/** As it looks: signs that stand for others are those, and what is not seen is not there. */
function asRead(words: string): string {
  return words
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .replace(/[\u3002\u06D4\u0701\u0702\uA4F8]/g, '.');
}

/** As it is said beside other words. Within another address, or before one, it is not said. */
function endsWith(said: string, target: string): boolean {
  const last = wordsOf(said).at(-1);
  return last === target || last === `[${target}]`;
}

function wordsOf(said: string): readonly string[] {
  return said.split(/\s+/).filter((word) => word !== '');
}

const BETWEEN = /[\s<>[\]()"',;|\p{Ps}\p{Pe}\p{Pi}\p{Pf}]+/u;

function addressesIn(said: string): readonly string[] {
  return said.split(BETWEEN).flatMap((word) => {
    const one = withoutSigns(word);
    return isAddress(one) ? [one] : (one.match(RUN) ?? []).filter(isHost);
  });
}

function isAddress(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]{1,20}:\S/i.test(word)) return true;
  if (word.includes('@')) return true;
  const [host = ''] = word.split(/[/?#:]/, 1);
  return host.match(RUN)?.[0] === host && isHost(host);
}

const RUN = /[\p{L}\p{N}\p{M}._-]+/gu;

function isHost(run: string): boolean {
  const labels = run.split('.').filter((label) => label !== '');
  const last = labels.at(-1) ?? '';
  const isNumeric = labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label));
  return isNumeric || (labels.length > 1 && /^\p{L}[\p{L}\p{N}\p{M}-]/u.test(last));
}

/** What stands around an address, and is no part of one. */
function withoutSigns(word: string): string {
  const signs = [...word];
  const first = signs.findIndex((sign) => /[\p{L}\p{N}@]/u.test(sign));
  const last = signs.findLastIndex((sign) => /[\p{L}\p{N}\p{M}/=&#%_+~$@-]/u.test(sign));
  return first < 0 ? '' : signs.slice(first, last + 1).join('');
}

/** Letters of other scripts look like those of another host. */
function isSame(said: string, target: string): boolean {
  const host = said.replace(/^[a-z][a-z0-9+.-]{1,20}:\/{0,2}/i, '').split(/[/?#\\]/, 1)[0] ?? '';
  return /^[ -~]*$/.test(host) && bare(said) === bare(target);
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

/** A few digits are no number: those of a floor, or of an hour. */
const MIN_DIGITS = 6;

function saysNumber(said: string, target: string): boolean {
  const digits = said.replace(/[^\p{Nd}]/gu, '');
  const own = digits.replace(/^0+/, '');
  const number = target.replace(/\D/g, '');
  const isLong = digits.length >= MIN_DIGITS && own.length >= MIN_DIGITS - 1;
  return digits === number || (isLong && number.endsWith(own));
}
