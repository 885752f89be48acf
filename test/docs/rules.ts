/** What must hold for every document. Each function gives the violations, one line each. */
import { posix } from 'node:path';
import { anchorsOf, type Documents, piecesOf } from './documents.ts';

/** Every link leads to a file that exists, and to a heading of it. */
export function brokenLinksIn(
  documents: Documents,
  isFile: (path: string) => boolean,
): readonly string[] {
  return [...documents].flatMap(([file, text]) =>
    piecesOf(text).flatMap((piece) => {
      const targets = piece.kind === 'code' ? [] : piece.text.matchAll(/\]\(([^)\s]+)\)/g);
      return [...targets].flatMap(([, target = '']) => {
        if (/^[a-z]+:/.test(target)) return [];
        const [path = '', anchor] = target.split('#');
        const found = path === '' ? file : posix.join(posix.dirname(file), path);
        if (!isFile(found.replace(/\/$/, ''))) return [`${file}: ${target}: there is no such file`];
        const isHeading = anchor === undefined || anchorsOf(documents.get(found) ?? '').has(anchor);
        return isHeading ? [] : [`${file}: ${target}: there is no such heading`];
      });
    }),
  );
}

/** Source, tests and units name documents by their path. */
export function brokenMentionsIn(
  sources: ReadonlyMap<string, string>,
  isFile: (path: string) => boolean,
): readonly string[] {
  return [...sources].flatMap(([file, text]) => [
    ...[...text.matchAll(/\b(?:docs|postfix)\/[\w-]+\.md\b/g)].flatMap(([path]) =>
      isFile(path) ? [] : [`${file}: ${path}: there is no such file`],
    ),
    ...[...text.matchAll(/\bREADME,/g)].map(() => `${file}: README, …: name the page in docs/`),
  ]);
}

/** Below this, two pages may say the same: `Without it nobody may.` */
const MIN_WORDS = 10;

/** A sentence, or a block of code of several lines, stands in one place. */
export function repeatedIn(documents: Documents): readonly string[] {
  const first = new Map<string, string>();
  return [...documents].flatMap(([file, text]) =>
    piecesOf(text)
      .flatMap(({ kind, text: piece }) =>
        kind === 'code' ? [piece] : piece.split(/(?<=[.:;!?]) (?=[A-Z`*[])/),
      )
      .map((said) => said.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)))
      .filter(({ length }) => length >= MIN_WORDS)
      .flatMap((words) => {
        const said = words.join(' ');
        const before = first.get(said);
        first.set(said, file);
        return before === undefined ? [] : [`${before} and ${file} both say: ${said}`];
      }),
  );
}

const MAX_COLUMNS = 100;

/** A row of a table cannot be broken. */
export function wideLinesIn(documents: Documents): readonly string[] {
  return [...documents].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, at) => {
      const isWide = line.length > MAX_COLUMNS && !line.startsWith('|');
      return isWide ? [`${file}:${at + 1}: ${line.length} columns`] : [];
    }),
  );
}

export function wordsIn(documents: Documents, unwanted: readonly string[]): readonly string[] {
  const found = new RegExp(`\\b(?:${unwanted.join('|')})\\b`, 'giu');
  return [...documents].flatMap(([file, text]) =>
    piecesOf(text)
      .filter(({ kind }) => kind !== 'code')
      .flatMap((piece) => [...piece.text.replaceAll(/`[^`]*`/g, '').matchAll(found)])
      .map(([word]) => `${file}: "${word}"`),
  );
}

/** Files of the source that a text names and that are none of these paths. */
export function missingSourcesIn(texts: Documents, paths: readonly string[]): readonly string[] {
  const known = new Set(paths.flatMap(endsOf));
  return [...texts].flatMap(([path, text]) =>
    [...text.matchAll(/(?<![\w./-])[\w-][\w./-]*\.ts\b/g)]
      .map(([name]) => name)
      .filter((name) => !known.has(name))
      .map((name) => `${path} names ${name}`),
  );
}

/** `a/b/c.ts`, `b/c.ts`, `c.ts` */
function endsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, n) => parts.slice(n).join('/'));
}

export function commentsOf(code: string): string {
  return [...code.matchAll(/\/\*\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*/g)]
    .map(([text]) => text)
    .join('\n');
}
