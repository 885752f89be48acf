/**
 * The lines of a mail's text as new-lines.ts judges them: blank, quoted (`>`), or text.
 *
 * Lines in a closed ``` block are never quotes; elsewhere a line that begins
 * with `>` is one, also the last lines of a text that shows a shell prompt. A
 * line over LONG_LINE characters is text that nothing is matched against. Pure.
 */
export const LONG_LINE = 1_000;

type Kind = 'blank' | 'text' | 'quote';

export interface Line {
  readonly kind: Kind;
  readonly raw: string;
  /** With single blanks, none at the ends; empty if nothing is to be matched. */
  readonly text: string;
}

export const NO_LINE: Line = { kind: 'blank', raw: '', text: '' };

export function readLines(text: string): readonly Line[] {
  const lines = text.split('\n').map(readLine);
  let fence: number | null = null;
  lines.forEach((line, at) => {
    if (line.kind !== 'text' || !line.text.startsWith('```')) return;
    if (fence === null) {
      fence = at;
      return;
    }
    for (let inside = fence + 1; inside < at; inside++) {
      const raw = lines[inside]?.raw ?? '';
      lines[inside] = { kind: raw.trim() === '' ? 'blank' : 'text', raw, text: '' };
    }
    fence = null;
  });
  return lines;
}

function readLine(whole: string): Line {
  const raw = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  if (/^ {0,3}[>＞]/.test(raw)) return { kind: 'quote', raw, text: '' };
  if (raw.length > LONG_LINE) return { kind: raw.trim() === '' ? 'blank' : 'text', raw, text: '' };
  const text = raw.trim().split(/\s+/).join(' ');
  if (text === '') return { kind: 'blank', raw, text };
  // The initials of whom is quoted, as some newsreaders write them: "NF> text".
  return { kind: /^[A-Z]{1,2}>(?: |$)/.test(text) ? 'quote' : 'text', raw, text };
}

export function nextFilled(lines: readonly Line[], at: number): number {
  let next = at;
  while (lines[next]?.kind === 'blank') next++;
  return next;
}

/** A line of three or more of one mark. */
export function isRuler(text: string): boolean {
  return /^(?:-{3,}|_{3,}|={3,}|\*{3,}|~{3,}|#{3,}|\+{3,})$/.test(text);
}

/** Without the dashes, stars and colons around the words. */
export function withoutMarks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && '-*_= '.includes(text.charAt(from))) from++;
  while (to > from && '-*_=:： '.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

export function isBarred({ kind, text }: Line): boolean {
  return kind === 'text' && text.startsWith('|');
}
