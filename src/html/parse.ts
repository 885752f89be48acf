/**
 * HTML as browsers read it, by parse5: the one file that knows it. null for what is too large, too
 * deep or too wide to be shown: the standard's algorithm takes time by its depth, and a hostile one
 * has nothing to read.
 */
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';

export type ParsedNode = DefaultTreeAdapterTypes.ChildNode;
export type ParsedElement = DefaultTreeAdapterTypes.Element;

export const MAX_HTML_CHARACTERS = 1024 * 1024;
/** As deep as browsers go. */
const MAX_DEPTH = 512;
export const MAX_NODES = 100_000;

class TooMuch extends Error {}

/** What its body has. */
export function parsedHtml(html: string): readonly ParsedNode[] | null {
  if (html.length > MAX_HTML_CHARACTERS) return null;
  let depth = 0;
  let nodes = 0;
  const count = () => {
    nodes += 1;
    if (nodes > MAX_NODES) throw new TooMuch();
  };
  const bounded: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement: (...about) => {
      count();
      return defaultTreeAdapter.createElement(...about);
    },
    createCommentNode: (data) => {
      count();
      return defaultTreeAdapter.createCommentNode(data);
    },
    onItemPush: () => {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooMuch();
    },
    onItemPop: () => {
      depth -= 1;
    },
  };
  try {
    const document = parse(html, { treeAdapter: bounded, scriptingEnabled: false });
    return bodyOf(document);
  } catch (error) {
    if (error instanceof TooMuch) return null;
    throw error;
  }
}

function bodyOf({ childNodes }: DefaultTreeAdapterTypes.Document): readonly ParsedNode[] {
  const root = childNodes.find((node) => isElement(node) && node.tagName === 'html');
  if (root === undefined || !isElement(root)) return [];
  return root.childNodes.flatMap((node) =>
    isElement(node) && node.tagName === 'body' ? node.childNodes : [],
  );
}

export function isElement(node: ParsedNode): node is ParsedElement {
  return 'tagName' in node;
}

/** null for an element of SVG or MathML. */
export function nameOf({ tagName, namespaceURI }: ParsedElement): string | null {
  return namespaceURI === 'http://www.w3.org/1999/xhtml' ? tagName : null;
}

export function textOf(node: ParsedNode): string | null {
  return 'value' in node ? node.value : null;
}

export function attributeOf({ attrs }: ParsedElement, name: string): string | null {
  return attrs.find((one) => one.name === name)?.value ?? null;
}
