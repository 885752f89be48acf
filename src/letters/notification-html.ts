/**
 * A notification as HTML: our own sentences as its text has them, and between them what the
 * customer's mail says, indented, so that nothing of it can stand outside. Loaded for one that
 * shows HTML. Pure.
 */
import { fromText } from '../html/from-text.ts';
import { pictureId } from '../html/picture-id.ts';
import { withPictureWords } from '../html/picture-words.ts';
import type { Attachment } from '../ticket/ticket.ts';

/** `attached`: what goes along. In the place of a picture that does not, its words stand. */
export function notificationHtml(
  around: { readonly above: string; readonly below: string },
  html: string,
  attached: readonly Attachment[],
): string {
  const ids = new Set(attached.map(pictureId));
  return [
    fromText(around.above.trim()).html,
    `<blockquote>\n${withPictureWords(html, ids)}\n</blockquote>`,
    fromText(around.below.trim()).html,
  ].join('\n');
}
