/**
 * Content-Type (RFC 2045 5.1) as people's programs write it: the type that they mean, and the
 * boundary of a multipart in each way that it may be read. Pure, linear.
 */
import { pieces, structuredField, withoutComments } from './parameters.ts';

export const PLAIN = 'text/plain';
export const UNKNOWN = 'application/octet-stream';

export interface TypeField {
  /** As it is written, in lower case. */
  readonly spelled: string;
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
export function typeIn(value: string): TypeField {
  const [first = '', ...rest] = pieces(value);
  const plain = slashed(withoutComments(first).replaceAll('"', '').trim());
  const [name = '', behind = ''] = splitAt(plain, /^[\w.+*-]+\/[\w.+*-]+/);
  const others = [...(behind.includes('=') ? [afterType(first)] : []), ...rest]
    .filter((piece) => !/^\s*boundary/i.test(piece))
    .map((piece) => (/^\s*name/i.test(piece) ? piece : withoutComments(piece)));
  const spelled = (name || plain).toLowerCase();
  const meant = SPELLINGS.get(spelled);
  if (meant !== undefined) return { name: meant, spelled, others };
  if (name !== '') return { name: spelled, spelled, others };
  const isText = plain === '' || /^text\b/i.test(plain);
  return { name: plain === '' ? '' : isText ? PLAIN : UNKNOWN, spelled, others };
}

/** Types of text that people's programs write. What only marks text up is text (RFC 2046 4.1.4). */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...[
    'html',
    'text/htm',
    'text/xhtml',
    'application/xhtml+xml',
    'text/html5',
    'application/html',
    'html/text',
  ].map((name) => [name, 'text/html'] as const),
  ...[
    'application/text',
    'application/plain',
    'plain/text',
    'plain',
    'text/txt',
    'text/unknown',
    'text/ascii',
    'text/x-plain',
    'text/plaintext',
    'application/txt',
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

/** As it is written, with and without what may be a comment; in pieces (RFC 2231 3, 4). */
export function boundariesIn(value: string): readonly string[] {
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

/** A type of text that is no type, but what somebody means by it. */
export function isSpelledOtherwise({ name, spelled }: TypeField): boolean {
  return name !== spelled && SPELLINGS.has(spelled) && !MARKUP.test(spelled);
}

/** Spelled as they are meant. */
const MARKUP = /^text\/(enriched|richtext|(x-)?markdown)$/;
