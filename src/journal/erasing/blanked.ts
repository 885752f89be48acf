/**
 * A line of texts (texts.ts) with some of them erased: in the place of salt and text stands the
 * leaf, with spaces up to the same length, so that everything else stays where it is. Doing it
 * again changes nothing. Pure.
 */
import { leafOf } from '../texts.ts';

const BEGINNING = /^\{"seq":\d+,(?:"tickets":\[[^\]]*\],)?"texts":\[/;
/** A leaf in its quotes. */
const LEAF_BYTES = 24;

/** `line` without its line break; throws a TypeError if it is no such line. */
export function blanked(line: string, numbers: ReadonlySet<number>): string {
  const [beginning] = BEGINNING.exec(line) ?? [];
  if (beginning === undefined) throw new TypeError('no line of texts');
  const { texts }: { readonly texts: readonly unknown[] } = JSON.parse(line);
  let [made, at] = [beginning, beginning.length];
  for (const [n, entry] of texts.entries()) {
    if (n > 0) [made, at] = [`${made},`, at + 1];
    const written = JSON.stringify(entry);
    if (!line.startsWith(written, at)) throw new TypeError('no line of texts');
    at += written.length;
    const spaces = spacesAt(line, at);
    at += spaces.length;
    const isGone = numbers.has(n) && Array.isArray(entry);
    made += isGone ? leafFor(entry, written) : written;
    made += spaces;
  }
  return made + line.slice(at);
}

function leafFor([salt, text]: readonly unknown[], written: string): string {
  const leaf = JSON.stringify(leafOf(String(salt), String(text)));
  return leaf + ' '.repeat(Buffer.byteLength(written) - LEAF_BYTES);
}

function spacesAt(line: string, at: number): string {
  let end = at;
  while (line[end] === ' ') end += 1;
  return line.slice(at, end);
}
