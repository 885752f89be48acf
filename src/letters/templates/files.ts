/**
 * Templates of the desk's own: `templates/` beside the config.
 *
 * `NAME.txt` is for every language, `NAME.de.txt` for one; below a folder with the prefix
 * of a queue they are for that queue. UTF-8. What is not there is no error; what cannot
 * be read is a BadTemplate.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadTemplate } from './bad-template.ts';
import type { TemplateName } from './values.ts';

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

export function templatesFolder(configFile: string): string {
  return join(dirname(configFile), 'templates');
}

/** Names in the folder; none if there is no folder. */
export function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new BadTemplate(`cannot be read (${codeOf(error)})`);
  }
}

/**
 * The files that may replace a template in one of the queues, the most specific first: by folder,
 * then by language.
 */
export function candidates(
  name: string,
  queue: string,
  languages: readonly (string | null)[],
): readonly string[] {
  const files = [...new Set(languages)].map((language) =>
    language === null ? `${name}.txt` : `${name}.${language}.txt`,
  );
  return [...files.map((file) => join(queue, file)), ...files];
}

const MAX_TEMPLATE_BYTES = 64 * 1024;

/** Lines ended by LF; null if it is not there. Whatever lies there, it never waits. */
export function readTemplate(folder: string, path: string): string | null {
  const octets = readFile(join(folder, path));
  if (octets === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets).replace(/\r\n?/g, '\n');
  } catch {
    throw new BadTemplate('is not UTF-8');
  }
}

function readFile(path: string): Buffer | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw new BadTemplate(`cannot be read (${codeOf(error)})`);
  }
  try {
    const file = fstatSync(fd);
    if (!file.isFile()) throw new BadTemplate('is no file');
    if (file.size > MAX_TEMPLATE_BYTES)
      throw new BadTemplate(`has more than ${MAX_TEMPLATE_BYTES} octets`);
    const octets = Buffer.alloc(MAX_TEMPLATE_BYTES);
    return octets.subarray(0, readSync(fd, octets));
  } catch (error) {
    if (error instanceof BadTemplate) throw error;
    throw new BadTemplate(`cannot be read (${codeOf(error)})`);
  } finally {
    closeSync(fd);
  }
}

function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
