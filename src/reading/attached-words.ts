/** The words of a mail that has none but those of its files, or none at all. Pure. */
import type { AttachedText, ParsedAttachment } from './attachments.ts';
import { eventsIn } from './calendar.ts';
import { decodeText } from './charset.ts';
import type { ReadableText, TextPart } from './text.ts';

/** As if they stood in the mail, in the order of its parts. Of a page in two forms both are there. */
export function wordsOf(texts: readonly AttachedText[]): readonly TextPart[] {
  const parts = texts.map(partOf).filter(({ text }) => text.trim() !== '');
  const plain = parts.filter(({ kind }) => kind === 'text');
  return plain.length > 0 ? plain : parts;
}

function partOf({ type, charset, octets }: AttachedText): TextPart {
  const all = Buffer.concat(octets);
  const isHtml = /^text\/(x-?)?html/i.test(type);
  const text = decodeText(all, charset, isHtml).replace(/\r\n?/g, '\n');
  if (isHtml) return { kind: 'html', charset, text, octets: all };
  const isCalendar = /^text\/(x-v?)?calendar/i.test(type);
  return { kind: 'text', type: 'text/plain', charset, text: isCalendar ? eventsIn(text) : text };
}

const MAX_NAMED_FILES = 5;

/** What is said in the place of a text that is not there. Its author did not write it. */
export function onlyFiles(files: readonly ParsedAttachment[]): ReadableText {
  const named = files
    .slice(0, MAX_NAMED_FILES)
    .map(({ filename, contentType }) =>
      filename === '' ? contentType : `${filename} (${contentType})`,
    );
  const more = files.length > named.length ? `, and ${files.length - named.length} more` : '';
  const text = `[The mail has no text. It consists of ${named.join(', ')}${more}.]`;
  return { text, newLines: [], firstPartLines: 0, isCut: false };
}
