/** The snippets that a mail of the staff names, read before the store is locked. */
import type { Config } from '../config/config.ts';
import type { Delivery } from '../desk/delivery.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { readSnippets } from '../snippets/folder.ts';
import { mayNameSnippets, namesIn } from '../snippets/mark.ts';

export function namedSnippets(
  { text }: Pick<ParsedMessage, 'text'>,
  config: Config,
): Pick<Delivery, 'snippets'> {
  return mayNameSnippets(text) ? { snippets: readSnippets(namesIn(text), config) } : {};
}
