/**
 * A text in blocks: its lines, and what they are. Whoever shows a text, cuts a quote or makes HTML
 * of an answer asks this, and looks at no line again to know what it is.
 *
 * Every line with words is in one block; what is in none is empty. Blocks stand in their order, and
 * none is within another one: a list within a quote is a quote. The text is derived: the lines, one
 * behind the other.
 */
import type { LineRange } from '../../ticket/ticket.ts';
import type { Line } from '../quotes/lines.ts';

export type TextBlock = LineRange &
  (
    | {
        readonly kind:
          | 'paragraph'
          | 'list'
          /** A row is a line. */
          | 'table'
          /** Nothing but what stands for pictures. */
          | 'picture'
          /** "On Monday Nic wrote:", above a quote. */
          | 'attribution'
          /** The copied header of a mail, or a line such as "Original Message", above it. */
          | 'header'
          /** From its dashes on. */
          | 'signature';
      }
    | {
        readonly kind: 'quote';
        /** How many marks stand before each of its lines. */
        readonly depth: number;
      }
  );

export interface TextInBlocks {
  readonly lines: readonly Line[];
  readonly blocks: readonly TextBlock[];
}

/** What only the HTML of a line says of it, by the number of the line, from 0. */
export type SaidOfLines = ReadonlyMap<number, 'table' | 'picture'>;

export function textOf({ lines }: Pick<TextInBlocks, 'lines'>): string {
  return lines.map(({ raw }) => raw).join('\n');
}
