/**
 * Which files of a mail of the staff go out with their answer, and which pictures stand where in
 * it.
 *
 * What its author has put there goes: files, calendars, pictures of any size. What mail programs
 * add does not: a signature of the whole mail, keys, a copy of the text as HTML, and pictures in
 * the place of the signature or of a quote. A card names its owner, and a wrapper holds a whole
 * mail: they stay inside, and the author is told of it. Pure.
 */
import type { ParsedMessage } from '../reading/message.ts';
import { authorsLines, type OwnLine } from '../reading/quotes/authors-lines.ts';
import type { Sent } from '../reading/quotes/desk-copy.ts';
import { isSalutation } from '../reading/quotes/signature.ts';
import type { Attachment } from '../ticket/ticket.ts';
import type { StaffFiles } from './delivery.ts';
import { type Author, withoutKnownSignature, withoutMarkedSignature } from './known-signature.ts';

type File = Pick<Attachment, 'filename' | 'contentType' | 'contentId' | 'size'>;

/** A file that does not go out, and why; or 'added', if a mail program has put it there. */
type Fate = 'sent' | 'added' | { readonly why: string };

/** Octets of a picture below "Kind regards" that is no more than a logo. */
const MAX_LOGO_BYTES = 16 * 1024;
const ADDED =
  /^(text\/rfc822-headers|application\/(pgp-(signature|keys|encrypted)|(x-)?pkcs7-signature))$/i;
const WRAPPED = /^application\/(ms-tnef|(x-)?pkcs7-mime)$/i;
const CARD = /^text\/((x-)?vcard|directory)$/i;

export interface WrittenText {
  readonly lines: readonly OwnLine[];
  /** Content-IDs of pictures in the place of a signature or a quote. */
  readonly elsewhere: ReadonlySet<string>;
}

/** The author's lines. If only the HTML has the place of a picture, they are taken from there. */
export function writtenText(
  { text, isHtml, attachments }: Pick<ParsedMessage, 'text' | 'isHtml' | 'attachments'>,
  { withPictures, signatures }: StaffFiles,
  sent: Sent,
  author: Author = { earlier: [], names: [] },
): WrittenText {
  const pictures = attachments.filter(isPicture);
  const rich = withPictures === null ? null : authorsLines(withPictures, sent);
  const read = authorsLines(isHtml ? withoutMarks(text, signatures) : text, sent);
  const plain = withoutKnownSignature(withoutMarkedSignature(read, signatures), author);
  const inPlain = placesIn(plain, text, pictures);
  if (rich === null || withPictures === null) return named(plain, pictures, inPlain);
  const inRich = placesIn(rich, withPictures, pictures);
  const isMissing = pictures.some(
    (picture) => inRich.own.has(idOf(picture)) && !isMarked(plain, picture),
  );
  if (isMissing) return named(rich, pictures, inRich);
  const elsewhere = [...inPlain.elsewhere, ...inRich.elsewhere].filter(
    (id) => !inPlain.own.has(id) && !inRich.own.has(id),
  );
  return named(plain, pictures, { ...inPlain, elsewhere: new Set(elsewhere) });
}

/** With as many octets of files as go out in one answer, in their order. */
export function fatesOf(
  files: readonly File[],
  elsewhere: ReadonlySet<string>,
  maxBytes: number,
): readonly Fate[] {
  let room = maxBytes;
  return files.map((file) => {
    const fate = fateOf(file, elsewhere);
    if (fate !== 'sent') return fate;
    if (file.size > room)
      return { why: `it is too large: one answer takes ${inMebibytes(maxBytes)}` };
    room -= file.size;
    return fate;
  });
}

function inMebibytes(octets: number): string {
  return `${Math.floor((10 * octets) / (1024 * 1024)) / 10} MiB of files`;
}

/** The two dashes are those of the HTML's mark: what it marks has an end. */
function withoutMarks(text: string, signatures: readonly string[]): string {
  return signatures.length === 0 ? text : text.replace(/^-- $/gm, '');
}

export function fateOf(file: File, elsewhere: ReadonlySet<string>): Fate {
  const { filename, contentType, contentId } = file;
  // The mail as HTML is kept beside its text, by this name.
  const isBody = filename === 'message.html' && contentType === 'text/html';
  if (isBody && contentId === undefined) return 'added';
  if (ADDED.test(contentType)) return 'added';
  if (isPicture(file) && elsewhere.has(idOf(file))) return 'added';
  if (CARD.test(contentType) || /\.vcf$/i.test(filename)) {
    return { why: 'a card names its owner: to send one, pack it into a ZIP file' };
  }
  return WRAPPED.test(contentType) ? { why: 'it is a whole mail in a wrapper' } : 'sent';
}

function isPicture({
  contentType,
  contentId,
}: File | ParsedMessage['attachments'][number]): boolean {
  return /^image\//i.test(contentType) && contentId !== undefined;
}

function idOf({ contentId = '' }: Pick<File, 'contentId'>): string {
  return contentId.replace(/^<|>$/g, '');
}

interface Places {
  readonly own: ReadonlySet<string>;
  readonly elsewhere: ReadonlySet<string>;
}

function placesIn(own: readonly OwnLine[], whole: string, pictures: readonly File[]): Places {
  const texts = own.map((line) => line.text);
  const closing = texts.findLastIndex(isSalutation);
  const isIn = (id: string, lines: readonly string[]) =>
    lines.some((line) => line.includes(`[cid:${id}`));
  const inOwn = pictures.filter((picture) => {
    const id = idOf(picture);
    const isLogo = picture.size < MAX_LOGO_BYTES && closing >= 0;
    return isIn(id, isLogo ? texts.slice(0, closing) : texts);
  });
  const ownIds = new Set(inOwn.map(idOf));
  const all = pictures.map(idOf).filter((id) => whole.includes(`[cid:${id}`));
  return { own: ownIds, elsewhere: new Set(all.filter((id) => !ownIds.has(id))) };
}

function isMarked(lines: readonly OwnLine[], picture: File): boolean {
  const marks = [`[cid:${idOf(picture)}`, `[image: ${picture.filename}`, `[${picture.filename}]`];
  return lines.some(({ text }) => marks.some((mark) => text.includes(mark)));
}

/** In the place of its mark stands the name of a picture that goes out, and nothing for another. */
function named(
  lines: readonly OwnLine[],
  pictures: readonly File[],
  { elsewhere }: Places,
): WrittenText {
  const all = lines.flatMap((line) => {
    if (!line.text.includes('[cid:')) return [line];
    const text = line.text.replace(/\[cid:([^\]\n]{1,300})\]/g, (mark, id: string) => {
      if (elsewhere.has(id)) return '';
      const picture = pictures.find((one) => idOf(one) === id);
      return picture === undefined ? mark : `[${picture.filename || 'picture'}]`;
    });
    return text.trim() === '' ? [] : [{ ...line, text }];
  });
  return { lines: all, elsewhere };
}
