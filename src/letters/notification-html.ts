/**
 * A notification as HTML: our own sentences as its text has them, and between them what the
 * customer's mail says, indented, so that nothing of it can stand outside. Loaded for one that
 * shows HTML. Pure.
 */
import { fromText } from '../html/from-text.ts';
import { pictureId } from '../html/picture-id.ts';
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
    `<blockquote>\n${withPictures(html, ids)}\n</blockquote>`,
    fromText(around.below.trim()).html,
  ].join('\n');
}

/** As html/serialise.ts writes them: no value has a quote or an angle bracket in it. */
const PICTURE =
  /<img src="cid:([^"<>]{1,400})" alt="([^"<>]{0,2000})"[^"<>]{0,20}(?:"\d{1,4}"[^"<>]{0,20}){0,2}>/g;

function withPictures(html: string, ids: ReadonlySet<string>): string {
  return html.replace(PICTURE, (picture, id: string, alt: string) => {
    if (ids.has(id)) return picture;
    return alt === '' ? '' : `[${alt}]`;
  });
}
