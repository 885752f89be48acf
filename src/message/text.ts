/**
 * The text of a mail that a person reads, out of its MIME tree (RFC 2046 5.1).
 *
 * Of alternatives, the plain one where it says anything, else the HTML as text;
 * of everything else all text parts in their order. The converter for HTML is
 * loaded only for a mail that needs it. Gives the HTML that was converted, too:
 * its layout is lost in the text.
 */
import type { TextPart } from './mail-parser.ts';

export interface ReadableText {
  readonly text: string;
  /** HTML that is shown as text, in order, as it was sent. */
  readonly html: readonly Buffer[];
}

export async function readableText(tree: TextPart | null): Promise<ReadableText> {
  const shown = tree === null ? [] : shownParts(tree);
  const html = shown.filter(({ type }) => type === 'text/html').map(({ octets }) => octets);
  const toText = html.length === 0 ? null : (await import('./html.ts')).textOfHtml;
  const texts = shown.map(({ type, text }) =>
    type === 'text/html' && toText !== null ? toText(text) : text,
  );
  return { text: texts.join('\n'), html };
}

function shownParts(part: TextPart): readonly TextPart[] {
  if (part.type === 'multipart/alternative') {
    const choices = part.children.map(shownParts);
    const isPlain = (parts: readonly TextPart[]) =>
      parts.length > 0 && parts.every(({ type }) => type !== 'text/html');
    return choices.find(isPlain) ?? choices.findLast((parts) => parts.length > 0) ?? [];
  }
  const own = part.text.trim() === '' ? [] : [part];
  return [...own, ...part.children.flatMap(shownParts)];
}
