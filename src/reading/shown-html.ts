/**
 * Which parts of a mail are its HTML for somebody else. Loaded for a mail of several parts; what makes
 * HTML safe (clean-html.ts) is loaded if there is some.
 */
import type { ShownHtml } from '../html/shown.ts';
import type { ParsedAttachment } from './attachments.ts';
import type { MimePart } from './mime-tree.ts';
import { withoutRatingsInHtml } from './rating-addresses.ts';
import type { ReadableText, TextPart } from './text.ts';

/** As a part of the message. Nothing if there is none, or if no filter has seen it. */
export async function shownHtml(
  tree: MimePart,
  text: Pick<ReadableText, 'text' | 'isCut' | 'foundLines'> & { readonly isHtml: boolean },
  attachments: readonly ParsedAttachment[],
): Promise<{ readonly shownHtml?: ShownHtml }> {
  const parts = withHtml(tree);
  const isPlain = parts.every(({ kind }) => kind !== 'html');
  if (isPlain || text.foundLines.length > 0 || parts.some(isUnseen)) return {};
  const { cleanHtml } = await import('./clean-html.ts');
  try {
    const shown = cleanHtml(parts, text, attachments);
    // Its text says that there is nothing, and its page is a file.
    return 'html' in shown && shown.html === '' ? {} : withoutRatings(shown);
  } catch {
    // Somebody may find what it stumbles over: their mail is delivered with its text.
    return { shownHtml: { left: 'size' } };
  }
}

/** As in its text. */
function withoutRatings(shown: ShownHtml): { readonly shownHtml?: ShownHtml } {
  if (!('html' in shown)) return { shownHtml: shown };
  const html = withoutRatingsInHtml(shown.html);
  return html === null ? {} : { shownHtml: { ...shown, html } };
}

function isUnseen(part: TextPart): boolean {
  return part.foundIn !== undefined || (part.kind === 'text' && part.markup !== undefined);
}

/** Of alternatives the last that has HTML; of everything else all texts, in their order. */
function withHtml(part: MimePart): readonly TextPart[] {
  if (part.kind !== 'parts') return part.text.trim() === '' ? [] : [part];
  const choices = part.children.map(withHtml).filter((parts) => parts.length > 0);
  if (!part.isAlternative) return choices.flat();
  return (
    choices.findLast((parts) => parts.some(({ kind }) => kind === 'html')) ?? choices.at(-1) ?? []
  );
}
