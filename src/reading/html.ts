/**
 * HTML as text that a person can read. The one file that knows html-to-text;
 * loaded only for HTML that no plain text stands beside. Links are shown as text
 * with their address, images by what they say instead of themselves; a row of a table is a line; nothing is
 * fetched. Input, depth and breadth are bounded, and `isCut` says where that left
 * something out. Nested elements cost time by the square of their depth: what may
 * take long is read in a process that can be stopped (read.ts).
 */
import { convert, type FormatCallback } from 'html-to-text';

const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

/** An emoji stands for itself. A picture that says nothing is for the layout, or counts readers. */
const picture: FormatCallback = (element, _, builder) => {
  const alt = String(element.attribs?.['alt'] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  if (alt === '') return;
  const isEmoji = /^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u.test(alt) && !/\d/.test(alt);
  builder.addInline(isEmoji ? alt : `[${alt.slice(0, MAX_ALT_CHARACTERS)}]`);
};

const MAX_ALT_CHARACTERS = 200;

/**
 * Stands for `-- `, by which readers find a signature (RFC 3676 4.3): its blank would be taken off.
 */
const SIGNATURE_MARK = '\u{10FFFC}';

const signature: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  builder.addInline(SIGNATURE_MARK);
  builder.closeBlock({ trailingLineBreaks: 1 });
  walk(element.children, builder);
};

/** What mail clients call the part that holds it. */
const SIGNATURES = ['div', 'span', 'table', 'p', 'pre'].flatMap((name) =>
  [
    ...['.gmail_signature', '.moz-signature', '.k9mail-signature', '.-x-evo-signature'],
    ...['.protonmail_signature_block', '#Signature', '#signature', '#x_Signature', '#_rc_sig'],
    ...['#ms-outlook-mobile-signature', '#AppleMailSignature'],
  ].map((which) => `${name}${which}`),
);

const ROW = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const MAX_HTML_CHARACTERS = 1024 * 1024;
/** Stands for what was left out; a private-use character that no mail has a meaning for. */
const LEFT_OUT = '\u{10FFFD}';

export function textOfHtml(html: string): { readonly text: string; readonly isCut: boolean } {
  const text = convert(
    html.slice(0, MAX_HTML_CHARACTERS).replaceAll(LEFT_OUT, '').replaceAll(SIGNATURE_MARK, ''),
    {
      wordwrap: false,
      limits: { maxDepth: 200, maxChildNodes: 20_000, ellipsis: LEFT_OUT },
      formatters: { cell, signature, picture },
      selectors: [
        { selector: 'img', format: 'picture' },
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
        { selector: 'tr', format: 'block', options: ROW },
        { selector: 'td', format: 'cell' },
        { selector: 'th', format: 'cell' },
        { selector: 'title', format: 'skip' },
        ...SIGNATURES.map((selector) => ({ selector, format: 'signature' })),
      ],
    },
  );
  const isCut = html.length > MAX_HTML_CHARACTERS || text.includes(LEFT_OUT);
  return { text: text.replaceAll(LEFT_OUT, '…').replaceAll(SIGNATURE_MARK, '-- '), isCut };
}
