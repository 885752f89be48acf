/**
 * HTML as text that a person can read. The one file that knows html-to-text;
 * loaded only for HTML that no plain text stands beside. Links are shown as text
 * with their address, images by what they say instead of themselves; a row of a table is a line; nothing is
 * fetched. Input, depth and breadth are bounded, and `isCut` says where that left
 * something out. Nested elements cost time by the square of their depth: what may
 * take long is read in a process that can be stopped (read.ts).
 */
import { convert, type FormatCallback } from 'html-to-text';
import { saidTarget } from '../html/links.ts';
import type { SaidOfLines } from './blocks/block.ts';
import { idOfSource } from './pictures-in-html.ts';

type DomNode = Parameters<FormatCallback>[0];

const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

function isCell({ name }: DomNode): boolean {
  return name === 'td' || name === 'th';
}

/** Outlook writes each cell as a paragraph. */
function inRow(child: DomNode): DomNode {
  return isCell(child) ? { ...child, children: withoutParagraph(child.children) } : child;
}

/** What is in the one paragraph of a cell; all of it, if there are more. */
function withoutParagraph(children: DomNode[], depth = 0): DomNode[] {
  const [only, ...others] = children.filter((child) => !isBlank(child));
  const isOne = others.length === 0 && (only?.name === 'p' || only?.name === 'div');
  return isOne && depth < MAX_WRAPPED ? withoutParagraph(only.children, depth + 1) : children;
}

/** Nothing to see, such as the empty paragraph that Outlook puts behind others. */
function isBlank({ type, name, data, children }: DomNode, depth = 0): boolean {
  if (type === 'text') return (data ?? '').trim() === '';
  const mayBeBlank = name === undefined || /^(?:p|div|span|font|b|i|o:p)$/.test(name);
  if (!mayBeBlank || depth > MAX_WRAPPED) return false;
  return (children ?? []).every((child) => isBlank(child, depth + 1));
}

/** So many elements around the words of a cell are looked through. */
const MAX_WRAPPED = 8;

/** An emoji stands for itself. A picture that says nothing is for the layout, or counts readers. */
const picture: FormatCallback = (element, _, builder) => {
  const alt = String(element.attribs?.['alt'] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  if (alt === '') return;
  const isEmoji = /^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u.test(alt) && !/\d/.test(alt);
  builder.addInline(isEmoji ? alt : `${PICTURE_MARK}[${alt.slice(0, MAX_ALT_CHARACTERS)}]`);
};

/** Where it leads stands behind its words; it is all that there is to see if it has none. */
const link: FormatCallback = (element, walk, builder) => {
  const target = saidTarget(String(element.attribs?.['href'] ?? ''));
  let words = '';
  builder.pushWordTransform((word) => {
    words += word;
    return word;
  });
  walk(element.children, builder);
  builder.popWordTransform();
  if (target === '' || words === target || `mailto:${words}` === target) return;
  builder.addInline(`${words === '' ? '' : ' '}[${target}]`, { noWordTransform: true });
};

/** What Outlook makes of `:-)`, and who has not its font sees as a letter. */
const smile: FormatCallback = (element, walk, builder) => {
  const [child, ...others] = element.children ?? [];
  const face = others.length === 0 ? FACES.get(String(child?.data ?? '').trim()) : undefined;
  if (face === undefined) walk(element.children, builder);
  else builder.addInline(face);
};

const FACES: ReadonlyMap<string, string> = new Map([
  ['J', '😊'],
  ['K', '😐'],
  ['L', '☹'],
]);

/** Where a picture of the mail itself stands, by its Content-ID (RFC 2392), or within the HTML. */
const placeOfPicture: FormatCallback = (element, _, builder) => {
  const source = String(element.attribs?.['src'] ?? '').trim();
  const id = /^cid:/i.test(source) ? source.slice('cid:'.length) : idOfSource(source);
  if (id !== null) builder.addInline(`[cid:${id.slice(0, MAX_ALT_CHARACTERS)}]`);
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

/** The same, and where it ends: what is written below it is none of it. */
const boundedSignature: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  builder.addInline(SIGNATURE_MARK);
  builder.closeBlock({ trailingLineBreaks: 1 });
  walk(element.children, builder);
  builder.openBlock({ leadingLineBreaks: 1 });
  builder.addInline(SIGNATURE_END);
  builder.closeBlock({ trailingLineBreaks: 1 });
};
const SIGNATURE_END = '\u{10FFF9}';

/** Stand before a row of more than one cell, and before a picture: only the HTML says that they are. */
const ROW_MARK = '\u{10FFFB}';
const PICTURE_MARK = '\u{10FFFA}';
const MARKS = /[\u{10FFFA}\u{10FFFB}]/gu;
/** A line of nothing but pictures, in a quote or not. */
const PICTURES = /^[> ]{0,400}(?:\u{10FFFA}\[[^\]]{0,200}\] ?)+$/u;

const row: FormatCallback = (element, walk, builder) => {
  const isRow = element.children.filter(isCell).length > 1;
  builder.openBlock({ leadingLineBreaks: 1 });
  walk(isRow ? element.children.map(inRow) : element.children, builder);
  const marked = (text: string) => (text === '' || text.includes('\n') ? text : ROW_MARK + text);
  builder.closeBlock({ trailingLineBreaks: 1, ...(isRow && { blockTransform: marked }) });
};

/** What mail clients call the part that holds it. */
const SIGNATURES = ['div', 'span', 'table', 'p', 'pre'].flatMap((name) =>
  [
    ...['.gmail_signature', '.moz-signature', '.k9mail-signature', '.-x-evo-signature'],
    ...['.protonmail_signature_block', '#Signature', '#signature', '#x_Signature', '#_rc_sig'],
    ...['#ms-outlook-mobile-signature', '#AppleMailSignature'],
  ].map((which) => `${name}${which}`),
);

const ONE_LINE = { leadingLineBreaks: 1, trailingLineBreaks: 1 };

const MAX_HTML_CHARACTERS = 1024 * 1024;
/** Stands for what was left out; a private-use character that no mail has a meaning for. */
const LEFT_OUT = '\u{10FFFD}';

/** `pictures`: by what they say, or by the Content-ID of their file. */
export function textOfHtml(
  html: string,
  pictures: 'as words' | 'by id' = 'as words',
): {
  readonly text: string;
  readonly isCut: boolean;
  readonly said: SaidOfLines;
  /** What it marks as one, if pictures are shown by id. */
  readonly signatures: readonly string[];
} {
  const marked = convert(
    html
      .slice(0, MAX_HTML_CHARACTERS)
      .replaceAll(LEFT_OUT, '')
      .replaceAll(SIGNATURE_MARK, '')
      .replaceAll(SIGNATURE_END, '')
      .replace(MARKS, ''),
    {
      wordwrap: false,
      // All of it: what stands behind a body, such as the lines of a list, is shown by browsers.
      baseElements: { selectors: [], returnDomByDefault: true },
      limits: { maxDepth: 200, maxChildNodes: 20_000, ellipsis: LEFT_OUT },
      formatters: {
        cell,
        link,
        row,
        smile,
        signature: pictures === 'as words' ? signature : boundedSignature,
        picture: pictures === 'as words' ? picture : placeOfPicture,
      },
      selectors: [
        { selector: 'img', format: 'picture' },
        { selector: 'a', format: 'link' },
        { selector: 'tr', format: 'row' },
        { selector: 'td', format: 'cell' },
        { selector: 'th', format: 'cell' },
        { selector: 'option', format: 'cell' },
        { selector: 'dt', format: 'block', options: ONE_LINE },
        { selector: 'dd', format: 'block', options: ONE_LINE },
        { selector: 'title', format: 'skip' },
        { selector: 'span[style*="Wingdings"]', format: 'smile' },
        { selector: 'font[face="Wingdings"]', format: 'smile' },
        ...SIGNATURES.map((selector) => ({ selector, format: 'signature' })),
      ],
    },
  );
  const isCut = html.length > MAX_HTML_CHARACTERS || marked.includes(LEFT_OUT);
  const text = marked
    .replaceAll(LEFT_OUT, '…')
    .replaceAll(SIGNATURE_MARK, '-- ')
    .replaceAll(SIGNATURE_END, '')
    .replace(MARKS, '');
  return { text, isCut, said: saidBy(marked), signatures: signaturesIn(marked) };
}

function signaturesIn(marked: string): readonly string[] {
  return marked
    .split(SIGNATURE_MARK)
    .slice(1)
    .flatMap((rest) => (rest.includes(SIGNATURE_END) ? rest.split(SIGNATURE_END, 1) : []))
    .map((text) => text.replaceAll(LEFT_OUT, '…').replace(MARKS, '').trim())
    .filter((text) => text !== '');
}

function saidBy(marked: string): SaidOfLines {
  const said = new Map<number, 'table' | 'picture'>();
  for (const [at, line] of marked.split('\n').entries()) {
    if (line.includes(ROW_MARK)) said.set(at, 'table');
    else if (PICTURES.test(line)) said.set(at, 'picture');
  }
  return said;
}
