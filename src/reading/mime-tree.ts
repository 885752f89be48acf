/**
 * The texts of a mail in the tree of its parts (RFC 2046 5.1), decoded: what is said of the parts
 * (known-part.ts), and their octets as they came out of the parser. Files are in it without words.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { FoundIn } from '../ticket/ticket.ts';
import { fromBase64 } from './base64.ts';
import { decodeText } from './charset.ts';
import type { Markup } from './enriched.ts';
import { unflowed } from './flowed.ts';
import type { Tell } from './guesses.ts';
import type { KnownPart, LeafPart } from './known-part.ts';
import { QuotedPrintable } from './quoted-printable.ts';

export type MimePart =
  | {
      readonly kind: 'text';
      /** text/plain or message/delivery-status. */
      readonly type: string;
      /** As it is declared; empty if it is not. */
      readonly charset: string;
      readonly text: string;
      readonly foundIn?: FoundIn | undefined;
      readonly markup?: Markup;
      /** If files stand in it as lines: it before it was decoded, and how that is done. */
      readonly withFiles?: {
        readonly octets: Buffer;
        readonly read: (octets: Buffer) => string;
      };
    }
  | {
      readonly kind: 'html';
      readonly foundIn?: FoundIn | undefined;
      readonly charset: string;
      readonly text: string;
      /** It came as plain text: no filter in front of us has seen a page. */
      readonly isSaidPlain?: true;
      /** As it was sent, after transfer decoding. */
      readonly octets: Buffer;
    }
  | {
      readonly kind: 'parts';
      readonly isAlternative: boolean;
      readonly children: readonly MimePart[];
    };

/** Octets of each part that is shown as text; base64 is still to be taken off. */
export type TextOctets = ReadonlyMap<LeafPart, Buffer>;

/** null if the mail has broken off before anything of it was known. */
export function treeOf(root: KnownPart | null, octets: TextOctets, tell: Tell): MimePart | null {
  return root === null ? null : partOf(root, octets, tell);
}

function partOf(part: KnownPart, octets: TextOctets, tell: Tell): MimePart {
  if (part.kind === 'parts') {
    const children = part.children.map((child) => partOf(child, octets, tell));
    return { kind: 'parts', isAlternative: part.isAlternative, children };
  }
  return textPart(part, octets.get(part) ?? Buffer.alloc(0), tell);
}

function textPart(part: LeafPart, sent: Buffer, tell: Tell): MimePart {
  const octets = part.encoding === 'base64' ? ofBase64(sent, tell) : unlabelled(part, sent, tell);
  const { type, charset, flowed, foundIn, markup } = part;
  if (type === 'text/html') {
    const text = withLineFeeds(decodeText(octets, charset, true, tell));
    return { kind: 'html', charset, text, foundIn, octets };
  }
  const asRead = (text: string): string => {
    const ended = withLineFeeds(text);
    return flowed === null ? ended : unflowed(ended, flowed.isDelSp);
  };
  const read = (some: Buffer): string => asRead(decodeText(some, charset, false));
  const text = asRead(decodeText(octets, charset, false, tell));
  if (type === 'text/plain' && PAGE.test(text)) {
    tell('type', 'text/plain, read as text/html');
    return { kind: 'html', charset, text, foundIn, octets, isSaidPlain: true };
  }
  const hasFiles = FILE_IN_TEXT.test(octets.toString('latin1'));
  return {
    ...{ kind: 'text', type, charset, foundIn },
    text,
    ...(hasFiles && { withFiles: { octets, read } }),
    ...(markup !== null && { markup }),
  };
}

/** A text that is in quoted-printable throughout, and does not say so. */
function unlabelled({ encoding }: LeafPart, sent: Buffer, tell: Tell): Buffer {
  if (encoding !== null || !sent.includes('=C') || !isAscii(sent)) return sent;
  const text = sent.toString('latin1');
  const isWhole = !/=(?![0-9A-F]{2}|\r?\n)/.test(text);
  if (!isWhole || (text.match(/=[C-F][0-9A-F]=[89AB][0-9A-F]/g) ?? []).length < MIN_ESCAPES)
    return sent;
  const decoder = new QuotedPrintable();
  const octets = Buffer.concat([decoder.decode(sent), decoder.end()]);
  if (!isUtf8(octets)) return sent;
  tell('encoding', 'nothing said, read as quoted-printable');
  return octets;
}

const MIN_ESCAPES = 3;

function ofBase64(encoded: Buffer, tell: Tell): Buffer {
  const { octets, plain } = fromBase64(encoded);
  if (plain === 'end') tell('encoding', 'base64, and plain text behind it');
  if (plain === 'all') tell('encoding', 'a text says base64, and is not');
  return octets;
}

/** Nothing but a page: somebody forgot to say so. */
const PAGE = /^\s{0,100}(?:<!doctype html\b[^>]{0,200}>\s{0,100})?<html[\s>]/i;

/** How a file begins that stands in a text as lines of it: uuencode, yEnc, BinHex. */
const FILE_IN_TEXT =
  /^(begin(-base64)? [0-7]{3}|=ybegin |\(This file must be converted with BinHex)/m;

/**
 * A lone CR ends a line only in a text that has no other line ends: within one of many lines it
 * would make several of it, and lines of a quote that no mark stands before.
 */
function withLineFeeds(text: string): string {
  if (!text.includes('\n')) return text.replace(/\r/g, '\n');
  return text.replace(/\r\n/g, '\n').replace(/\r/g, ' ');
}
