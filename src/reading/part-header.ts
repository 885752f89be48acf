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
import { fileNameIn, fileNameParameter } from './file-name.ts';
import { fieldsOf, octetsOf, type RawField } from './header-repair.ts';
import type { HeaderSection } from './header-section.ts';
import { keyword, pieces, structuredField, withoutComments } from './parameters.ts';

export type PartKind = 'multipart' | 'text' | 'attachment';

export interface PartHeader {
  readonly kind: PartKind;
  /** What the delimiters of its children may be, octets as characters. */
  readonly boundaries: readonly string[];
  /** That it declares for its text, as it stands; empty if it does not. */
  readonly charset: string;
  /** The section for the parser, without the empty line. */
  readonly octets: Buffer;
  readonly defects: readonly ('headerSize' | 'boundary' | 'encoding')[];
}

const PLAIN = 'text/plain';
const TEXT_TYPES = [PLAIN, 'text/html', 'message/delivery-status'];
/** RFC 2045 6.1. */
const ENCODINGS = ['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'];

/** `mark` is the boundary that a multipart gets; `charset` is that of octets which are no UTF-8. */
export function readPartHeader(
  section: HeaderSection,
  isTop: boolean,
  mark: string,
  charset: string,
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
  const isShown = disposition.value === '' || (disposition.value === 'inline' && !isFile);
  const kind = isMultipart ? 'multipart' : isTextType && isShown ? 'text' : 'attachment';
  const contentType = isMultipart
    ? `${type.name}; boundary="${mark}"`
    : isUntyped
      ? 'application/octet-stream'
      : [known, ...type.others].join(';');
  const declared = typed.get('charset') ?? '';
  const encoding = encodingIn(value('content-transfer-encoding'));
  const others = fields.filter(({ name }) => !WRITTEN_ANEW.has(name));
  // A parenthesis in a name is no comment.
  const named = structuredField(value('content-disposition')).parameters;
  const isPlain = [...named, ...typed].every(([key]) => !/^(file)?name/.test(key));
  const fileName = isPlain ? '' : fileNameIn(named, typed, charset || declared);
  const written = [
    ...others,
    { name: 'content-type', value: ` ${contentType}` },
    ...(encoding === '' ? [] : [{ name: 'content-transfer-encoding', value: ` ${encoding}` }]),
    ...dispositionFor(kind, isTextType, value('content-disposition'), fileName),
  ];
  return {
    kind,
    boundaries,
    charset: declared,
    octets: Buffer.concat(written.map((field) => octetsOf(field, charset || declared))),
    defects: [
      ...(section.isCut ? (['headerSize'] as const) : []),
      ...(type.name.startsWith('multipart/') && !isMultipart ? (['boundary'] as const) : []),
      ...(ENCODINGS.includes(encoding) ? [] : (['encoding'] as const)),
    ],
  };
}

/** As people's programs spell it: `base-64`, `quoted_printable`, `7-bit`. */
function encodingIn(value: string): string {
  const said = keyword(value);
  const bare = said.replace(/[^a-z0-9]/g, '');
  return ENCODINGS.find((known) => known.replace('-', '') === bare) ?? said;
}

const WRITTEN_ANEW: ReadonlySet<string> = new Set([
  ...['content-type', 'content-disposition', 'content-transfer-encoding'],
]);

/** `filename`, `filename*`, `filename*0`, `filename*0*`: RFC 2231 3 and 4. */
function hasName(parameters: ReadonlyMap<string, string>, name: string): boolean {
  return [...parameters.keys()].some((key) => key === name || key.startsWith(`${name}*`));
}

interface TypeField {
  /** `type/subtype` in lower case; empty if there is none. */
  readonly name: string;
  /** The parameters but the boundary, as they stand. */
  readonly others: readonly string[];
}

/**
 * A type as people's programs spell it: in quotes, with blanks around its slash, or
 * with no semicolon before its first parameter. One that cannot be read is text
 * where it says text or nothing, else a file of any kind.
 */
function typeIn(value: string): TypeField {
  const [first = '', ...rest] = pieces(value);
  const plain = slashed(withoutComments(first).replaceAll('"', '').trim());
  const [name = '', behind = ''] = splitAt(plain, /^[\w.+*-]+\/[\w.+*-]+/);
  const others = [...(behind.includes('=') ? [afterType(first)] : []), ...rest]
    .filter((piece) => !/^\s*boundary/i.test(piece))
    .map((piece) => (/^\s*name/i.test(piece) ? piece : withoutComments(piece)));
  const spelled = SPELLINGS.get((name || plain).toLowerCase());
  if (spelled !== undefined) return { name: spelled, others };
  if (name !== '') return { name: name.toLowerCase(), others };
  const isText = plain === '' || /^text\b/i.test(plain);
  return { name: plain === '' ? '' : isText ? PLAIN : 'application/octet-stream', others };
}

/** Types of text that people's programs write. What only marks text up is text (RFC 2046 4.1.4). */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...['html', 'text/htm', 'text/xhtml', 'application/xhtml+xml', 'text/html5'].map(
    (name) => [name, 'text/html'] as const,
  ),
  ...[
    'application/text',
    'application/plain',
    'plain/text',
    'plain',
    'text/txt',
    'text/unknown',
  ].map((name) => [name, PLAIN] as const),
  ...['text/enriched', 'text/richtext', 'text/markdown', 'text/x-markdown'].map(
    (name) => [name, PLAIN] as const,
  ),
]);

/** Without the blanks around the first slash. */
function slashed(text: string): string {
  const slash = text.indexOf('/');
  return slash < 0
    ? text
    : `${text.slice(0, slash).trimEnd()}/${text.slice(slash + 1).trimStart()}`;
}

function splitAt(text: string, beginning: RegExp): readonly string[] {
  const found = beginning.exec(text)?.[0] ?? '';
  return [found, text.slice(found.length)];
}

/**
 * `name="a.pdf"` of `application/pdf name="a.pdf"`: from the word before the first equals sign on.
 */
function afterType(first: string): string {
  const before = first.slice(0, first.indexOf('=')).trimEnd();
  return first.slice(Math.max(before.lastIndexOf(' '), before.lastIndexOf('\t')) + 1);
}

/**
 * What is shown as text has no disposition, and what is not is attached: a parser
 * has nothing to judge. Other types are files whatever is said of them.
 */
function dispositionFor(
  kind: PartKind,
  isTextType: boolean,
  value: string,
  fileName: string,
): readonly RawField[] {
  if (kind !== 'attachment' || (value === '' && !isTextType && fileName === '')) return [];
  const [first = ''] = pieces(value);
  const said = keyword(first);
  const disposition = isTextType || said.includes('=?') || said === '' ? 'attachment' : said;
  const name = fileName === '' ? '' : `; ${fileNameParameter(fileName)}`;
  return [{ name: 'content-disposition', value: ` ${disposition}${name}` }];
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
