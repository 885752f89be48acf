/**
 * What the header section of a part says that the part is (RFC 2045, RFC 2183), and
 * the same section as the parser shall see it: said in a way that every parser
 * understands alike.
 *
 * A multipart gets a boundary of ours, so that no line of the mail can be taken for
 * one; anything else loses its boundary, if it has one. A type that is none, and a
 * multipart without a boundary, are plain text (RFC 2045 5.2), for else nothing of
 * them would be seen. Pure.
 */
import { fieldsOf, octetsOf, type RawField } from './header-repair.ts';
import type { HeaderSection } from './header-section.ts';
import { keyword, pieces, structuredField, withoutComments } from './parameters.ts';

export type PartKind = 'multipart' | 'text' | 'attachment';

export interface PartHeader {
  readonly kind: PartKind;
  /** What the delimiters of its children may be, octets as characters. */
  readonly boundaries: readonly string[];
  /** The section for the parser, without the empty line. */
  readonly octets: Buffer;
  readonly defects: readonly ('headerSize' | 'boundary' | 'encoding')[];
}

const TEXT_TYPES = ['text/plain', 'text/html', 'message/delivery-status'];
/** RFC 2045 6.1. */
const ENCODINGS = ['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'];

/** `mark` is the boundary that a multipart gets. */
export function readPartHeader(section: HeaderSection, isTop: boolean, mark: string): PartHeader {
  const fields = fieldsOf(section.raw().toString('latin1'));
  const value = (name: string) =>
    unfolded(fields.find((field) => field.name === name)?.value ?? '');
  const type = structuredField(withoutComments(value('content-type')));
  const disposition = structuredField(withoutComments(value('content-disposition')));
  const boundaries = type.value.startsWith('multipart/') ? boundariesIn(value('content-type')) : [];
  const isMultipart = boundaries.length > 0;
  const isNamed = disposition.parameters.has('filename') || type.parameters.has('name');
  const isUntyped = type.value === '' && disposition.parameters.has('filename');
  const shown = { isMultipart, isUntyped, mark };
  const written = fields.some(({ name }) => name === 'content-type')
    ? fields
    : [...fields, { name: 'content-type', value: '' }];
  const isFile = isNamed && !isTop && type.value !== 'message/delivery-status';
  const kind = isMultipart
    ? 'multipart'
    : isText(type.value, isUntyped) && isShown(disposition.value, isFile)
      ? 'text'
      : 'attachment';
  const encoding = keyword(value('content-transfer-encoding'));
  return {
    kind,
    boundaries,
    octets: Buffer.concat(written.map((field) => octetsOf(plain(field, shown)))),
    defects: [
      ...(section.isCut ? (['headerSize'] as const) : []),
      ...(type.value.startsWith('multipart/') && !isMultipart ? (['boundary'] as const) : []),
      ...(ENCODINGS.includes(encoding) ? [] : (['encoding'] as const)),
    ],
  };
}

function isText(type: string, isUntyped: boolean): boolean {
  return !isUntyped && TEXT_TYPES.includes(isType(type) && !isBare(type) ? type : 'text/plain');
}

/** A multipart that could not be followed is shown as the text that it is. */
function isBare(type: string): boolean {
  return type.startsWith('multipart/');
}

function isShown(disposition: string, isFile: boolean): boolean {
  return disposition === '' || (disposition === 'inline' && !isFile);
}

interface Shown {
  readonly isMultipart: boolean;
  readonly isUntyped: boolean;
  readonly mark: string;
}

function plain(field: RawField, { isMultipart, isUntyped, mark }: Shown): RawField {
  const [first = '', ...rest] = pieces(withoutComments(unfolded(field.value)));
  if (field.name === 'content-disposition') {
    // A parser may decode words in it: what is inline is said plainly or not at all.
    const value = first.includes('=?') ? 'attachment' : first;
    return { name: field.name, value: ` ${[value, ...rest].join(';')}` };
  }
  if (field.name !== 'content-type') return field;
  const type = first.trim().toLowerCase();
  if (isMultipart) return { name: field.name, value: ` ${type}; boundary="${mark}"` };
  if (isUntyped) return { name: field.name, value: ' application/octet-stream' };
  const others = rest.filter((piece) => !/^\s*boundary/i.test(piece));
  const known = isType(type) && !isBare(type) ? type : 'text/plain';
  return { name: field.name, value: ` ${[known, ...others].join(';')}` };
}

function isType(type: string): boolean {
  return /^[^\s/"=]+\/[^\s/"=]+$/.test(type);
}

/** As it is written, with and without what may be a comment; in pieces (RFC 2231 3, 4). */
function boundariesIn(value: string): readonly string[] {
  const read = [value, withoutComments(value)].map((text) => structuredField(text).parameters);
  const found = read.flatMap((parameters) => [
    ...(parameters.get('boundary') === undefined ? [] : [parameters.get('boundary') ?? '']),
    joined(parameters),
  ]);
  return [...new Set(found.filter((boundary) => boundary !== ''))];
}

function joined(parameters: ReadonlyMap<string, string>): string {
  const whole = parameters.get('boundary*');
  const found = whole === undefined ? [] : [whole];
  for (let n = 0; whole === undefined && n < 100; n += 1) {
    const piece = parameters.get(`boundary*${n}*`) ?? parameters.get(`boundary*${n}`);
    if (piece === undefined) break;
    found.push(piece);
  }
  return found
    .join('')
    .replace(/^[\w-]*'[\w-]*'/, '')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function unfolded(value: string): string {
  return value.replace(/\r?\n/g, '');
}
