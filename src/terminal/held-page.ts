/**
 * Held mail for a person: one a line, or one with its text. Pure.
 *
 * Everything that came by mail is made inert before it is shown.
 */
import type { HeldMail } from '../ticket/held.ts';
import { inert, inertLine } from './inert.ts';
import { person } from './person.ts';
import { ellipsize, padTo, type Screen, width } from './style.ts';
import { localTime } from './time.ts';

const HEADINGS = ['ID', 'RECEIVED', 'TICKET', 'FROM', 'WHY', 'SUBJECT'] as const;
const FROM_WIDTH = 26;

export function heldTable(mails: readonly HeldMail[], { style, columns }: Screen): string {
  const rows = [
    [...HEADINGS],
    ...mails.map((mail) => [
      String(mail.id),
      localTime(mail.date),
      mail.ticket ?? mail.queue,
      ellipsize(inertLine(mail.from?.address ?? '(nobody)'), FROM_WIDTH),
      mail.reason.check,
      inertLine(mail.subject || '(no subject)'),
    ]),
  ];
  const widths = HEADINGS.map((_, n) => Math.max(...rows.map((row) => width(row[n] ?? ''))));
  const lines = rows.map((row) => {
    const line = row
      .map((cell, n) => padTo(cell, widths[n] ?? 0))
      .join('  ')
      .trimEnd();
    return columns === null ? line : ellipsize(line, columns);
  });
  return `${[style('bold', lines[0] ?? ''), ...lines.slice(1)].join('\n')}\n`;
}

export function heldPage(mail: HeldMail, text: string, { style }: Screen): string {
  const author = mail.from === null ? '(nobody)' : person(mail.from);
  const facts: readonly (readonly [string, string])[] = [
    ['From', `${author}, unverified`],
    ['To', mail.ticket ?? mail.queue],
    ['Received', localTime(mail.date)],
    ['Held', `${mail.reason.check}: ${mail.reason.evidence}`],
    ['Raw mail', mail.raw],
  ];
  const lines = [
    style('bold', `${mail.id}  ${inertLine(mail.subject || '(no subject)')}`),
    ...facts.map(([name, value]) => `${style('dim', name.padEnd(9))}  ${inertLine(value)}`),
    '',
    ...inert(text)
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
  ];
  return `${lines.join('\n')}\n`;
}
