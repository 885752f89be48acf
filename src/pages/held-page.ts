/**
 * Held mail for a person: one a line, or one with its text. Pure.
 *
 * Everything that came by mail is made inert before it is shown.
 */
import type { HeldMail } from '../ticket/held.ts';
import type { Step } from './columns.ts';
import { inert, inertLine } from './inert.ts';
import { person } from './person.ts';
import { ellipsize, indented, type Screen } from './style.ts';
import { table } from './table.ts';
import { ago, fullTime } from './time.ts';

const HEADINGS = ['ID', 'AGE', 'TO', 'FROM', 'WHY', 'SUBJECT'] as const;
const FROM_WIDTH = 26;
/** So that the subject has room. */
const STEPS: readonly Step[] = [
  ['FROM', 16],
  'one space',
  ['FROM', 8],
  ['WHY', 10],
  ['FROM', 0],
  ['WHY', 0],
  ['TO', 0],
  ['AGE', 0],
];

export function heldTable(mails: readonly HeldMail[], at: Screen, now: Date): string {
  const rows = mails.map((mail) => [
    String(mail.id),
    ago(mail.date, now),
    mail.ticket ?? mail.queue,
    ellipsize(inertLine(mail.from?.address ?? '(nobody)'), FROM_WIDTH),
    mail.reason.check,
    inertLine(mail.subject || '(no subject)'),
  ]);
  return table(HEADINGS, rows, at, { steps: STEPS });
}

/** Of what waits for the word of its author the sender address alone is verified. */
function provenBy({ by, reason: { check } }: HeldMail): string {
  if (by !== undefined) return `staff: ${by}`;
  const isInDoubt = check === 'copied' || check === 'unconfirmed';
  return isInDoubt ? 'verified by our mail server, maybe a copy' : 'unverified';
}

export function heldPage(mail: HeldMail, text: string, at: Screen): string {
  const { style, columns } = at;
  const author = mail.from === null ? '(nobody)' : person(mail.from);
  const facts: readonly (readonly [string, string])[] = [
    ['From', `${author}, ${provenBy(mail)}`],
    ['To', mail.ticket ?? mail.queue],
    ['Received', fullTime(mail.date, at)],
    ['Held', `${mail.reason.check}: ${mail.reason.evidence}`],
    ['Raw mail', mail.raw],
  ];
  const lines = [
    style('bold', `${mail.id}  ${inertLine(mail.subject || '(no subject)')}`),
    ...facts.map(([name, value]) => `${style('dim', name.padEnd(9))}  ${inertLine(value)}`),
    '',
    ...indented(inert(text).trimEnd(), columns),
  ];
  return `${lines.join('\n')}\n`;
}
