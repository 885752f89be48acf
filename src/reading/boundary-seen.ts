/**
 * Whether the boundary that a multipart declares stands in its beginning; if not, what does in its
 * place: the first line that begins as a delimiter (RFC 2046 5.1.1), belongs to no multipart
 * around it, and has a field of MIME right below. Pure.
 */
import { delimiterIn, type Part } from './mime-part.ts';
import { TELLING_BYTES } from './unpacked/packing.ts';

/** A line as a delimiter, and the next one as a field of a part. */
const PART_BEGINS =
  /^--([!-~](?:[ -~]{0,68}[!-~])?)[ \t]{0,99}\r?\n(?=(?:content-[a-z-]{1,30}|mime-version)[ \t]{0,9}:)/gim;

/** `more`: it takes more octets to tell. */
export type BoundarySeen = 'its own' | 'none' | 'more' | { readonly other: string };

export function boundarySeen(octets: Buffer, part: Part, isEnd: boolean): BoundarySeen {
  const text = octets.toString('latin1', 0, TELLING_BYTES);
  const has = (boundary: string) => `\n${text}`.includes(`\n--${boundary.trimEnd()}`);
  if (part.boundaries.some(has)) return 'its own';
  if (octets.length < TELLING_BYTES && !isEnd) return 'more';
  for (const [line, boundary = ''] of text.matchAll(PART_BEGINS)) {
    if (delimiterIn(Buffer.from(line, 'latin1'), part) !== null) return 'none';
    if (!boundary.endsWith('--')) return { other: boundary };
  }
  return 'none';
}
