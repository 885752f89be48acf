/** Snippets as lines: a table of all, and all that there is of one name. Pure. */

interface Shown {
  readonly name: string;
  readonly queue: string | null;
  readonly language: string | null;
  readonly path: string;
  readonly source: string | null;
  readonly attach: readonly string[];
  readonly problems: readonly string[];
}

const MAX_BEGINNING_CHARACTERS = 60;

export function snippetRows(
  snippets: readonly Shown[],
): [head: readonly string[], rows: readonly (readonly string[])[]] {
  return [
    ['NAME', 'QUEUE', 'LANGUAGE', 'TEXT'],
    snippets.map(({ name, queue, language, source, problems }) => [
      ...[name, queue ?? 'all', language ?? 'all'],
      problems.length > 0 || source === null ? 'cannot be used' : beginningOf(source),
    ]),
  ];
}

function beginningOf(source: string): string {
  const [first = ''] = source.split('\n');
  const letters = [...first.trim()];
  return letters.length <= MAX_BEGINNING_CHARACTERS
    ? letters.join('')
    : `${letters.slice(0, MAX_BEGINNING_CHARACTERS - 1).join('')}…`;
}

/** As it is written, with the file that it is of above it. */
export function snippetPage(snippets: readonly Shown[]): string {
  return snippets
    .map(({ path, source, attach, problems }) =>
      [
        `# ${path}`,
        ...problems.map((problem) => `# cannot be used: ${problem}`),
        ...attach.map((file) => `Attach: ${file}`),
        ...(source === null ? [] : ['', source.trimEnd()]),
        '',
      ].join('\n'),
    )
    .join('\n');
}
