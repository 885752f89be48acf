/**
 * Which file of a desk's own stands for a template, and what is in it.
 *
 * `NAME.txt` is for every language, `NAME.de.txt` for one; below a folder with the prefix of a queue
 * they are for that queue. Loaded by a desk that has the folder.
 */
import { join } from 'node:path';
import { readWhole, textIn } from '../../config/beside.ts';
import { NotThere, Unreadable } from '../../config/unreadable.ts';
import { BadTemplate, problemOf } from './bad-template.ts';
import { namesOf } from './names.ts';
import type { OwnSource, TemplateFailure, Wanted } from './source.ts';
import { isBuiltIn } from './template.ts';

const MAX_TEMPLATE_BYTES = 64 * 1024;

/** The file that stands for the template, what is wrong with it, or null if there is none. */
export function ownFile(
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

/** Lines ended by LF; null if it is not there. */
export function readTemplate(folder: string, path: string): string | null {
  try {
    const wanted = { maxBytes: MAX_TEMPLATE_BYTES, followsLinks: true };
    return textIn(readWhole(join(folder, path), wanted));
  } catch (error) {
    if (error instanceof NotThere) return null;
    if (error instanceof Unreadable) throw new BadTemplate(error.message);
    throw error;
  }
}

/** The most specific first: by folder, then by language. */
function candidates(
  name: string,
  queue: string,
  languages: readonly (string | null)[],
): readonly string[] {
  const files = [...new Set(languages)].map((language) =>
    language === null ? `${name}.txt` : `${name}.${language}.txt`,
  );
  return [...files.map((file) => join(queue, file)), ...files];
}
