/**
 * HTML as text that a person can read. The one file that knows html-to-text;
 * loaded only for HTML that no plain text stands beside. Links are shown as text
 * with their address, images not at all; a row of a table is a line; nothing is
 * fetched. Input, depth and breadth are bounded: nested elements cost time by the
 * square of their depth, so what must not take long is read elsewhere (read.ts).
 */
import { convert, type FormatCallback } from 'html-to-text';

const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

const ROW = { leadingLineBreaks: 1, trailingLineBreaks: 1 };

export function textOfHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 1024 * 1024, maxDepth: 50, maxChildNodes: 10_000, ellipsis: '…' },
    formatters: { cell },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'tr', format: 'block', options: ROW },
      { selector: 'td', format: 'cell' },
      { selector: 'th', format: 'cell' },
    ],
  });
}
