/**
 * What is wrong with the templates of the desk, file by file: a name that is none, a queue
 * that the config does not have, a value that does not stand in this text, what mustache does not
 * understand.
 */
import { join } from 'node:path';
import { BadTemplate } from './bad-template.ts';
import { namesOf } from './names.ts';
import { readTemplate } from './own-file.ts';
import { render, valuesIn } from './render.ts';
import type { TemplateFailure } from './source.ts';
import type { TemplateName } from './values.ts';
import { CASES, isOwnName, isTemplateName, NAMES, VALUES, valuesOf } from './values.ts';

export interface TemplateFile {
  /** Relative to the templates folder. */
  readonly path: string;
  readonly name: TemplateName;
  /** `answer-NAME`, if it is one in the place of that. */
  readonly own: string | null;
  /** null for every queue, or language. */
  readonly queue: string | null;
  readonly language: string | null;
}

/** Files that stand for a template, and what cannot be one. */
export function templateFiles(
  folder: string,
  queues: readonly string[],
): { readonly files: readonly TemplateFile[]; readonly failures: readonly TemplateFailure[] } {
  const files: TemplateFile[] = [];
  const failures: TemplateFailure[] = [];
  const look = (queue: string | null) => {
    for (const name of namesIn(queue ?? '', folder, failures)) {
      const isBeside = name.startsWith('.') || name.endsWith('~');
      if (isBeside || (queue === null && queues.includes(name))) continue;
      const path = join(queue ?? '', name);
      const [, template = '', language = null] =
        /^([a-z0-9-]+)(?:\.([a-z]{2,3}))?\.txt$/.exec(name) ?? [];
      if (isTemplateName(template))
        files.push({ path, name: template, own: null, queue, language });
      else if (isOwnName(template))
        files.push({ path, name: 'acknowledgement', own: template, queue, language });
      else failures.push({ file: path, problem: strange(queue, queues) });
    }
  };
  look(null);
  // Below a folder that cannot be read nothing can be.
  const isClosed = failures.some(({ file }) => file === '');
  if (!isClosed) for (const queue of queues) look(queue);
  return { files, failures };
}

function namesIn(path: string, folder: string, failures: TemplateFailure[]): readonly string[] {
  try {
    return namesOf(join(folder, path));
  } catch (error) {
    if (!(error instanceof BadTemplate)) throw error;
    failures.push({ file: path, problem: error.message });
    return [];
  }
}

function strange(queue: string | null, queues: readonly string[]): string {
  const folder = queue === null ? `, or a folder named ${queues.join(' or ')}` : '';
  return `is not a template: it must be NAME.txt or NAME.de.txt${folder}, NAME being one of ${NAMES.join(', ')}, or answer- and a word`;
}

/** Everything that is wrong with one of them. */
export function problemsOf({ path, name }: TemplateFile, folder: string): readonly string[] {
  try {
    const template = readTemplate(folder, path);
    if (template === null) return ['is gone'];
    const known: readonly string[] = VALUES[name];
    const strangers = valuesIn(template).flatMap(({ name: used, line, isPartial }) => {
      if (isPartial) return [`line ${line}: {{> ${used}}} puts in another template: there is none`];
      return known.includes(used)
        ? []
        : [`line ${line}: {{${used}}} is not one of ${known.join(', ')}`];
    });
    if (strangers.length > 0) return strangers;
    for (const which of CASES[name]) {
      try {
        render(template, valuesOf(name, which));
      } catch (error) {
        if (!(error instanceof BadTemplate)) throw error;
        return [`${error.message}${which === '' ? '' : ` where ${which} is true`}`];
      }
    }
    return [];
  } catch (error) {
    if (error instanceof BadTemplate) return [error.message];
    throw error;
  }
}
