/**
 * HTML as text that a person can read. The one file that knows html-to-text;
 * loaded only for mail without a text part. Links are shown as text with their
 * address, images not at all; nothing is fetched. Input, depth and breadth are
 * bounded: nested quotes would otherwise grow by the square.
 */
import { convert } from 'html-to-text';

export function textOfHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 1024 * 1024, maxDepth: 50, maxChildNodes: 10_000, ellipsis: '…' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    ],
  });
}
