/**
 * What the header section of a part says that the part is (RFC 2045, RFC 2183), as people's
 * programs write it.
 *
 * A type that is none, and a multipart without a boundary, are plain text (RFC 2045 5.2), for else
 * nothing of them would be seen. Of the mail's own section the parser gets the fields that it reads
 * (header-repair.ts), and of any section nothing else. Pure.
 */
import type { FoundIn } from '../ticket/ticket.ts';
import { isOneOf, type WordTable } from '../ticket/word-table.ts';
import { boundariesIn, isSpelledOtherwise, PLAIN, typeIn, UNKNOWN } from './content-type.ts';
import type { Markup } from './enriched.ts';
import { fileNameIn } from './file-name.ts';
import type { Tell } from './guesses.ts';
import { fieldsOf, isForParser, octetsFor, type RawField, tellRaw } from './header-repair.ts';
import type { HeaderSection } from './header-section.ts';
import type { SaidPart } from './known-part.ts';
import { keyword, pieces, structuredField, withoutComments } from './parameters.ts';
import { type PackedPart, packingOf } from './unpacked/packing.ts';

/**
 * `multipart` without boundaries: of its content the first ones are to be found. `packed`: it holds
 * parts that are to be unpacked.
 */
export type PartKind = 'multipart' | 'text' | 'attachment' | 'packed';

export interface PartHeader {
  readonly kind: PartKind;
  readonly isAlternative: boolean;
  /** Its parts are forms of one text, or belong to it. */
  readonly hasForms: boolean;
  /** What the delimiters of its children may be, octets as characters. */
  readonly boundaries: readonly string[];
  /** Without parts, or as the file that a packed part is. */
  readonly said: SaidPart;
  /** Fields of the mail's own section, for the parser. */
  readonly fields: Buffer;
  /** How it may be packed; a multipart with a wrong label is not. */
  readonly packed: PackedPart | null;
  readonly defects: readonly ('headerSize' | 'boundary' | 'encoding')[];
}

const TEXT_TYPES = [PLAIN, 'text/html', 'message/delivery-status'];
/** RFC 2045 6.1. */
const ENCODINGS = ['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'];

interface PartPlace {
  /** It is the mail itself. */
  readonly isTop: boolean;
  /** Of octets that are no UTF-8. */
  readonly charset: string;
  /** Inside what it was found. */
  readonly foundIn: FoundIn | null;
  /** The mail has words above it, and it is no form of them: with a name it is a file. */
  readonly isBesideWords: boolean;
  /** Hears what was guessed. */
  readonly tell: Tell;
}

export function readPartHeader(
  section: HeaderSection,
  { isTop, charset, foundIn, isBesideWords, tell }: PartPlace,
): PartHeader {
  const fields = fieldsOf(section.raw().toString('latin1'));
  const value = (name: string) =>
    unfolded(fields.find((field) => field.name === name)?.value ?? '');
  const type = typeIn(value('content-type'));
  const typed = structuredField(`;${type.others.join(';')}`).parameters;
  const disposition = structuredField(withoutComments(value('content-disposition')));
  const boundaries = type.name.startsWith('multipart/') ? boundariesIn(value('content-type')) : [];
  const isMultipart = boundaries.length > 0;
  const known = isMultipart || !type.name.startsWith('multipart/') ? type.name || PLAIN : PLAIN;
  const isNamed = hasName(disposition.parameters, 'filename') || hasName(typed, 'name');
  const isUntyped = type.name === '' && hasName(disposition.parameters, 'filename');
  const isTextType = !isUntyped && TEXT_TYPES.includes(known);
  const isFile = isNamed && !isTop && known !== 'message/delivery-status';
  const isShown =
    (disposition.value === '' && !(isFile && isBesideWords)) ||
    (disposition.value === 'inline' && !isFile);
  const unpacked = isMultipart ? 'multipart' : isTextType && isShown ? 'text' : 'attachment';
  const declared = typed.get('charset') ?? extendedCharset(typed);
  const encoding = encodingIn(value('content-transfer-encoding'), tell);
  if (isSpelledOtherwise(type)) tell('type', `${type.spelled}, read as ${known}`);
  for (const field of fields) if (field.name === 'content-type') tellRaw(field, tell);
  // A parenthesis in a name is no comment.
  const named = structuredField(value('content-disposition')).parameters;
  const rawCharset = isUtf8Label(declared) ? charset : declared;
  const filename = fileNameIn(named, typed, rawCharset, tell);
  const packing = packingOf(isMultipart ? type.name : known, encoding, filename);
  const isText = unpacked === 'text';
  const isUnbounded = isText && !isMultipart && type.name.startsWith('multipart/');
  return {
    kind: isUnbounded ? 'multipart' : packing === null || isMultipart ? unpacked : 'packed',
    isAlternative: type.name === 'multipart/alternative',
    hasForms: isOneOf(type.name, FORMS),
    boundaries,
    said: {
      kind: isText ? 'text' : 'file',
      type: isUntyped || isMultipart ? UNKNOWN : known,
      charset: declared,
      filename,
      disposition: isText
        ? null
        : dispositionOf(isTextType || isMultipart, value('content-disposition'), filename),
      contentId: contentIdIn(value('content-id')),
      encoding: encoding === 'quoted-printable' || encoding === 'base64' ? encoding : null,
      flowed: isText && known === PLAIN ? flowedIn(typed) : null,
      markup: MARKUPS.get(type.spelled) ?? null,
      foundIn: foundIn ?? undefined,
    },
    fields: isTop
      ? Buffer.concat(
          fields.filter(isForParser).map((field) => octetsFor(field, charset || declared, tell)),
        )
      : NOTHING,
    packed:
      packing === null
        ? null
        : { packing, encoding, boundaries, header: contentFieldsOf(fields, isMultipart) },
    defects: [
      ...(section.isCut ? (['headerSize'] as const) : []),
      ...(type.name.startsWith('multipart/') && !isMultipart ? (['boundary'] as const) : []),
      ...(ENCODINGS.includes(encoding) || packing === 'uuencode' ? [] : (['encoding'] as const)),
    ],
  };
}

const NOTHING = Buffer.alloc(0);
const OF_CONTENT: ReadonlySet<string> = new Set([
  ...['content-type', 'content-disposition', 'content-id'],
]);

/** Of a part that is packed, as it came: with them what it held is read like any other part. */
function contentFieldsOf(fields: readonly RawField[], isMultipart: boolean): Buffer {
  const kept = isMultipart ? [] : fields.filter(({ name }) => OF_CONTENT.has(name));
  const lines = kept.map(
    ({ name, value }) => `${name}:${value.endsWith('\n') ? value : `${value}\n`}`,
  );
  return Buffer.from(lines.join(''), 'latin1');
}

/** `charset*=us-ascii'en'koi8-r` (RFC 2231 4). */
function extendedCharset(typed: ReadonlyMap<string, string>): string {
  return (typed.get('charset*') ?? '').replace(/^[^']{0,60}'[^']{0,60}'/, '');
}

/** It says nothing of octets that are no UTF-8. */
function isUtf8Label(label: string): boolean {
  return label === '' || /^utf-?8$/i.test(label);
}

function contentIdIn(value: string): string | null {
  if (value === '') return null;
  const id = Buffer.from(value, 'latin1').toString('utf8').trim().replace(/^<|>$/g, '').trim();
  return id === '' ? null : id;
}

function flowedIn(typed: ReadonlyMap<string, string>): SaidPart['flowed'] {
  const isFlowed = typed.get('format')?.trim().toLowerCase() === 'flowed';
  return isFlowed ? { isDelSp: typed.get('delsp')?.trim().toLowerCase() === 'yes' } : null;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['b64', 'base64'],
  ['qp', 'quoted-printable'],
]);

/** As people's programs spell it: `base-64`, `quoted_printable`, `7-bit`. */
function encodingIn(value: string, tell: Tell): string {
  const said = keyword(value);
  if (ENCODINGS.includes(said)) return said;
  const bare = said.replace(/[^a-z0-9]/g, '');
  const found =
    ENCODINGS.find((known) => known.replace('-', '') === bare) ??
    (bare.startsWith('quotedprint') ? 'quoted-printable' : (SHORT.get(bare) ?? said));
  if (found !== said) tell('encoding', `${said}, read as ${found}`);
  return found;
}

/** `filename`, `filename*`, `filename*0`, `filename*0*`: RFC 2231 3 and 4. */
function hasName(parameters: ReadonlyMap<string, string>, name: string): boolean {
  return [...parameters.keys()].some((key) => key === name || key.startsWith(`${name}*`));
}

const FORMS: WordTable =
  '|multipart/alternative|multipart/related|multipart/signed|multipart/report|';

const MARKUPS: ReadonlyMap<string, Markup> = new Map([
  ['text/enriched', 'enriched'],
  ['text/richtext', 'richtext'],
]);

/** What a file says of itself; a text that is one is attached, whatever it says. */
function dispositionOf(isAttached: boolean, value: string, filename: string): string | null {
  if (value === '' && !isAttached && filename === '') return null;
  const [first = ''] = pieces(value);
  const said = keyword(first);
  return isAttached || said.includes('=?') || said === '' ? 'attachment' : said;
}

function unfolded(value: string): string {
  return value.includes('\n') ? value.replace(/\r?\n/g, '') : value;
}
