/**
 * Lists that are spread into a call (`all.push(...lines)`), by the syntax tree. Each of their
 * entries takes room on the stack: with some hundred thousand, as a mail of nothing but line breaks
 * has, the call throws, whenever the mail comes again.
 */
import { innerOf, isNode, type Node, treeOf } from '../expressions/find.ts';

/** What is spread, as it stands there. */
export function spreadIn(text: string, file: string): readonly string[] {
  return spreadBelow(treeOf(text, file)).map((node) =>
    text.slice(Number(node['start']), Number(node['end'])),
  );
}

function spreadBelow(node: Node): readonly Node[] {
  const { type } = node;
  const isCall = type === 'CallExpression' || type === 'NewExpression';
  const given: readonly unknown[] =
    isCall && Array.isArray(node['arguments']) ? node['arguments'] : [];
  const own = given.filter(isNode).flatMap((one) => {
    const list = one['argument'];
    return one['type'] === 'SpreadElement' && isNode(list) ? [list] : [];
  });
  return [...own, ...innerOf(node).flatMap(spreadBelow)];
}
