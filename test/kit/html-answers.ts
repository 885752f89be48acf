/** An answer as a program of the staff writes it (fixtures/html-answers/NAME.eml), sent to a desk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOB, NIC } from './config.ts';
import { Desk } from './desk.ts';
import type { Letter } from './letter.ts';

export const HTML_ANSWERS = join(import.meta.dirname, '..', '..', 'fixtures', 'html-answers');

/** The answer of that program to what the desk has told; `changed`: as its author wrote it. */
export async function answeredBy(
  client: string,
  desk = new Desk(),
  changed: (mail: string) => string = (mail) => mail,
): Promise<readonly Letter[]> {
  await desk.deliver({ from: NIC, subject: "I can't login!", text: 'Is the shop open?' });
  const told = desk.lastTo(BOB);
  const lines = told.text.trimEnd().split('\n');
  const escaped = lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  const values: Readonly<Record<string, string>> = {
    TO: told.replyTo,
    SUBJECT: told.subject,
    REF: told.id ?? '',
    QUOTED: lines.map((line) => `> ${line}`).join('\n'),
    COPIED: lines.join('\n'),
    HTML: escaped.join(client === 'thunderbird' ? '\n' : '<br>\n'),
  };
  const whole = changed(readFileSync(join(HTML_ANSWERS, `${client}.eml`), 'utf8'));
  const answer = whole.replace(/%([A-Z]+)%/g, (_, name: string) => values[name] ?? '');
  const { letters } = await desk.deliver({
    octets: Buffer.from(answer),
    environment: {
      SENDER: BOB,
      RECIPIENT: told.replyTo,
      CLIENT_ADDRESS: '203.0.113.1',
      SASL_USERNAME: 'bob',
    },
    verb: 'any',
  });
  return letters;
}
