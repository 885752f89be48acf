/**
 * Addresses with holes, such as `deploy-{service}-{env}`: the part before the @ of the desk's own
 * domain, and what stands in it where an administrator has put a name.
 *
 * A hole takes small letters, digits, dots, dashes and low lines; it begins with a letter or digit
 * and has no two dots in a row, so that its value is no option and no path. Each takes as little
 * as it can, the last one the rest; case does not count. No expression is run. Pure.
 */
export interface Capture {
  readonly name: string;
  readonly value: string;
}

interface Hole {
  readonly name: string;
  /** What stands behind it; empty for one at the end. */
  readonly then: string;
}

interface AddressPattern {
  readonly beginning: string;
  readonly holes: readonly Hole[];
}

export const AN_ADDRESS_PATTERN =
  'the part of an address before the @ with 1 to 8 named holes, such as deploy-{service}-{env}';

const BEGINNING = /^[a-z0-9][a-z0-9._+-]{0,40}/;
const HOLE = /\{([a-z][a-z0-9_]{0,31})\}([a-z0-9._+-]{0,40})/y;
const MAX_HOLES = 8;

/** null for a text that is none. */
export function addressPatternIn(text: string): AddressPattern | null {
  const [beginning] = BEGINNING.exec(text) ?? [];
  if (beginning === undefined) return null;
  const holes: Hole[] = [];
  let at = beginning.length;
  while (at < text.length) {
    HOLE.lastIndex = at;
    const [whole, name, then] = HOLE.exec(text) ?? [];
    if (whole === undefined || name === undefined || then === undefined) return null;
    holes.push({ name, then });
    at += whole.length;
  }
  const names = new Set(holes.map(({ name }) => name));
  const isApart = holes.slice(0, -1).every(({ then }) => then !== '');
  const isFit = holes.length > 0 && holes.length <= MAX_HOLES && names.size === holes.length;
  return isFit && isApart ? { beginning, holes } : null;
}

export function isAddressPattern(text: string): boolean {
  return addressPatternIn(text) !== null;
}

export function holesIn(text: string): readonly string[] {
  return addressPatternIn(text)?.holes.map(({ name }) => name) ?? [];
}

/** Longer local parts are none (RFC 5321 4.5.3.1.1). */
const MAX_LOCAL_CHARACTERS = 64;
const VALUE = /^[a-z0-9][a-z0-9._-]*$/;

/** What stands in the holes of the first of the addresses that is like the pattern, or null. */
export function capturesAmong(
  addresses: readonly string[],
  text: string,
  domain: string,
): { readonly address: string; readonly captures: readonly Capture[] } | null {
  const pattern = addressPatternIn(text);
  if (pattern === null) return null;
  for (const address of addresses) {
    const at = address.lastIndexOf('@');
    if (at < 0 || address.slice(at + 1).toLowerCase() !== domain) continue;
    const captures = capturesIn(address.slice(0, at).toLowerCase(), pattern);
    if (captures !== null) return { address, captures };
  }
  return null;
}

function capturesIn(
  local: string,
  { beginning, holes }: AddressPattern,
): readonly Capture[] | null {
  if (local.length > MAX_LOCAL_CHARACTERS || !local.startsWith(beginning)) return null;
  const captures: Capture[] = [];
  let at = beginning.length;
  for (const [n, { name, then }] of holes.entries()) {
    const isLast = n === holes.length - 1;
    // A hole has one character at least.
    const end = isLast ? local.length - then.length : local.indexOf(then, at + 1);
    if (end <= at || (isLast && !local.endsWith(then))) return null;
    const value = local.slice(at, end);
    if (!VALUE.test(value) || value.includes('..')) return null;
    captures.push({ name, value });
    at = end + then.length;
  }
  return captures;
}

/** Names of the holes in a text that is no address, such as a tag. */
export function holesOfText(text: string): readonly string[] {
  return [...text.matchAll(/\{([a-z][a-z0-9_]{0,31})\}/g)].map(([, name = '']) => name);
}

export function filledWith(text: string, captures: readonly Capture[]): string {
  return holesOfText(text).reduce((made, name) => {
    const value = captures.find((one) => one.name === name)?.value ?? '';
    return made.replaceAll(`{${name}}`, value);
  }, text);
}

/** The same as an expression of Postfix, whose maps mind no case, without the domain. */
export function asExpression(text: string): string {
  const pattern = addressPatternIn(text);
  const literal = (plain: string) => plain.replace(/[.+]/g, '\\$&');
  const holes = pattern?.holes.map(({ then }) => `[a-z0-9][a-z0-9._-]*${literal(then)}`) ?? [];
  return `${literal(pattern?.beginning ?? '')}${holes.join('')}`;
}
