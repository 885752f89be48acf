/**
 * `mailrobot template`: the texts that go to customers by themselves, built in or of the
 * desk's own, beside the config.
 *
 * `show` gives one as a file could hold it; `check` ends with 1 where a file cannot be
 * used, as root by the store's owner, who reads them for mail. Nothing here opens the store.
 */
import { existsSync } from 'node:fs';
import { folderOf, prefixesOf, queueOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { problemsOf, templateFiles } from '../letters/templates/check.ts';
import { templatesFolder } from '../letters/templates/folder.ts';
import { LANGUAGES } from '../letters/templates/template.ts';
import { builtIn, ownSource } from '../letters/templates/text.ts';
import { isOwnName, isTemplateName, NAMES, VALUES } from '../letters/templates/values.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { Ended, oneOf, Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export async function listTemplates(
  { config, ...as }: { readonly config: string } & AsJson,
  run: Run,
): Promise<void> {
  const desk = readConfig(config);
  const { files } = templateFiles(templatesFolder(desk.file), prefixesOf(desk));
  const ofRules = files.flatMap(({ own, queue, language, path }) =>
    own === null ? [] : { name: own, queue, language, file: path },
  );
  const rows = NAMES.flatMap((name) => [
    ...files
      .filter((file) => file.name === name && file.own === null)
      .map(({ queue, language, path }) => ({ name, queue, language, file: path })),
    ...LANGUAGES.map((language) => ({ name, queue: null, language, file: null })),
    ...(name === 'acknowledgement' ? ofRules : []),
  ]);
  if (writeAsJson(rows, as)) return;
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  const isReplaced = (name: string, language: string | null) =>
    files.some(
      (file) =>
        file.name === name &&
        file.own === null &&
        file.queue === null &&
        (file.language === null || file.language === language),
    );
  const cells = rows.map(({ name, queue, language, file }) => {
    const inside = isReplaced(name, language) ? 'built in, replaced' : 'built in';
    const from = file === null ? inside : inertLine(`templates/${file}`);
    return [name, queue ?? 'all', language ?? 'all', from];
  });
  process.stdout.write(table(['NAME', 'QUEUE', 'LANGUAGE', 'FROM'], cells, at));
}

export interface ShowTemplateOptions {
  readonly config: string;
  readonly queue?: string;
  readonly language?: string;
}

export async function showTemplate(
  name: string,
  { config, queue: given, language }: ShowTemplateOptions,
  run: Run,
): Promise<void> {
  const isOwn = isOwnName(name);
  if (!isOwn && !isTemplateName(name)) {
    throw new Refused(`there is no template "${name}": ${NAMES.join(', ')}`, true);
  }
  if (language !== undefined && !/^[a-z]{2,3}$/.test(language)) {
    throw new Refused(`--language takes a language such as en or de, not "${language}"`, true);
  }
  const desk = readConfig(config);
  const { prefix: queue, language: queueLanguage } =
    given === undefined
      ? desk.queues[0]
      : queueOf(oneOf('--queue', given.toUpperCase(), prefixesOf(desk)), desk);
  const replaces = isTemplateName(name) ? name : 'acknowledgement';
  const wanted = {
    ...{ name: replaces, own: isOwn ? name : null, queue, queueLanguage },
    language: language ?? null,
  };
  const own = await ownSource(wanted, templatesFolder(desk.file));
  if (isOwn && own === null) throw new Refused(`there is no templates/${name}.txt`);
  if (own !== null && 'problem' in own) throw new Refused(`templates/${own.file} ${own.problem}`);
  // The shell has made an empty file of it already, where it is to be written there.
  const isWritten = own !== null && own.template.trim() !== '';
  const { template, file, language: found } = isWritten ? own : await builtIn(wanted);
  process.stdout.write(template);
  if (language !== undefined && found !== null && found !== language) {
    run.explain(`mailrobot: there is no text in ${language}; this is ${found}`);
  }
  const from = file === null ? 'built in' : `from templates/${file}`;
  if (run.isTerminal(1)) run.explain(`(${from}; values: ${VALUES[replaces].join(', ')})`);
}

export async function checkTemplates(
  { config, json }: { readonly config: string; readonly json?: boolean },
  run: Run,
): Promise<void> {
  const desk = readConfig(config);
  if (existsSync(folderOf(desk.store))) becomeOwner(desk);
  const folder = templatesFolder(desk.file);
  const { files, failures } = templateFiles(folder, prefixesOf(desk));
  const found = [
    ...failures,
    ...files.flatMap((file) =>
      problemsOf(file, folder).map((problem) => ({ file: file.path, problem })),
    ),
  ];
  if (json) process.stdout.write(`${inertJson(found)}\n`);
  else {
    for (const { file, problem } of found) {
      run.say(inertLine(`templates/${file}: ${problem}`));
    }
    if (found.length === 0) run.say(`No errors. ${files.length} of the texts are your own.`);
  }
  if (found.length > 0)
    throw new Ended(
      1,
      `${found.length} ${found.length === 1 ? 'error' : 'errors'} in your texts, see above`,
    );
}
