/**
 * Files that stand in a text as lines of it: uuencoded ones become files, yEnc and BinHex are
 * named, and kept as they stand. Each has one line in its place, in brackets. Linear.
 */
import type { FoundIn } from '../../ticket/ticket.ts';
import type { Attachments } from '../attachments.ts';
import { decodeText } from '../charset.ts';
import type { TextPart } from '../text.ts';
import { blockAt } from './uuencode.ts';

interface FileInText {
  /** Octets as characters. */
  readonly name: string;
  readonly octets: Buffer;
  readonly lines: number;
  readonly foundIn?: FoundIn;
  /** Behind its name, in the line that it leaves. */
  readonly words: string;
}

/** `isCut`: a text was longer than it was read; then a file without an end is not whole. */
export function withoutFiles(
  parts: readonly TextPart[],
  attachments: Attachments,
  { maxFiles, isCut }: { readonly maxFiles: number; readonly isCut: boolean },
): readonly TextPart[] {
  const keep = ({ name, octets, foundIn }: FileInText): void => {
    const isUnpacked = foundIn !== undefined;
    const filename = isUnpacked ? name : `${name}.txt`;
    attachments.add({ filename, type: 'application/octet-stream', foundIn }, octets);
  };
  return parts.map((part) => {
    if (part.kind !== 'text' || part.withFiles === undefined) return part;
    const { octets, read } = part.withFiles;
    const text: string[] = [];
    const lines = octets.toString('latin1').split(/\r?\n|\r/);
    let plain = 0;
    const readUpTo = (end: number): void => {
      if (plain === end) return;
      text.push(read(Buffer.from(`${lines.slice(plain, end).join('\n')}\n`, 'latin1')));
    };
    for (let at = 0; at < lines.length; at += 1) {
      if (attachments.all.length >= maxFiles) break;
      const file = fileAt(lines, at, isCut);
      if (file === null) continue;
      readUpTo(at);
      const name = decodeText(Buffer.from(file.name, 'latin1'), part.charset, false);
      text.push(`[${name || 'no name'}: ${file.words}]\n`);
      if (file.octets.length > 0 || file.foundIn !== undefined) keep({ ...file, name });
      plain = at + file.lines;
      at = plain - 1;
    }
    readUpTo(lines.length);
    return { ...part, text: text.join('') };
  });
}

const NOT_WHOLE = 'a uuencoded file that is too long to be unpacked; the whole mail has it';

function fileAt(lines: readonly string[], at: number, isCut: boolean): FileInText | null {
  const block = blockAt((n) => lines[n], at);
  if (block !== null) {
    const { name, hasEnd } = block;
    if (isCut && !hasEnd && at + block.lines >= lines.length - 1)
      return { name, octets: Buffer.alloc(0), lines: block.lines, words: NOT_WHOLE };
    return { ...block, foundIn: 'uuencode', words: 'a file, unpacked from uuencoded text' };
  }
  return yEncAt(lines, at) ?? binHexAt(lines, at);
}

function yEncAt(lines: readonly string[], at: number): FileInText | null {
  const [, name = ''] = /^=ybegin .{0,200}?\bname=(\S[^\r\n]{0,500})$/.exec(lines[at] ?? '') ?? [];
  if (name === '') return null;
  const end = endFrom(lines, at, (line) => line.startsWith('=yend'));
  return kept(lines, at, end, name.trimEnd(), 'yEnc');
}

function binHexAt(lines: readonly string[], at: number): FileInText | null {
  if (!/^\(This file must be converted with BinHex/.test(lines[at] ?? '')) return null;
  let first = at + 1;
  while (first < lines.length && lines[first]?.trim() === '') first += 1;
  if (!lines[first]?.startsWith(':')) return null;
  const end = endFrom(
    lines,
    first,
    (line, n) => /.:$/.test(line.slice(-2)) || (n > first && line === ':'),
  );
  return kept(lines, at, end, nameInBinHex(lines.slice(first, first + 3).join('')), 'BinHex');
}

/** Behind the first line that is the last one, or behind all. */
function endFrom(
  lines: readonly string[],
  from: number,
  isLast: (line: string, n: number) => boolean,
): number {
  let at = from;
  while (at < lines.length && !isLast((lines[at] ?? '').trimEnd(), at)) at += 1;
  return Math.min(at + 1, lines.length);
}

function kept(
  lines: readonly string[],
  from: number,
  to: number,
  name: string,
  how: string,
): FileInText {
  const octets = Buffer.from(`${lines.slice(from, to).join('\n')}\n`, 'latin1');
  return { name, octets, lines: to - from, words: `a file in ${how}, not unpacked` };
}

/** RFC 1741, Appendix A. */
const SIGNS = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';

/** The first octet is the length of the name that follows. */
function nameInBinHex(data: string): string {
  const octets: number[] = [];
  let [bits, held] = [0, 0];
  for (const sign of data.slice(1)) {
    const value = SIGNS.indexOf(sign);
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets.push((held >> bits) & 0xff);
  }
  const [length = 0] = octets;
  return Buffer.from(octets.slice(1, 1 + Math.min(length, 63))).toString('latin1');
}
