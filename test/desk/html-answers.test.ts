/**
 * Answers with HTML, as the programs of the staff write them, and what the customer gets. Whole
 * mails: fixtures/html-answers/NAME.eml is the answer (`%QUOTED%` stands for the mail that it
 * answers), NAME.out what goes out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'html-answers');
const CLIENTS = readdirSync(FOLDER).flatMap((file) =>
  file.endsWith('.eml') ? [file.slice(0, -'.eml'.length)] : [],
);

/** The answer of that program to what the desk has told. */
async function answeredBy(client: string): Promise<readonly Letter[]> {
  const desk = new Desk();
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
  const answer = readFileSync(join(FOLDER, `${client}.eml`), 'utf8').replace(
    /%([A-Z]+)%/g,
    (_, name: string) => values[name] ?? '',
  );
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

test.each(CLIENTS)(
  'an answer written with %s goes out as HTML and text, without what was quoted',
  async (client) => {
    const letters = await answeredBy(client);
    expect(letters.map(({ to, text }) => [to, to === NIC ? '' : text])).toEqual([[NIC, '']]);
    const content = letters[0]?.content ?? '';
    await expect(content).toMatchFileSnapshot(join(FOLDER, `${client}.out`));
  },
);
