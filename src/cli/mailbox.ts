/**
 * `mailrobot mailbox`: what `mailrobot sendmail` has put into its Maildirs.
 *
 * Without an address, who has got mail; with one, the mails, oldest first; with a
 * number, that mail.
 */
import { readConfig } from '../config/read.ts';
import { maildirOf, mailsIn, namesIn } from '../feed/maildir.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { person } from '../pages/person.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { columnTime, timeHeading } from '../pages/time.ts';
import { readStored } from '../reading/read.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface MailboxOptions {
  readonly config: string;
  readonly maildir: string;
}

export async function mailbox(
  address: string | undefined,
  number: string | undefined,
  { config, maildir }: MailboxOptions,
  run: Run,
): Promise<void> {
  const { limits } = readConfig(config);
  const read = (mail: Buffer) => readStored(() => [mail], limits.reading, run.reader);
  if (address === undefined) {
    const names = namesIn(maildir);
    if (names.length === 0) run.explain(`There is no mail in the folder ${maildir}.`);
    for (const name of names) run.say(inertLine(name));
    return;
  }
  const mails = mailsIn(maildirOf(maildir, address));
  if (mails.length === 0) throw new Refused(`no mail has come for ${inertLine(address)}`);
  if (number === undefined) {
    const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
    const timeOf = columnTime(at);
    const rows: string[][] = [];
    for (const [n, mail] of mails.entries()) {
      const { date, from, subject } = await read(mail);
      rows.push([
        String(n + 1),
        date === null ? '' : timeOf(date),
        from === null ? '(nobody)' : person(from),
        inertLine(subject || '(no subject)'),
      ]);
    }
    process.stdout.write(table(['NO', timeHeading('DATE', at), 'FROM', 'SUBJECT'], rows, at));
    return;
  }
  const mail = mails[Number(number) - 1];
  if (mail === undefined) throw new Refused(`there are ${mails.length} mails for ${address}`);
  const { from, to, subject, text } = await read(mail);
  const lines = [
    `From: ${from === null ? '(nobody)' : person(from)}`,
    `To: ${to.map(person).join(', ')}`,
    `Subject: ${inertLine(subject)}`,
    '',
    inert(text).trimEnd(),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
