/**
 * Where Postfix leads an address: which list its domain is in, what virtual_alias_maps make of it,
 * and which alias it comes to; by Postfix's own tables, in its own order (ADDRESS_REWRITING_README,
 * local(8)). Nothing is sent.
 */
import { readFileSync } from 'node:fs';
import type { Lookup } from '../postfix-programs.ts';

export type LookUp = (
  by: 'postmap' | 'postalias',
  keys: readonly string[],
  map: string,
) => Promise<Lookup>;

/** A table is asked with the whole address alone if it has patterns. */
const PATTERNS = /^(?:proxy:)?(?:regexp|pcre|cidr):/;
const MOST_REWRITES = 5;

/** Whether a list of Postfix (names, files, tables) has the name; `!name` takes it out. */
export async function isInList(name: string, list: string, lookUp: LookUp): Promise<boolean> {
  const wanted = name.toLowerCase();
  for (const written of list.split(/[\s,]+/).filter(Boolean)) {
    const isNot = written.startsWith('!');
    const item = written.replace(/^!/, '');
    if (await isNamed(wanted, item, lookUp)) return !isNot;
  }
  return false;
}

async function isNamed(name: string, item: string, lookUp: LookUp): Promise<boolean> {
  if (/^[a-z_]+:/.test(item)) return (await lookUp('postmap', [name], item)).found.has(name);
  if (item.startsWith('/')) return linesOf(item).includes(name);
  return item.toLowerCase() === name;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .toLowerCase()
      .split(/[\s,]+/);
  } catch {
    return [];
  }
}

export interface Rewritten {
  readonly map: string;
  readonly to: string;
}

/** By virtual_alias_maps, again and again until none of them has it; null if none ever did. */
export async function rewrite(
  address: string,
  maps: readonly string[],
  { delimiter, isLocal }: { readonly delimiter: string; readonly isLocal: boolean },
  lookUp: LookUp,
): Promise<Rewritten | null> {
  let last: Rewritten | null = null;
  for (let times = 0; times < MOST_REWRITES; times += 1) {
    const from: string = last?.to ?? address;
    const next: Rewritten | null = await rewriteOnce(
      from,
      maps,
      keysOf(from, delimiter, isLocal),
      lookUp,
    );
    if (next === null || next.to.toLowerCase() === from.toLowerCase()) return last ?? next;
    last = next;
  }
  return last;
}

/** The most special first. */
function keysOf(address: string, delimiter: string, isLocal: boolean): readonly string[] {
  const { local, domain } = partsOf(address);
  const base = withoutExtension(local, delimiter);
  return [
    `${local}@${domain}`,
    `${base}@${domain}`,
    ...(isLocal ? [local, base] : []),
    `@${domain}`,
  ];
}

async function rewriteOnce(
  address: string,
  maps: readonly string[],
  keys: readonly string[],
  lookUp: LookUp,
): Promise<Rewritten | null> {
  const whole = keys.slice(0, 1);
  const tables = await Promise.all(
    maps.map(async (map) => {
      const asked = PATTERNS.test(map) ? whole : [...new Set(keys)];
      return { map, found: (await lookUp('postmap', asked, map)).found };
    }),
  );
  for (const key of keys) {
    for (const { map, found } of tables) {
      const to = found.get(key)?.split(',')[0]?.trim();
      if (to !== undefined && to !== '') return { map, to: withDomain(to, address) };
    }
  }
  return null;
}

/** `@elsewhere` keeps the name, a bare name is of this host. */
function withDomain(to: string, from: string): string {
  const { local, domain } = partsOf(from);
  if (to.startsWith('@')) return `${local}${to}`;
  return to.includes('@') ? to : `${to}@${domain}`;
}

export function partsOf(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at).toLowerCase(), domain: address.slice(at + 1).toLowerCase() };
}

/** recipient_delimiter may have several characters, each of which divides. */
export function withoutExtension(local: string, delimiter: string): string {
  const cut = [...local].findIndex((character, n) => n > 0 && delimiter.includes(character));
  return cut < 0 ? local : local.slice(0, cut);
}
