/**
 * Every regular expression that a source text has, by its syntax tree: literals, what is built
 * by `RegExp(…)`, and texts that `match`, `matchAll` and `search` would make one of.
 *
 * The parser is rolldown's, which builds the program of the same texts.
 */
import { parseAst } from 'rolldown/parseAst';

export interface Expression {
  readonly source: string;
  readonly flags: string;
}

export interface Found {
  readonly literals: readonly Expression[];
  /** Lines of what is built, and whether from a text that stands there whole. */
  readonly built: readonly { readonly line: number; readonly source: string | null }[];
}

const MAKERS: readonly unknown[] = ['match', 'matchAll', 'search'];

export function expressionsIn(text: string, file: string): Found {
  const literals: Expression[] = [];
  const built: { line: number; source: string | null }[] = [];
  const lineOf = (node: Node) => text.slice(0, Number(node['start'])).split('\n').length;
  const visit = (node: Node): void => {
    const { regex, callee, type } = node;
    if (type === 'Literal' && isNode(regex)) {
      literals.push({ source: String(regex['pattern']), flags: String(regex['flags']) });
    }
    const isCall = type === 'NewExpression' || type === 'CallExpression';
    const [first] = isCall && Array.isArray(node['arguments']) ? node['arguments'] : [];
    const source = isNode(first) && typeof first['value'] === 'string' ? first['value'] : null;
    const isText = source !== null || (isNode(first) && first['type'] === 'TemplateLiteral');
    if (isCall && isNode(callee)) {
      const name = callee['name'] ?? (isNode(callee['property']) && callee['property']['name']);
      if (name === 'RegExp' || (MAKERS.includes(name) && isText)) {
        built.push({ line: lineOf(node), source });
      }
    }
    for (const inner of innerOf(node)) visit(inner);
  };
  visit(treeOf(text, file));
  return { literals, built };
}

export type Node = Readonly<Record<string, unknown>>;

export function treeOf(text: string, file: string): Node {
  const tree: unknown = parseAst(text, { lang: 'ts' }, file);
  if (!isNode(tree)) throw new Error(`${file} has no syntax tree`);
  return tree;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp);
}

export function innerOf(node: Node): readonly Node[] {
  return Object.values(node).flat().filter(isNode);
}
