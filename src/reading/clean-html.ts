/**
 * The HTML of the parts of a mail as it may be shown to somebody else: decoded before, and then made
 * safe (html/sanitise.ts). Loaded for a mail that has some.
 *
 * It says what the text says, in the same order, or it is left out: who reads the one and who reads
 * the other read the same mail. Its pictures are those among the files; of those that lie elsewhere
 * it shows their words, and says how many there are. Pure.
 */
import type { FoundPicture, Shown } from '../html/allow.ts';
import { fromText } from '../html/from-text.ts';
import { pictureId } from '../html/picture-id.ts';
import { saySameWords } from '../html/same-words.ts';
import {
  contentIdOf,
  type Fragment,
  type SanitiseOptions,
  sanitise,
  wordsOf,
  wordsOfPicture,
} from '../html/sanitise.ts';
import type { ShownHtml } from '../html/shown.ts';
import type { ParsedAttachment } from './attachments.ts';
import { idOfSource } from './pictures-in-html.ts';
import type { ReadableText, TextPart } from './text.ts';

/** More than anybody writes; each commit has room for it. */
const MAX_CHARACTERS = 64 * 1024;

export function cleanHtml(
  parts: readonly TextPart[],
  text: Pick<ReadableText, 'text' | 'isCut'> & { readonly isHtml: boolean },
  attachments: readonly ParsedAttachment[],
): ShownHtml {
  if (text.isCut) return { left: 'size' };
  let elsewhere = 0;
  const show = ({ source, alt }: FoundPicture): Shown => {
    const file = attachments.find((one) => isPicture(one, source));
    if (file !== undefined) return { id: pictureId(file) };
    if (isElsewhere(source)) elsewhere += 1;
    return { words: wordsOfPicture(alt) };
  };
  // Beside a text of its own nothing is written that this may not have.
  const shown = cleaned(parts, show, text.isHtml ? 'written' : 'unseen');
  if (shown === null || shown.html.length > MAX_CHARACTERS) return { left: 'size' };
  // A program says in a text of its own what it likes in the place of a picture.
  const said = text.isHtml ? shown : cleaned(parts, () => ({ words: '' }), 'all');
  const isSame = said !== null && saySameWords(wordsOf(said), text.text);
  return isSame ? { html: shown.html, elsewhere } : { left: 'words' };
}

function cleaned(
  parts: readonly TextPart[],
  picture: NonNullable<SanitiseOptions['picture']>,
  targets: 'all' | 'unseen' | 'written',
): Fragment | null {
  const fragments = parts.map((part) =>
    part.kind === 'text'
      ? fromText(part.text)
      : sanitise(part.text, { targets, picture, most: MAX_CHARACTERS }),
  );
  const all = fragments.filter((fragment) => fragment !== null);
  if (all.length < fragments.length) return null;
  return {
    html: all.map(({ html }) => html).join('\n'),
    pictures: all.flatMap(({ pictures }) => pictures),
  };
}

/** SVG is a document, with words and links that nobody has looked at. */
function isPicture(file: ParsedAttachment, source: string): boolean {
  if (!/^image\/(?!svg)/i.test(file.contentType) || file.foundIn !== undefined) return false;
  const id = contentIdOf(source) ?? idOfSource(source);
  return id !== null && file.contentId?.replace(/^<|>$/g, '') === id;
}

function isElsewhere(source: string): boolean {
  return /^(?:https?:|\/\/)/i.test(source);
}
