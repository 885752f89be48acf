/**
 * Colour and width, if there is a terminal to have them.
 *
 * Colour only on a terminal and never under NO_COLOR (no-color.org); lines are
 * cut to the terminal's width, and not at all in a pipe. Widths are counted in
 * columns, not in characters: CJK takes two, combining marks none.
 */
import { styleText } from 'node:util';
import { wideWidth } from './wide.ts';

export type Style = (format: 'bold' | 'dim' | 'green' | 'yellow' | 'cyan', text: string) => string;

export interface Screen {
  readonly style: Style;
  /** Columns, or null for no limit. */
  readonly columns: number | null;
  /** By its lines, which stay whole however long, a copy of the page is known (desk/words-to-staff.ts). */
  readonly isMail?: true;
  /** Of whoever reads it (IANA); the host's if left out. */
  readonly zone?: string;
}

export function screen(
  isTerminal: boolean,
  columns: number | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  zone?: string,
): Screen {
  const isColoured = isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return {
    style: isColoured
      ? (format, text) => styleText(format, text, { validateStream: false })
      : (_, text) => text,
    columns: isTerminal ? (columns ?? 80) : null,
    ...(zone !== undefined && { zone }),
  };
}

export function width(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : wideWidth(text);
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Cuts to `columns` and ends with an ellipsis. */
export function ellipsize(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (width(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A stranger's text: each line indented, also where the terminal would go on at its left edge. */
export function indented(text: string, columns: number | null): readonly string[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [''];
    return broken(line, columns === null ? null : columns - INDENT.length).map(
      (piece) => INDENT + piece,
    );
  });
}

const INDENT = '  ';
/** Segmenting takes time with the square of the length: so much at once. */
const MEASURED_CHARACTERS = 1000;

/** Characters as people see them; where one lies across two pieces, it may be broken. */
function* segmentsOf(line: string): Generator<string> {
  const segmenter = new Intl.Segmenter();
  for (let at = 0; at < line.length; ) {
    const isPair = /[\ud800-\udbff]/.test(line[at + MEASURED_CHARACTERS - 1] ?? '');
    const end = at + MEASURED_CHARACTERS + (isPair ? 1 : 0);
    for (const { segment } of segmenter.segment(line.slice(at, end))) yield segment;
    at = end;
  }
}

/** Broken between words if there are any, else between characters. */
export function broken(line: string, columns: number | null): readonly string[] {
  if (columns === null) return [line];
  if (line.length <= MEASURED_CHARACTERS && width(line) <= columns) return [line];
  const found: string[] = [];
  let piece = '';
  for (const segment of segmentsOf(line)) {
    if (width(piece + segment) > columns && piece !== '') {
      const space = segment === ' ' ? piece.length : piece.lastIndexOf(' ');
      const isBetween = space > piece.length / 2;
      found.push(isBetween ? piece.slice(0, space) : piece);
      piece = isBetween ? piece.slice(space + 1) : '';
      if (isBetween && segment === ' ') continue;
    }
    piece += segment;
  }
  return [...found, piece];
}
