/**
 * Snippets of a desk: `snippets/` beside the config.
 *
 * `NAME.md` is for every language, `NAME.de.md` for one; in a folder with the prefix of a queue they
 * are for that queue. Names are compared with what lies there, so that none becomes a path. What
 * cannot be read says so, and nothing comes in its place.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readWhole, unreadable } from '../config/beside.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { Unreadable } from '../config/unreadable.ts';
import type { OwnFile } from '../ticket/letter.ts';
import { contentTypeOf } from './content-type.ts';
import { parsedSnippet } from './parse.ts';
import type { ReadSnippet, Snippet, SnippetPlace, Snippets } from './snippet.ts';

export const FOLDER = 'snippets';
const FILE = /^([a-z0-9][a-z0-9-]{0,63})(?:\.([a-z]{2,3}))?\.md$/;
const MAX_TEXT_BYTES = 64 * 1024;
/** Of all files of one snippet. */
const MAX_FILES_BYTES = 1024 * 1024;

export interface Listed {
  readonly places: readonly SnippetPlace[];
  /** Files whose names end as those of snippets, and are none. */
  readonly strange: readonly string[];
  /** Folders that are named as no queue is: what lies there is used for nothing. */
  readonly unused: readonly string[];
  /** Folders that cannot be looked into. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

type Desk = Pick<Config, 'file' | 'queues'>;

export function listSnippets(config: Desk): Listed {
  const places: SnippetPlace[] = [];
  const strange: string[] = [];
  const unused: string[] = [];
  const problems: { readonly file: string; readonly problem: string }[] = [];
  const prefixes = prefixesOf(config);
  for (const queue of [null, ...prefixes]) {
    const folder = queue === null ? FOLDER : join(FOLDER, queue);
    try {
      for (const { name: file, isFolder } of entriesIn(join(dirname(config.file), folder))) {
        const path = join(folder, file);
        const isCalledSo = queue !== null || prefixes.includes(file) || file.endsWith('.md');
        if (isFolder && !isCalledSo && file[0] !== '.') unused.push(path);
        const [, name, language = null] = FILE.exec(file) ?? [];
        if (name !== undefined) places.push({ name, queue, language, path });
        else if (file.endsWith('.md')) strange.push(path);
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push({ file: folder, problem: error.message });
    }
  }
  return { places, strange, unused, problems };
}

/** All that is there of these names. */
export function readSnippets(names: readonly string[], config: Desk): Snippets {
  const { places, problems } = listSnippets(config);
  const named = places.filter(({ name }) => names.includes(name));
  return {
    all: named.map((place) => readAt(place, config)),
    problems: problems.map(({ file, problem }) => `${file} ${problem}`),
  };
}

export function readAt(place: SnippetPlace, config: Desk): ReadSnippet {
  try {
    return { ...place, read: snippetAt(join(dirname(config.file), place.path)) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...place, read: { problem: error.message } };
  }
}

function snippetAt(path: string): Snippet {
  const { source, attach } = parsedSnippet(read(path, MAX_TEXT_BYTES));
  let room = MAX_FILES_BYTES;
  const files = attach.map((filename): OwnFile => {
    const octets = attachedAt(join(dirname(path), filename), filename, room);
    room -= octets.length;
    const contentType = contentTypeOf(filename);
    return { filename, contentType, size: octets.length, base64: octets.toString('base64') };
  });
  return { source, files };
}

function read(path: string, maxBytes: number): Buffer {
  return readWhole(path, { maxBytes, followsLinks: false });
}

function attachedAt(path: string, filename: string, room: number): Buffer {
  try {
    return read(path, room);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Unreadable(`attaches "${filename}", which ${error.message}`);
  }
}

/** None if there is no such folder. */
function entriesIn(
  folder: string,
): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return [];
    if (found.isSymbolicLink()) throw new Unreadable('is a symbolic link, which is not followed');
    if (!found.isDirectory()) return [];
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw unreadable(error);
  }
}
