/**
 * A file as lines of a text: uuencode, and its form in base64 (POSIX, uuencode). Pure, linear.
 *
 * Octets as characters. A block begins with `begin`, a mode and a name, and its next line must be
 * data, or the end: in prose it is not. It goes on as long as its lines are data; `end` may be
 * missing. Blanks that somebody has cut off the end of a line count as there.
 */
export interface Block {
  /** Octets as characters. */
  readonly name: string;
  readonly octets: Buffer;
  /** How many lines it takes, from that of `begin` on. */
  readonly lines: number;
  readonly hasEnd: boolean;
}

const BEGIN = /^begin(-base64)? [0-7]{3,6}(?: {1,8}(\S[^\r\n]{0,500}))?$/;

interface Data {
  readonly octets: Buffer;
  /** More of it is missing than the last group of signs may lack. */
  readonly isShort: boolean;
}

/** The block that begins at that line, or null. Lines are asked for in their order. */
export function blockAt(lineAt: (n: number) => string | undefined, from: number): Block | null {
  const begin = BEGIN.exec(trimmedEnd(lineAt(from) ?? ''));
  if (begin === null) return null;
  const [, base64, name = ''] = begin;
  const [decode, last] = base64 === undefined ? [uuLine, 'end'] : [base64Line, '===='];
  const data = new Growing();
  let at = from + 1;
  // Without an end, a line that is too short may be prose in capitals.
  let short: { readonly line: number; readonly length: number } | null = null;
  let line = lineAt(at);
  while (line !== undefined && trimmedEnd(line) !== last) {
    const decoded = decode(line);
    if (decoded === null) break;
    if (decoded.isShort) short ??= { line: at, length: data.length };
    data.add(decoded.octets);
    at += 1;
    line = lineAt(at);
  }
  // The line of no octets before the end may have been nothing but a blank.
  const isBlank = line !== undefined && trimmedEnd(line) === '';
  const hasEnd = trimmedEnd((isBlank ? lineAt(at + 1) : line) ?? '') === last;
  const behind = hasEnd ? at + (isBlank ? 2 : 1) : (short?.line ?? at);
  if (!hasEnd && behind === from + 1) return null;
  const octets = data.upTo(hasEnd || short === null ? data.length : short.length);
  return { name, octets, lines: behind - from, hasEnd };
}

/**
 * Octets that grow by twice as many, so that many short lines cost no more than a few long ones.
 */
class Growing {
  length = 0;
  #octets = Buffer.alloc(1024);

  add(more: Buffer): void {
    if (this.length + more.length > this.#octets.length)
      this.#octets = Buffer.concat([this.#octets, Buffer.alloc(this.#octets.length)]);
    this.length += more.copy(this.#octets, this.length);
  }

  upTo(length: number): Buffer {
    return this.#octets.subarray(0, length);
  }
}

const BLANK = 0x20;
const LAST_SIGN = 0x60;
/** Some programs write a sum behind the data. */
const MAX_SUM_CHARACTERS = 2;
const MAX_LACKING_SIGNS = 3;

/** The first character says how many octets follow; four characters are three of them. */
function uuLine(line: string): Data | null {
  const data = line.replace(/\r$/, '');
  const count = (data.charCodeAt(0) - BLANK) & 0x3f;
  if (data === '' || !isInRange(data.charCodeAt(0))) return null;
  const needed = Math.ceil(count / 3) * 4;
  const signs = data.slice(1).padEnd(needed, ' ');
  const isShort = data.length - 1 < needed - MAX_LACKING_SIGNS;
  if (count === 0) return signs.trim() === '' ? { octets: Buffer.alloc(0), isShort } : null;
  if (signs.length > needed + MAX_SUM_CHARACTERS) return null;
  const sixes = Buffer.alloc(needed);
  for (let at = 0; at < needed; at += 1) {
    if (!isInRange(signs.charCodeAt(at))) return null;
    sixes[at] = (signs.charCodeAt(at) - BLANK) & 0x3f;
  }
  const octets = Buffer.alloc((needed / 4) * 3);
  for (let at = 0, to = 0; at < needed; at += 4, to += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = sixes.subarray(at, at + 4);
    octets[to] = (a << 2) | (b >> 4);
    octets[to + 1] = (b << 4) | (c >> 2);
    octets[to + 2] = (c << 6) | d;
  }
  return { octets: octets.subarray(0, count), isShort };
}

function isInRange(code: number): boolean {
  return code >= BLANK && code <= LAST_SIGN;
}

function base64Line(line: string): Data | null {
  const data = trimmedEnd(line);
  const isData = data.length % 4 === 0 && /^[A-Za-z0-9+/]{1,1000}={0,2}$/.test(data);
  return isData ? { octets: Buffer.from(data, 'base64'), isShort: false } : null;
}

function trimmedEnd(line: string): string {
  return line.trimEnd();
}
