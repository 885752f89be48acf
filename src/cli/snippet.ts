/**
 * `mailrobot snippet`: the texts of the desk's own that people answer with, beside the config.
 *
 * Read as whoever asks; nothing here opens the store. What cannot be used is listed with the reason.
 */
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { snippetPage, snippetRows } from '../pages/snippet-page.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { type CheckedSnippet, checkedSnippets } from '../snippets/check.ts';
import type { WithConfig } from './commands/given.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

export async function listSnippets(
  { config, ...as }: WithConfig & AsJson,
  run: Run,
): Promise<void> {
  const { snippets, problems } = checkedSnippets(readConfig(config));
  if (!writeAsJson(snippets.map(row), as)) {
    const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
    if (snippets.length === 0) run.say('There are no snippets.');
    else process.stdout.write(table(...snippetRows(snippets), at));
  }
  for (const { file, problem } of problems) run.explain(inertLine(`${file}: ${problem}`));
}

export async function showSnippet(
  name: string,
  { config, json }: WithConfig & { readonly json?: boolean },
): Promise<void> {
  const found = named(name, readConfig(config));
  if (writeAsJson(found.map(row), { json: json === true })) return;
  process.stdout.write(inert(snippetPage(found)));
}

function named(name: string, config: Config): readonly CheckedSnippet[] {
  const { snippets } = checkedSnippets(config, [name]);
  if (snippets.length === 0)
    throw new Refused(`there is no snippet "${name}": mailrobot snippet list has all of them`);
  return snippets;
}

function row({ name, queue, language, path, source, attach, problems }: CheckedSnippet) {
  return { name, queue, language, file: path, text: source, attach, problems };
}
