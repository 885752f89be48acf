/**
 * The HTML of an answer that one of the staff wrote as HTML: what its text says of it, with the
 * pictures that go along in their places. The text decides where it is cut; if the HTML does not
 * have the very words of it, there is none.
 *
 * The text stays as its author's program wrote it if it says all that the HTML says: targets of
 * links, numbers, what stands for a picture. Else, and for tables, whose rows many programs tear
 * apart, it is made of the HTML. Pure.
 */
import { cutTo, lettersOf } from '../html/cut.ts';
import { pictureId } from '../html/picture-id.ts';
import { serialised } from '../html/serialise.ts';
import { withTargets } from '../html/targets.ts';
import { type HtmlTree, isBlock } from '../html/tree.ts';
import { linesOf } from '../html/words.ts';
import type { Attachment } from '../ticket/ticket.ts';

export interface AnswerHtml {
  readonly text: string;
  readonly html: string;
}

/** `files`: those that go along. null: it does not say what the text says. */
export function answerHtml(
  text: string,
  whole: HtmlTree,
  files: readonly Attachment[],
): AnswerHtml | null {
  const pictures = new Map(files.flatMap((file) => (isPicture(file) ? [[idOf(file), file]] : [])));
  const cut = cutTo(whole, {
    text,
    names: files.map(({ filename }) => filename || 'picture'),
    pictures: new Set(pictures.keys()),
  });
  if (cut === null || cut.length === 0) return null;
  const tree = withTargets(placed(cut, pictures), 'other');
  const said = `${linesOf(tree).join('\n')}\n`;
  const isSame = lettersOf(said) === lettersOf(text) && !hasTable(tree);
  return { text: isSame ? text : said, html: serialised(tree) };
}

function isPicture({ contentType, contentId }: Attachment): boolean {
  return /^image\//i.test(contentType) && contentId !== undefined;
}

function idOf({ contentId = '' }: Attachment): string {
  return contentId.replace(/^<|>$/g, '');
}

/**
 * Pictures under the names that they have in our mail, and with the words that the text has for
 * them.
 */
function placed(nodes: HtmlTree, pictures: ReadonlyMap<string, Attachment>): HtmlTree {
  return nodes.map((node) => {
    if (isBlock(node)) return { ...node, children: placed(node.children, pictures) };
    const file = node.kind === 'picture' ? pictures.get(node.id) : undefined;
    if (node.kind !== 'picture' || file === undefined) return node;
    return { ...node, id: pictureId(file), alt: file.filename || 'picture' };
  });
}

function hasTable(nodes: HtmlTree): boolean {
  return nodes.some((node) => isBlock(node) && (node.name === 'table' || hasTable(node.children)));
}
