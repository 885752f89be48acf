/**
 * A manual page as data, and its text in the man macros of groff(7). Pure.
 *
 * In prose, code stands in backquotes and comes out bold, and so does a page such as
 * local(8). In a synopsis and in a term, `--limit <number>` is bold and italic.
 */
export type Block =
  | { readonly type: 'prose'; readonly text: string }
  | { readonly type: 'code'; readonly lines: readonly string[] }
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'item'; readonly term: string; readonly text: string }
  /** `line` is the fixed words; the parts behind it are not broken. */
  | { readonly type: 'synopsis'; readonly line: string; readonly parts: readonly string[] };

export interface Page {
  readonly name: string;
  /** Of the manual: commands, or files. */
  readonly chapter: Chapter;
  readonly summary: string;
  readonly sections: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
}

type Chapter = 1 | 5;

const CHAPTERS: Readonly<Record<Chapter, { readonly title: string; readonly source: string }>> = {
  1: { title: 'User Commands', source: 'the table in src/cli/commands' },
  5: { title: 'File Formats', source: 'config.schema.json' },
};

export function roffOf({ name, chapter, summary, sections }: Page, version: string): string {
  const { title, source } = CHAPTERS[chapter];
  const heading = `${name.toUpperCase().replaceAll('-', '\\-')} ${chapter}`;
  const lines = [
    `.\\" Written by npm run generate from ${source}: do not edit.`,
    // Names of commands stay whole, and lines keep their own length.
    '.nr HY 0',
    `.TH ${heading} "" "mailrobot ${version}" "${title}"`,
    '.ad l',
    '.SH NAME',
    `${escaped(name)} \\- ${inline(summary)}`,
    ...sections
      .filter(({ blocks }) => blocks.length > 0)
      .flatMap((section) => [`.SH ${quoted(section.title)}`, ...section.blocks.flatMap(linesOf)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Paragraphs, with an empty line between them. */
export function prose(text: string | undefined): readonly Block[] {
  if (text === undefined) return [];
  return text.split(/\n\s*\n/).map((paragraph) => ({ type: 'prose', text: paragraph }));
}

function linesOf(block: Block): readonly string[] {
  switch (block.type) {
    case 'prose':
      return ['.PP', ...sentences(block.text)];
    case 'code':
      return ['.PP', '.nf', ...block.lines.map((line) => guarded(escaped(line))), '.fi'];
    case 'heading':
      return [`.SS ${quoted(block.text)}`];
    case 'item':
      return ['.TP', guarded(term(block.term)), ...sentences(block.text)];
    case 'synopsis':
      return [
        `.SY ${quoted(block.line)}`,
        // What ends in dots ends no sentence.
        ...block.parts.map((part) => `${guarded(term(part).replaceAll(' ', '\\ '))}\\&`),
        '.YS',
      ];
  }
}

/** A line for each sentence: troff sees where it ends. */
function sentences(text: string): readonly string[] {
  return text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split(/(?<=\.) (?=[A-Z])/)
    .map((sentence) => guarded(inline(sentence)));
}

function inline(text: string): string {
  return text
    .split(/(`[^`]*`|\b[a-z][\w.-]*\(\d\))/)
    .map((part) => {
      if (part.startsWith('`')) return `\\fB${escaped(part.slice(1, -1))}\\fP`;
      const [, page, chapter] = /^([a-z][\w.-]*)\((\d)\)$/.exec(part) ?? [];
      return page === undefined ? escaped(part) : `\\fB${escaped(page)}\\fP(${chapter})`;
    })
    .join('');
}

/** `-m, --message <text>`: options are bold, and what stands for a value is italic. */
function term(flags: string): string {
  return flags
    .split(/(<[^<> ]+>|[^\s<>[\],|]+)/)
    .map((part, n) => {
      if (n % 2 === 0 || part === '...') return escaped(part);
      const [, value] = /^<(.+)>$/.exec(part) ?? [];
      return value === undefined ? `\\fB${escaped(part)}\\fP` : `\\fI${escaped(value)}\\fP`;
    })
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

function escaped(text: string): string {
  return text.replace(/[\\\-'`^~]/g, (character) => ESCAPES[character] ?? character);
}

/** A dot at the begin of a line would be a macro. */
function guarded(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

function quoted(argument: string): string {
  return `"${escaped(argument)}"`;
}
