/**
 * The documents as a reader sees them: prose in pieces (a paragraph, an item of a list, a row
 * of a table), blocks of code, headings. Enough of Markdown for how they are written here:
 * code is indented by four or stands between fences.
 */

/** Paths relative to the repository, and the text of each file. */
export type Documents = ReadonlyMap<string, string>;

export interface Piece {
  readonly kind: 'prose' | 'row' | 'code' | 'heading';
  readonly text: string;
}

interface Open {
  readonly kind: Piece['kind'];
  readonly lines: string[];
}

export function piecesOf(document: string): readonly Piece[] {
  const pieces: Open[] = [];
  let isFenced = false;
  let isClosed = true;
  let isAfterBlank = true;
  for (const line of document.split('\n')) {
    const last: Open | undefined = isClosed ? undefined : pieces.at(-1);
    const isFence = line.startsWith('```');
    const kind = kindOf(line, { isFenced, isAfterBlank, isInCode: last?.kind === 'code' });
    if (isFence) isFenced = !isFenced;
    if (kind === null) isClosed = isFence || last?.kind !== 'code';
    else if (last?.kind === kind && !isBegin(kind, line)) last.lines.push(line);
    else {
      pieces.push({ kind, lines: [line] });
      isClosed = false;
    }
    isAfterBlank = line.trim() === '';
  }
  return pieces.map(({ kind, lines }) => ({ kind, text: textOf(kind, lines) }));
}

/** null for a line that is none: blank, or a fence. */
function kindOf(
  line: string,
  before: {
    readonly isFenced: boolean;
    readonly isAfterBlank: boolean;
    readonly isInCode: boolean;
  },
): Piece['kind'] | null {
  if (line.startsWith('```')) return null;
  if (before.isFenced) return 'code';
  if (line.trim() === '') return null;
  if (/^ {4}/.test(line) && (before.isAfterBlank || before.isInCode)) return 'code';
  if (line.startsWith('#')) return 'heading';
  return line.startsWith('|') ? 'row' : 'prose';
}

function isBegin(kind: Piece['kind'], line: string): boolean {
  return kind === 'prose' ? /^ *([-*]|\d+\.) /.test(line) : kind !== 'code';
}

function textOf(kind: Piece['kind'], lines: readonly string[]): string {
  return kind === 'code' ? lines.join('\n') : lines.map((line) => line.trim()).join(' ');
}

/** `code` within prose, rows and headings. */
export function spansIn({ kind, text }: Piece): readonly string[] {
  return kind === 'code' ? [] : [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

/** The names by which a link finds the headings of a document, as GitHub makes them. */
export function anchorsOf(document: string): ReadonlySet<string> {
  const headings = piecesOf(document).filter(({ kind }) => kind === 'heading');
  const names = headings.map(({ text }) =>
    text
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(names);
}
