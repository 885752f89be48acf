/**
 * HTML as parse5 reads it, in the form that test/kit/in-page.ts gives of a browser's; and what of a
 * tree is not on a list of its own: written down here once more, so that a slip in the program's
 * list is no slip in this one.
 */
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

/** A text, or `[name, attributes, …inner]`. */
export type Tree =
  | string
  | readonly [string, Readonly<Record<string, string>>, ...Tree[]]
  | readonly [string];

export function treeOf(html: string): readonly Tree[] {
  return parseFragment(html).childNodes.map(asTree);
}

function asTree(node: DefaultTreeAdapterTypes.ChildNode): Tree {
  if ('value' in node) return node.value;
  if (!('tagName' in node)) return [node.nodeName];
  const space = node.namespaceURI === 'http://www.w3.org/1999/xhtml' ? '' : `${node.namespaceURI} `;
  const inner = 'content' in node ? node.content : node;
  const attributes = node.attrs.map(({ name, value }) => [name, value] as const);
  return [
    space + node.tagName,
    Object.fromEntries(attributes.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...inner.childNodes.map(asTree),
  ];
}

const ELEMENTS = new Set(
  (
    'p div span br hr blockquote pre code b strong i em u s sub sup h1 h2 h3 h4 h5 h6 ul ol li ' +
    'dl dt dd table thead tbody tfoot tr td th a img'
  ).split(' '),
);
/** Any element, and what its value must be. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  href: /^(?:https?:\/\/|mailto:|tel:)[!-~]+$/,
  src: /^cid:[!-~]+$/,
  alt: /^/,
  dir: /^(?:ltr|rtl|auto)$/,
  colspan: /^\d{1,3}$/,
  rowspan: /^\d{1,3}$/,
  width: /^\d{1,4}$/,
  height: /^\d{1,4}$/,
  start: /^\d{1,4}$/,
  type: /^[1aAiI]$/,
};

/** Elements and attributes that nothing lets in, and texts that say a tag is one. */
export function foreignIn(trees: readonly Tree[]): readonly string[] {
  return trees.flatMap((tree) => {
    if (typeof tree === 'string') return /[\u202a-\u202e\u2066-\u2069\0]/.test(tree) ? [tree] : [];
    const [name, attributes = {}, ...inner] = tree;
    const own = Object.entries(attributes)
      .filter(([key, value]) => ATTRIBUTES[key]?.test(value) !== true)
      .map(([key, value]) => `${name} ${key}="${value}"`);
    return [...(ELEMENTS.has(name) ? [] : [name]), ...own, ...foreignIn(inner)];
  });
}
