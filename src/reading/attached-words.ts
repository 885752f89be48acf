/** The words of a mail that has none but those of its files. Pure. */
import type { AttachedText } from './attachments.ts';
import { eventsIn } from './calendar.ts';
import { decodeText } from './charset.ts';
import type { TextPart } from './text.ts';
import { wordsOfRtf } from './unpacked/rtf.ts';

/**
 * As if they stood in the mail, in the order of its parts. Of a page in two forms both are there.
 */
export function wordsOf(texts: readonly AttachedText[]): readonly TextPart[] {
  const parts = texts.map(partOf).filter(({ text }) => text.trim() !== '');
  const plain = parts.filter(({ kind }) => kind === 'text');
  return plain.length > 0 ? plain : parts;
}

function partOf({ type, charset, foundIn, octets }: AttachedText): TextPart {
  const all = Buffer.concat(octets);
  const rtf = /\/rtf$/i.test(type) ? wordsOfRtf(all) : null;
  if (rtf !== null) return { kind: 'text', type: 'text/plain', charset, foundIn, text: rtf };
  const isHtml = /^text\/(x-?)?html/i.test(type);
  const text = decodeText(all, charset, isHtml).replace(/\r\n?/g, '\n');
  if (isHtml) return { kind: 'html', charset, text, foundIn, octets: all };
  const isCalendar = /calendar$|\/ics$/i.test(type);
  const shown = isCalendar ? eventsIn(text) : text;
  return { kind: 'text', type: 'text/plain', charset, foundIn, text: shown };
}
