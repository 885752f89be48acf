/** `snippets` and `snippet vpn` in a mail of commands: the texts that people answer with. */
import type { Config } from '../config/config.ts';
import { PLAIN_SCREEN } from '../desk/control-lists.ts';
import type { StoreAnswer } from '../desk/delivery.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { snippetPage, snippetRows } from '../pages/snippet-page.ts';
import { table } from '../pages/table.ts';
import { checkedSnippets } from '../snippets/check.ts';

export function snippetCommand(name: string | null, config: Config): StoreAnswer {
  const { snippets, problems } = checkedSnippets(config, name === null ? undefined : [name]);
  if (name !== null) {
    if (snippets.length > 0) return { text: inert(snippetPage(snippets)) };
    return { text: `There is no snippet "${inertLine(name)}".`, isError: true };
  }
  const list =
    snippets.length === 0
      ? 'There are no snippets.\n'
      : table(...snippetRows(snippets), PLAIN_SCREEN);
  const wrong = problems.map(({ file, problem }) => `${inertLine(`${file}: ${problem}`)}\n`);
  return { text: `${list}${wrong.length === 0 ? '' : '\n'}${wrong.join('')}` };
}
