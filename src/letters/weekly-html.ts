/**
 * The mail of the week as HTML: its words as they are, and bars of plain table cells, which every
 * client draws, with its pictures off as well. The names and numbers of bars are ours alone. Pure.
 */
import { fromText } from '../html/from-text.ts';
import { type Piece, type Row, shareOf } from './weekly-text.ts';

/** With what stands beside it a bar has room on a telephone. */
const BAR_PIXELS = 110;
/** It stands out from white and from black. */
const BAR_STYLE = 'background-color:#4a7fb5;padding:0;font-size:10px;line-height:12px';

export function weeklyHtml(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      'words' in piece
        ? fromText(piece.words).html
        : `<h2 style="font-size:1em">${piece.title}</h2>\n${tableOf(piece.rows)}`,
    )
    .join('\n');
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ([name, count]) =>
      `<tr><th scope="row" style="text-align:left;font-weight:normal">${name}</th>` +
      `<td style="text-align:right">${count}</td><td>${barOf(shareOf(count, rows))}</td></tr>`,
  );
  return `<table>\n<tbody>\n${lines.join('\n')}\n</tbody>\n</table>`;
}

function barOf(share: number): string {
  if (share === 0) return '';
  const width = Math.ceil(share * BAR_PIXELS);
  return `<table role="presentation" style="width:${width}px"><tbody><tr><td style="${BAR_STYLE}">&nbsp;</td></tr></tbody></table>`;
}
