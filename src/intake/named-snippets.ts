/** The snippets that a mail of the staff names, read before the store is locked. */
import type { Config } from '../config/config.ts';
import type { Delivery, StaffFiles } from '../desk/delivery.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { readSnippets } from '../snippets/folder.ts';
import { mayNameSnippets, namesIn } from '../snippets/mark.ts';
import { shownLines } from '../snippets/place.ts';

/** Its HTML may have what looks like a mark while its text has none. */
export function namedSnippets(
  { text }: Pick<ParsedMessage, 'text'>,
  { html }: Pick<StaffFiles, 'html'>,
  config: Config,
): Pick<Delivery, 'snippets'> {
  const isRich = html !== null && html !== 'too much';
  const may = mayNameSnippets(text) || (isRich && mayNameSnippets(shownLines(html).join('\n')));
  return may ? { snippets: readSnippets(namesIn(text), config) } : {};
}
