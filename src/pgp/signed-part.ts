/**
 * What of a mail is signed: nothing, or the whole of it.
 *
 * multipart/signed (RFC 3156 5) of exactly two parts, as the mail itself and not within another
 * multipart, or a clear-signed text that is all of its body. Of the first the octets count as they
 * came, with CRLF for line ends, and its own header says what they are; of the second the text
 * alone. What is signed is given once for gpgv, and once as a mail that can be read. Nothing that
 * stands outside is in either. Pure, linear.
 */
import { fromBase64 } from '../reading/base64.ts';
import { structuredField, withoutComments } from '../reading/parameters.ts';
import { QuotedPrintable } from '../reading/quoted-printable.ts';
import { armorIn, clearTextIn, withoutBlanks } from './clear-text.ts';

export type SignedPart =
  | {
      readonly type: 'signed';
      /** What the signature is about. */
      readonly octets: Buffer;
      /** The same as a mail of its own, with nothing added but how it is to be read. */
      readonly mail: Buffer;
      /** Armored. */
      readonly signature: string;
    }
  | { readonly type: 'unsigned'; readonly why: string };

/** Octets of a clear-signed text, and of a part that is a signature. */
const MAX_TEXT_OCTETS = 1024 * 1024;
const MAX_SIGNATURE_OCTETS = 64 * 1024;
/** Octets of a header section: a longer one has neither fields nor anything behind it. */
const MAX_HEADER_OCTETS = 256 * 1024;
/** gpg(1) reads no more of a line of a text that is signed as such. */
const MAX_LINE_OCTETS = 10_000;

export function signedPartOf(mail: Buffer): SignedPart {
  const { fields, body } = sectionOf(mail.toString('latin1'));
  const types = fields.filter(({ name }) => name === 'content-type');
  if (types.length > 1) return unsigned('it has two Content-Type fields');
  const type = structuredField(withoutComments(types[0]?.value ?? 'text/plain'));
  const found =
    type.value === 'multipart/signed'
      ? partsOf(body, type.parameters)
      : type.value === 'text/plain'
        ? clearIn(body, fields)
        : unsigned(`it is ${type.value || 'of no type'}, and not signed as a whole`);
  if (found.type === 'unsigned') return found;
  if (hasLongLine(found.octets)) return unsigned('a line of what is signed is too long');
  return hasUnsignedOctets(found.octets)
    ? unsigned('what is signed has a NUL, or a CR that ends no line')
    : found;
}

function unsigned(why: string): Extract<SignedPart, { type: 'unsigned' }> {
  return { type: 'unsigned', why };
}

interface Field {
  readonly name: string;
  readonly value: string;
}

interface Section {
  readonly fields: readonly Field[];
  /** A line of the header is no field. */
  readonly isBroken: boolean;
  readonly body: string;
}

/** A header section, unfolded, and what stands behind its empty line. Octets as characters. */
function sectionOf(text: string): Section {
  const fields: { name: string; value: string }[] = [];
  let from = 0;
  let isBroken = false;
  while (from < text.length) {
    const lf = text.indexOf('\n', from);
    const next = lf < 0 ? text.length : lf + 1;
    const line = text.slice(from, lf < 0 ? next : lf).replace(/\r$/, '');
    from = next;
    if (line === '') break;
    if (from > MAX_HEADER_OCTETS) return { fields: [], isBroken: true, body: '' };
    const colon = line.indexOf(':');
    const last = fields.at(-1);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last === undefined) isBroken = true;
      else last.value += line;
    } else if (colon > 0 && !/[^!-9;-~]/.test(line.slice(0, colon))) {
      fields.push({ name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1) });
    } else isBroken = true;
  }
  return { fields, isBroken, body: text.slice(from) };
}

function partsOf(body: string, parameters: ReadonlyMap<string, string>): SignedPart {
  const protocol = parameters.get('protocol')?.toLowerCase();
  if (protocol !== 'application/pgp-signature') return unsigned('its signature is not one of PGP');
  const parts = between(body, parameters.get('boundary') ?? '');
  const [part = '', signature = '', ...more] = parts ?? [];
  if (parts === null || parts.length < 2 || more.length > 0) {
    return unsigned('it is not one signed part and one signature');
  }
  const header = sectionOf(part);
  const isPart = header.fields.some(({ name }) => name === 'content-type') && !header.isBroken;
  if (!isPart) return unsigned('its signed part does not say what it is');
  if (signature.length > MAX_SIGNATURE_OCTETS) return unsigned('its signature is too long');
  const { fields, body: armored } = sectionOf(signature);
  const type = structuredField(fields.find(({ name }) => name === 'content-type')?.value ?? '');
  if (type.value !== 'application/pgp-signature')
    return unsigned('its second part is no signature');
  const armor = armorIn(armored.split('\n').map(withoutBlanks));
  if ('why' in armor) return unsigned(armor.why);
  const octets = Buffer.from(part.replace(/\r?\n/g, '\r\n'), 'latin1');
  return { type: 'signed', octets, mail: octets, ...armor };
}

/** More are too many, however many they are. */
const MAX_PARTS = 2;

/** RFC 2046 5.1.1: the line break before a delimiter belongs to it. null if the last is missing. */
function between(body: string, boundary: string): readonly string[] | null {
  if (boundary === '') return null;
  const parts: string[] = [];
  let [from, begun] = [0, -1];
  while (from < body.length) {
    const lf = body.indexOf('\n', from);
    const next = lf < 0 ? body.length : lf + 1;
    const line = body.startsWith('--', from)
      ? withoutBlanks(body.slice(from, lf < 0 ? next : lf))
      : '';
    const isLast = line === `--${boundary}--`;
    if (isLast || line === `--${boundary}`) {
      if (begun >= 0) parts.push(withoutLineEnd(body.slice(begun, from)));
      if (isLast || parts.length > MAX_PARTS) return parts;
      begun = next;
    }
    from = next;
  }
  return null;
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** What says how its text is encoded is not signed, and need not be: what it becomes, is. */
function clearIn(body: string, fields: readonly Field[]): SignedPart {
  if (body.length > MAX_TEXT_OCTETS) return unsigned('it is too long for a clear-signed text');
  const encoding = fields.find(({ name }) => name === 'content-transfer-encoding')?.value ?? '';
  const text = clearTextIn(decoded(Buffer.from(body, 'latin1'), encoding.trim().toLowerCase()));
  if ('why' in text) return unsigned(text.why);
  const octets = Buffer.from(text.text);
  const mail = Buffer.concat([Buffer.from(CLEAR_HEADER), octets]);
  return { type: 'signed', octets, mail, signature: text.signature };
}

const CLEAR_HEADER =
  'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';

function decoded(octets: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return fromBase64(octets).octets;
  if (encoding !== 'quoted-printable') return octets;
  const decoder = new QuotedPrintable();
  return Buffer.concat([decoder.decode(octets), decoder.end()]);
}

/**
 * Of a text that is signed as such, gpg(1) leaves these out at the end of a line: whoever has the
 * mail could put them there. In quoted-printable a CR behind a `=` makes it another text.
 */
function hasUnsignedOctets(octets: Buffer): boolean {
  if (octets.includes(0)) return true;
  for (let cr = octets.indexOf(CR); cr >= 0; cr = octets.indexOf(CR, cr + 1)) {
    if (octets[cr + 1] !== LF) return true;
  }
  return false;
}

const CR = 0x0d;
const LF = 0x0a;

function hasLongLine(octets: Buffer): boolean {
  let from = 0;
  for (;;) {
    const lf = octets.indexOf(LF, from);
    if ((lf < 0 ? octets.length : lf) - from > MAX_LINE_OCTETS) return true;
    if (lf < 0) return false;
    from = lf + 1;
  }
}
