/**
 * ASN.1 as it is written in BER (X.690), as far as CMS needs it: elements one behind the other,
 * definite and indefinite lengths, octet strings in pieces. Copies nothing but those. What is cut
 * ends where the octets end. Pure, linear (each level is walked through once more); deeper than MAX_DEPTH nothing is read.
 */
export interface Element {
  readonly tag: number;
  readonly from: number;
  /** Behind its content; null if only its content tells. */
  readonly to: number | null;
}

const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;
/** [0] EXPLICIT. */
export const CONTEXT_0 = 0xa0;
const CONSTRUCTED = 0x20;
const MANY_OCTET_TAG = 0x1f;
const INDEFINITE = 0x80;
const MAX_LENGTH_OCTETS = 4;
const MAX_DEPTH = 8;

/** null at the end, and for what is none. */
export function elementAt(octets: Buffer, at: number, end = octets.length): Element | null {
  const [tag, length] = [octets[at], octets[at + 1]];
  if (tag === undefined || length === undefined || at + 2 > end) return null;
  if ((tag & MANY_OCTET_TAG) === MANY_OCTET_TAG) return null;
  const from = at + 2;
  if (length < INDEFINITE) return { tag, from, to: Math.min(from + length, end) };
  if (length === INDEFINITE) return (tag & CONSTRUCTED) === 0 ? null : { tag, from, to: null };
  const count = length & ~INDEFINITE;
  if (count > MAX_LENGTH_OCTETS || from + count > end) return null;
  const size = octets.readUIntBE(from, count);
  return { tag, from: from + count, to: Math.min(from + count + size, end) };
}

/** The elements within another one, as far as they can be read. */
export function* childrenOf(octets: Buffer, { from, to }: Element): Generator<Element> {
  const end = to ?? octets.length;
  for (let at = from; at < end; ) {
    const child = elementAt(octets, at, end);
    if (child === null || isEnd(child)) return;
    yield child;
    const behind = endOf(octets, child, 0);
    if (behind === null) return;
    at = behind;
  }
}

function endOf(octets: Buffer, element: Element, depth: number): number | null {
  if (element.to !== null) return element.to;
  let at: number | null = depth > MAX_DEPTH ? null : element.from;
  while (at !== null) {
    const child = elementAt(octets, at);
    if (child === null) return null;
    if (isEnd(child)) return child.to;
    at = endOf(octets, child, depth + 1);
  }
  return null;
}

/** Two zeros end what has no length. */
function isEnd({ tag, from, to }: Element): boolean {
  return tag === 0 && to === from;
}

/** An octet string, in one piece or in many. */
export function* octetsIn(octets: Buffer, element: Element, depth = 0): Generator<Buffer> {
  if (element.tag === OCTET_STRING) yield octets.subarray(element.from, element.to ?? undefined);
  if (element.tag !== (OCTET_STRING | CONSTRUCTED) || depth > MAX_DEPTH) return;
  for (const piece of childrenOf(octets, element)) yield* octetsIn(octets, piece, depth + 1);
}
