/** Plain text as HTML that says the same: its lines, and an empty one between paragraphs. Pure. */
import type { Fragment } from './sanitise.ts';
import { serialised } from './serialise.ts';
import { tidy } from './tidy.ts';
import type { HtmlNode } from './tree.ts';

export function fromText(text: string): Fragment {
  const paragraphs = text.split(/\n(?:[ \t]*\n)+/).map(
    (words): HtmlNode => ({
      ...{ kind: 'block', name: 'p', attributes: [] },
      children: [{ kind: 'text', text: words.replace(/\n$/, ''), isAsIs: true, marks: [] }],
    }),
  );
  return { html: serialised(tidy(paragraphs)), pictures: [] };
}
