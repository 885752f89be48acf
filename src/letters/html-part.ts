/**
 * The HTML of a letter as a part of its mail: a whole document around it, and which files are its
 * pictures. Those stand first among the files, as they do in the mail (multipart/related). Loaded
 * for a letter with HTML alone. Pure.
 */
import { pictureId } from '../html/picture-id.ts';
import { ERASED } from '../ticket/erased.ts';
import type { Letter, LetterFile } from '../ticket/letter.ts';

export interface HtmlPart {
  readonly html: string;
  /** `cid` of the pictures. */
  readonly files: readonly (LetterFile & { readonly cid?: string })[];
}

/** null if it was erased. */
export function htmlPart(
  { subject, attachments }: Pick<Letter, 'subject' | 'attachments'>,
  html: string,
): HtmlPart | null {
  if (html === ERASED) return null;
  const pictures = attachments.filter((file) => isInPlace(file, html));
  return {
    html: documentOf(subject, html),
    files: [
      ...pictures.map((file) => ({ ...file, cid: pictureId(file) })),
      ...attachments.filter((file) => !pictures.includes(file)),
    ],
  };
}

function isInPlace(file: LetterFile, html: string): boolean {
  return /^image\//i.test(file.contentType) && html.includes(`src="cid:${pictureId(file)}"`);
}

/** Ours alone: what a reader's screen needs, and nothing that the author's HTML could say. */
const STYLE = [
  ':root { color-scheme: light dark; background: Canvas; color: CanvasText }',
  'body { overflow-wrap: anywhere }',
  'blockquote { margin: 8px 0; padding-left: 10px; border-left: 2px solid GrayText }',
  'img { max-width: 100%; height: auto }',
  'pre { white-space: pre-wrap }',
  'table { border-collapse: collapse }',
  'td, th { padding: 2px 6px; vertical-align: top }',
  'td > p, th > p { margin: 0 }',
].join('\n');

function documentOf(subject: string, html: string): string {
  const title = subject.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!DOCTYPE html>
<html lang="">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
${STYLE}
</style>
</head>
<body>
${html}
</body>
</html>
`;
}
