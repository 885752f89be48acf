/**
 * What is written in a terminal, with the snippets in it that it names by a line or by `--snippet`:
 * text, HTML and files of a reply. Loaded for one that names some.
 */
import { doubtsAboutMarks, placedSnippets } from '../desk/placed-snippets.ts';
import { linesAtQuotes } from '../reading/quotes/at-quotes.ts';
import { readSnippets } from '../snippets/folder.ts';
import { namesIn } from '../snippets/mark.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Desk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { type HtmlOptions, takesMarkdown } from './written-html.ts';

export interface Reply {
  readonly text: string;
  readonly html?: string;
  readonly enclosed?: readonly OwnFile[];
}

/** `html`: of the text, if there is some. */
export function withSnippets(
  { text, html }: Reply,
  ticket: Ticket,
  { desk, options, run }: { readonly desk: Desk; readonly options: HtmlOptions; readonly run: Run },
): Reply {
  const { config, by } = desk;
  const quotes = linesAtQuotes(text);
  const lines = text.split('\n').map((line, n) => ({ text: line, atQuote: quotes.get(n) ?? null }));
  const doubts = doubtsAboutMarks(lines, ticket);
  const placed =
    doubts.length > 0
      ? { refused: doubts }
      : placedSnippets(
          { text, html: takesMarkdown(options, config) ? html : null },
          {
            ...{ ticket, by, config, to: ticket.requester },
            snippets: readSnippets(namesIn(text), config),
          },
        );
  if ('refused' in placed) {
    const said = placed.refused.map(({ line, problem }) =>
      line === '' ? problem : `${line}: ${problem}`,
    );
    throw new Refused(`nothing was sent: ${said.join('; ')}`);
  }
  if (placed.isPlainAlone)
    run.explain('mailrobot: its HTML would not have the snippets: it goes out as text alone');
  return placed;
}
