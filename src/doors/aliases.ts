/**
 * An alias file as local(8) reads it (aliases(5)), as far as a desk needs it.
 *
 * `name: value, value`; a line that begins with a blank goes on; `#` begins a
 * comment line; a value is `"|command"`, `|command`, or the name of another alias.
 * Anything else (a file, an :include:, an address elsewhere) is kept as `other`:
 * nothing is ever relayed or written to. Names are compared without case. A line
 * that cannot be read is a Failure `config` that names it. Pure.
 */
import { Failure } from '../outcome.ts';

export type Destination =
  | { readonly type: 'command'; readonly command: string }
  | { readonly type: 'alias'; readonly name: string }
  | { readonly type: 'other'; readonly value: string };

export type Aliases = ReadonlyMap<string, readonly Destination[]>;

export function parseAliases(text: string, file: string): Aliases {
  const aliases = new Map<string, readonly Destination[]>();
  for (const { line, number } of logicalLines(text)) {
    const [, quoted, plain = '', values = ''] =
      /^\s*(?:"((?:[^"\\]|\\.)+)"|([^\s":]+))\s*:(.*)$/s.exec(line) ?? [];
    const name = (quoted === undefined ? plain : unescaped(quoted)).toLowerCase();
    const found = name === '' ? null : splitValues(values);
    if (found === null) throw new Failure('config', `${file}: line ${number}: no alias`);
    aliases.set(name, found.map(destination));
  }
  return aliases;
}

/** The alias for this local part, all of it or what stands before its extension; in lower case. */
export function aliasFor(
  aliases: Aliases,
  local: string,
): { readonly name: string; readonly extension: string | null } | null {
  const name = local.toLowerCase();
  if (aliases.has(name)) return { name, extension: null };
  const cut = /[+-]/.exec(local)?.index ?? 0;
  const base = name.slice(0, cut);
  return cut > 0 && aliases.has(base) ? { name: base, extension: name.slice(cut + 1) } : null;
}

export interface Step {
  readonly command: string;
  /** The alias that names the command. */
  readonly alias: string;
}

/** Everything that an alias comes to, or why it comes to nothing that can be done here. */
export function expand(aliases: Aliases, name: string): readonly Step[] | 'loop' | 'other' {
  const steps: Step[] = [];
  const seen = new Set<string>();
  const walk = (alias: string, above: readonly string[]): 'loop' | 'other' | null => {
    if (above.includes(alias)) return 'loop';
    if (seen.has(alias)) return null;
    seen.add(alias);
    for (const destination of aliases.get(alias) ?? []) {
      if (destination.type === 'other') return 'other';
      if (destination.type === 'command') steps.push({ command: destination.command, alias });
      else {
        const next = aliasFor(aliases, destination.name)?.name;
        const problem = next === undefined ? 'other' : walk(next, [...above, alias]);
        if (problem !== null) return problem;
      }
    }
    return null;
  };
  return walk(name, []) ?? steps;
}

function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  let line = '';
  let began = 0;
  for (const [n, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    if (/^\s/.test(raw) && line !== '') line += raw;
    else {
      if (line !== '') yield { line, number: began };
      [line, began] = [raw, n + 1];
    }
  }
  if (line !== '') yield { line, number: began };
}

/**
 * Values are separated by commas. A quote may open anywhere, and holds together what is in it.
 * null: it never ends.
 */
function splitValues(text: string): readonly string[] | null {
  const values: string[] = [];
  let value = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const [whole, held] = /^"((?:[^"\\]|\\.)*)"/s.exec(text.slice(at)) ?? [];
      if (whole === undefined || held === undefined) return null;
      value += unescaped(held);
      at += whole.length - 1;
    } else if (char === ',') {
      values.push(value.trim());
      value = '';
    } else value += char;
  }
  return [...values, value.trim()].filter((one) => one !== '');
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

function destination(value: string): Destination {
  if (value.startsWith('|')) return { type: 'command', command: value.slice(1).trim() };
  const isLocal = /^[^\s@/:|\\]+$/.test(value);
  return isLocal ? { type: 'alias', name: value.toLowerCase() } : { type: 'other', value };
}
