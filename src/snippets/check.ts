/** All snippets of a desk with what is wrong with each: for lists, `config check` and mail. */
import { type Config, prefixesOf } from '../config/config.ts';
import { problemsOfSource } from './fill.ts';
import { listSnippets, readAt } from './folder.ts';
import type { SnippetPlace } from './snippet.ts';

export interface CheckedSnippet extends SnippetPlace {
  /** What it says; null if it cannot be read. */
  readonly source: string | null;
  /** Names of the files that go along. */
  readonly attach: readonly string[];
  readonly problems: readonly string[];
}

/** What is wrong with a file, or with a folder. */
export interface SnippetProblem {
  readonly file: string;
  readonly problem: string;
}

type Desk = Pick<Config, 'file' | 'queues'>;

export interface CheckedSnippets {
  readonly snippets: readonly CheckedSnippet[];
  readonly problems: readonly SnippetProblem[];
}

/** By name; `names`: of these alone. */
export function checkedSnippets(config: Desk, names?: readonly string[]): CheckedSnippets {
  const { places, strange, unused, problems } = listSnippets(config);
  const snippets = places
    .filter(({ name }) => names === undefined || names.includes(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map((place): CheckedSnippet => {
      const { read } = readAt(place, config);
      if ('problem' in read)
        return { ...place, source: null, attach: [], problems: [read.problem] };
      const attach = read.files.map(({ filename }) => filename);
      return { ...place, source: read.source, attach, problems: problemsOfSource(read.source) };
    });
  return {
    snippets,
    problems: [
      ...problems,
      ...strange.map((file) => ({ file, problem: STRANGE })),
      ...unused.map((file) => ({ file, problem: noQueue(config) })),
      ...snippets.flatMap(({ path: file, problems: found }) =>
        found.map((problem) => ({ file, problem })),
      ),
    ],
  };
}

function noQueue(config: Desk): string {
  return `is the folder of no queue, and nothing in it is used: a folder is called as the prefix of its queue is, ${prefixesOf(config).join(' or ')}`;
}

const STRANGE =
  'is no snippet: its name must be NAME.md or NAME.de.md, NAME being small letters, digits and dashes';
