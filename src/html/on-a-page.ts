/**
 * HTML of a message as a part of a page of ours: below our headings, its pictures as their words,
 * and what it quotes folded. Of HTML as serialise.ts writes it. Pure.
 */
import { withPictureWords } from './picture-words.ts';

const NO_PICTURES: ReadonlySet<string> = new Set();
const HEADING = /<(\/?)h[1-6](?=[ >])/g;
const BORDER = / border="\d{1,2}"/g;

/** `quoted`: what is said in the place of a quote until somebody unfolds it. */
export function onPage(html: string, quoted: string): string {
  const shown = withPictureWords(html, NO_PICTURES).replace(HEADING, '<$1h4').replace(BORDER, '');
  return folded(shown, quoted);
}

const QUOTE = /<(\/?)blockquote[^<>]*>/g;

function folded(html: string, quoted: string): string {
  let depth = 0;
  return html.replace(QUOTE, (tag, end: string) => {
    if (end === '') depth += 1;
    else depth -= 1;
    if (end === '' && depth === 1) return `<details><summary>${quoted}</summary>${tag}`;
    return end !== '' && depth === 0 ? `${tag}</details>` : tag;
  });
}
