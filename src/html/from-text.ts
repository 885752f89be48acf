/**
 * Plain text as HTML that says the same: its lines, an empty one between paragraphs, and what is
 * marked as a quote within a quote. Pure.
 */
import type { Fragment } from './sanitise.ts';
import { serialised } from './serialise.ts';
import { tidy } from './tidy.ts';
import type { HtmlNode, HtmlTree } from './tree.ts';

/** Deeper quotes keep their marks. */
const MAX_DEPTH = 20;

export function fromText(text: string): Fragment {
  return { html: serialised(tidy(nodesOf(text.split('\n'), 0))), pictures: [] };
}

function nodesOf(lines: readonly string[], depth: number): HtmlTree {
  const nodes: HtmlNode[] = [];
  for (let at = 0; at < lines.length; ) {
    const isQuote = depth < MAX_DEPTH && lines[at]?.startsWith('>') === true;
    let end = at + 1;
    const goesOn = (line: string) =>
      isQuote ? line.startsWith('>') : !(line.startsWith('>') && depth < MAX_DEPTH);
    while (end < lines.length && goesOn(lines[end] ?? '')) end += 1;
    const some = lines.slice(at, end);
    if (isQuote) {
      const children = nodesOf(
        some.map((line) => line.replace(/^> ?/, '')),
        depth + 1,
      );
      nodes.push({ kind: 'block', name: 'blockquote', attributes: [], children });
    } else for (const paragraph of paragraphs(some.join('\n'))) nodes.push(paragraph);
    at = end;
  }
  return nodes;
}

function paragraphs(text: string): HtmlTree {
  return text.split(/\n(?:[ \t]*\n)+/).map((words) => ({
    ...{ kind: 'block', name: 'p', attributes: [] },
    children: [{ kind: 'text', text: words.replace(/^\n|\n$/g, ''), isAsIs: true, marks: [] }],
  }));
}
