/**
 * What is written in a terminal, with the snippets in it that it names by a line or by `--snippet`:
 * text, HTML and files of a reply. Loaded for one that names some.
 */
import { doubtsAboutMarks, placedSnippets } from '../desk/placed-snippets.ts';
import { fromMarkdown } from '../html/markdown.ts';
import { inertLine } from '../pages/inert.ts';
import { linesAtQuotes } from '../reading/quotes/at-quotes.ts';
import { readSnippets } from '../snippets/folder.ts';
import { namesIn } from '../snippets/mark.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { keptText } from './kept-text.ts';
import type { Desk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { type HtmlOptions, takesMarkdown } from './written-html.ts';

export interface Reply {
  readonly text: string;
  readonly html?: string;
  readonly enclosed?: readonly OwnFile[];
}

export interface HowWritten {
  /** Without what `--snippet` has added, which is surely meant. */
  readonly own: string;
  readonly desk: Desk;
  readonly options: HtmlOptions & { readonly message?: string };
  readonly run: Run;
}

/** `html`: of the text, if there is some. */
export function withSnippets(
  { text, html }: Reply,
  ticket: Ticket,
  { own, desk, options, run }: HowWritten,
): Reply {
  const { config, by } = desk;
  const quotes = linesAtQuotes(own);
  const lines = own.split('\n').map((line, n) => ({ text: line, atQuote: quotes.get(n) ?? null }));
  const doubts = doubtsAboutMarks(lines, ticket);
  const isPlain = !takesMarkdown(options, config) || fromMarkdown(text)?.isSame === false;
  const placed =
    doubts.length > 0
      ? { refused: doubts }
      : placedSnippets(
          { text, html: isPlain ? null : html },
          {
            ...{ ticket, by, config, to: ticket.requester },
            snippets: readSnippets(namesIn(text), config),
          },
        );
  if ('refused' in placed) {
    const said = placed.refused.map(({ line, problem }) =>
      line === '' ? problem : `${line}: ${problem}`,
    );
    const isTyped = options.message === undefined && own.trim() !== '';
    const kept = isTyped ? `; your text is in ${keptText(ticket.id, own)}` : '';
    throw new Refused(inertLine(`nothing was sent: ${said.join('; ')}${kept}`));
  }
  if (placed.isPlainAlone)
    run.explain('mailrobot: its HTML would not have the snippets: it goes out as text alone');
  return placed;
}
