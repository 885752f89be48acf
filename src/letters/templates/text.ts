/**
 * The text that a customer gets: from a template of the desk's own, else the built-in one.
 *
 * In the customer's language if there is one for it, else in the queue's, else in
 * English. A template that cannot be read or rendered never stops a mail: the built-in
 * text is used, and `failure` says what is wrong with which file.
 */
import { existsSync } from 'node:fs';
import { ACKNOWLEDGEMENT } from './acknowledgement.ts';
import { problemOf } from './bad-template.ts';
import { render } from './render.ts';
import type { OwnSource, Source, TemplateFailure, Wanted } from './source.ts';
import { isBuiltIn, type Texts } from './template.ts';
import type { TemplateName, Values } from './values.ts';

export interface Said {
  readonly text: string;
  readonly failure: TemplateFailure | null;
}

export async function textOf<Name extends TemplateName>(
  wanted: Wanted & { readonly name: Name },
  values: Values<Name>,
  folder: string,
): Promise<Said> {
  const { own: ownName = null } = wanted;
  const own = await ownSource(wanted, folder);
  if (ownName !== null && (own === null || 'problem' in own)) {
    const { text } = await textOf({ ...wanted, own: null }, values, folder);
    return { text, failure: own ?? { file: `${ownName}.txt`, problem: 'is not there' } };
  }
  let failure = own !== null && 'problem' in own ? own : null;
  if (own !== null && 'template' in own) {
    try {
      return { text: render(own.template, values), failure: null };
    } catch (error) {
      failure = { file: own.file, problem: problemOf(error) };
    }
  }
  const { template } = await builtIn(wanted);
  return { text: render(template, values), failure };
}

/** The file that stands for the template, what is wrong with it, or null if there is none. */
export async function ownSource(
  wanted: Wanted,
  folder: string,
): Promise<OwnSource | TemplateFailure | null> {
  return existsSync(folder) ? (await import('./own-file.ts')).ownFile(wanted, folder) : null;
}

export async function builtIn({ name, queueLanguage, language }: Wanted): Promise<Source> {
  const texts: Texts =
    name === 'acknowledgement' ? ACKNOWLEDGEMENT : (await import('./built-in.ts')).BUILT_IN[name];
  const known = [language, queueLanguage].find(isBuiltIn) ?? 'en';
  return { template: texts[known], file: null, language: known };
}
