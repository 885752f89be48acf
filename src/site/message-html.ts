/**
 * The HTML of a message on the page of its ticket. It lies between marks, so that the next run
 * finds it there: to make it again the raw mail would have to be read. Nobody who writes a mail can
 * write such a mark, since no comment is let through. Pure.
 */
import { withoutSignedAddresses, withoutWholeAddresses } from '../addresses/signed-in-text.ts';
import { onPage } from '../html/on-a-page.ts';
import { notShown, type ShownHtml } from '../html/shown.ts';
import { type Html, html, NOTHING, rawHtml } from './markup.ts';

const QUOTED = 'Quoted';

/** As it stands on a page; null: it has none, and nothing is said of that. */
export function messageHtml(shown: ShownHtml | null): Html {
  if (shown === null) return NOTHING;
  const said = notShown(shown);
  const note =
    said === null
      ? NOTHING
      : html`<p class="dim">${said}</p>
`;
  if ('left' in shown) return note;
  const words = withoutWholeAddresses(onPage(shown.html, QUOTED), '[address]');
  if (holdsAddressInPieces(words)) return NOTHING;
  // A table may be wider than the page, and keys alone have to reach all of it.
  const isWide = /<(?:table|pre)[ >]/.test(words);
  const shape = isWide ? rawHtml(' class="html wide" tabindex="0"') : rawHtml(' class="html"');
  return html`${note}<div${shape} dir="auto">${rawHtml(words)}</div>
`;
}

/** Of a signed one: the text is shown without it. */
function holdsAddressInPieces(words: string): boolean {
  return [words, words.replace(/<[^<>]*>/g, '')].some(
    (text) => withoutSignedAddresses(text, '') !== text,
  );
}

export function isHtmlShown({ markup }: Html): boolean {
  return markup.includes('<div class="html');
}

/** Before the text of that message. */
export function markedHtml(serial: number, rich: Html, text: Html): Html {
  return html`${rawHtml(beginOf(serial))}${rich}${rawHtml(endOf(serial))}${text}</div>
`;
}

const beginOf = (serial: number) => `<div data-html="${serial}">`;
const endOf = (serial: number) => `</div><div data-text="${serial}">`;

/** Of a page that is there: as it stands there, or undefined. */
export function markedIn(page: string, serial: number): Html | undefined {
  const begin = beginOf(serial);
  const at = page.indexOf(begin);
  const end = at < 0 ? -1 : page.indexOf(endOf(serial), at);
  return end < 0 ? undefined : rawHtml(page.slice(at + begin.length, end));
}
