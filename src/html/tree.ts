/**
 * HTML that is safe to show, as a tree in which everything has one form.
 *
 * Blocks hold blocks and leaves; a leaf is a text, a line break or a picture, and says by its marks
 * what it is within: emphasis, code, a link. So no mark reaches over the end of a block, and a
 * browser reads what is written of the tree (serialise.ts) as the same tree, in any mode. Plain
 * values.
 */

export type MarkName = 'b' | 'strong' | 'i' | 'em' | 'u' | 's' | 'sub' | 'sup' | 'code' | 'a';

/** One element of the HTML: two that stand beside each other are two. */
export interface Mark {
  readonly name: MarkName;
  /** Of `a`. */
  readonly href?: string;
}

interface Marked {
  /** The outermost first; each name once. */
  readonly marks: readonly Mark[];
}

export interface TextLeaf extends Marked {
  readonly kind: 'text';
  readonly text: string;
  /** Its blanks and line breaks are seen. */
  readonly isAsIs: boolean;
}

export interface PictureLeaf extends Marked {
  readonly kind: 'picture';
  /** Content-ID of its file, without angle brackets. */
  readonly id: string;
  readonly alt: string;
  /** In CSS pixels; null if the HTML does not say it. */
  readonly width: number | null;
  readonly height: number | null;
}

export type Leaf = TextLeaf | PictureLeaf | (Marked & { readonly kind: 'break' });

export type BlockName =
  | ('div' | 'p' | 'blockquote' | 'pre' | 'hr' | 'h1' | 'h2' | 'h3' | 'h4' | 'h5' | 'h6')
  | ('ul' | 'ol' | 'li' | 'dl' | 'dt' | 'dd')
  | ('table' | 'thead' | 'tbody' | 'tfoot' | 'tr' | 'td' | 'th');

export interface Block {
  readonly kind: 'block';
  readonly name: BlockName;
  /** In their order; of those that `allowed.ts` lets through. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly HtmlNode[];
}

export type HtmlNode = Block | Leaf;

export type HtmlTree = readonly HtmlNode[];

export function isBlock(node: HtmlNode): node is Block {
  return node.kind === 'block';
}

/** Leaves between two blocks: lines of their own. */
export interface Run {
  readonly kind: 'run';
  readonly leaves: readonly Leaf[];
}

export function inRuns(nodes: HtmlTree): readonly (Block | Run)[] {
  const all: (Block | Run)[] = [];
  let leaves: Leaf[] = [];
  const close = () => {
    if (leaves.length > 0) all.push({ kind: 'run', leaves });
    leaves = [];
  };
  for (const node of nodes) {
    if (!isBlock(node)) {
      leaves.push(node);
      continue;
    }
    close();
    all.push(node);
  }
  close();
  return all;
}
