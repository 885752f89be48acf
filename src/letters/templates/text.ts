/**
 * The text that a customer gets: from a template of the desk's own, else the built-in one.
 *
 * In the customer's language if there is one for it, else in the queue's, else in
 * English. A template that cannot be read or rendered never stops a mail: the built-in
 * text is used, and `failure` says what is wrong with which file.
 */
import { ACKNOWLEDGEMENT } from './acknowledgement.ts';
import { BadTemplate } from './bad-template.ts';
import { candidates, namesOf, readTemplate } from './files.ts';
import { render } from './render.ts';
import { isBuiltIn, type Texts } from './template.ts';
import type { TemplateName, Values } from './values.ts';

export interface Wanted {
  readonly name: TemplateName;
  /** `answer-NAME`, in the place of that; there is none built in. */
  readonly own?: string | null;
  /** Prefix of the queue. */
  readonly queue: string;
  readonly queueLanguage: string;
  /** The customer's (RFC 5646, primary subtag), or null. */
  readonly language: string | null;
}

export interface TemplateFailure {
  /** Relative to the templates folder; empty for the folder itself. */
  readonly file: string;
  readonly problem: string;
}

export interface Source {
  readonly template: string;
  /** Relative to the templates folder; null for a built-in one. */
  readonly file: string | null;
  /** null for one that is for every language. */
  readonly language: string | null;
}

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
  const own = ownSource(wanted, folder);
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

type OwnSource = Source & { readonly file: string };

/** The file that stands for the template, what is wrong with it, or null if there is none. */
export function ownSource(
  { name, own = null, queue, queueLanguage, language }: Wanted,
  folder: string,
): OwnSource | TemplateFailure | null {
  const wanted = language ?? queueLanguage;
  // A text that is built in, in the language wanted, comes before one in the queue's.
  const otherwise = own === null && isBuiltIn(wanted) ? [] : [queueLanguage];
  let file = '';
  try {
    if (namesOf(folder).length === 0) return null;
    for (file of [
      ...candidates(own ?? name, queue, [wanted, null]),
      ...candidates(own ?? name, queue, otherwise),
    ]) {
      const template = readTemplate(folder, file);
      const [, written = null] = /\.([a-z]+)\.txt$/.exec(file) ?? [];
      if (template !== null) return { template, file, language: written };
    }
    return null;
  } catch (error) {
    return { file, problem: problemOf(error) };
  }
}

export async function builtIn({ name, queueLanguage, language }: Wanted): Promise<Source> {
  const texts: Texts =
    name === 'acknowledgement' ? ACKNOWLEDGEMENT : (await import('./built-in.ts')).BUILT_IN[name];
  const known = [language, queueLanguage].find(isBuiltIn) ?? 'en';
  return { template: texts[known], file: null, language: known };
}

function problemOf(error: unknown): string {
  if (error instanceof BadTemplate) return error.message.replace(/\s+/g, ' ').slice(0, 200);
  throw error;
}
