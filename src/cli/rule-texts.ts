/** Texts that rules answer with, and that are not there: the acknowledgement would go out. */
import { type Config, prefixesOf } from '../config/config.ts';
import { answersOfRules } from '../config/rules.ts';
import type { Problem } from '../config/schema/config.ts';
import { templateFiles } from '../letters/templates/check.ts';
import { templatesFolder } from '../letters/templates/folder.ts';
import { ownName } from '../letters/templates/template.ts';

export function textProblems(config: Config): readonly Problem[] {
  const answers = answersOfRules(config);
  if (answers.length === 0) return [];
  const { files } = templateFiles(templatesFolder(config.file), prefixesOf(config));
  return answers.flatMap(({ key, queue, answer }) => {
    const isThere = files.some(
      (file) => file.own === ownName(answer) && (file.queue ?? queue) === queue,
    );
    const problem = `holds "${answer}", and there is no templates/${ownName(answer)}.txt`;
    return isThere ? [] : [{ key, problem }];
  });
}
