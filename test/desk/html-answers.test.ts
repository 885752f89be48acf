/**
 * Answers with HTML, as the programs of the staff write them, and what the customer gets. Whole
 * mails: fixtures/html-answers/NAME.eml is the answer (`%QUOTED%` stands for the mail that it
 * answers), NAME.out what goes out.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NIC } from '../kit/config.ts';
import { answeredBy, HTML_ANSWERS } from '../kit/html-answers.ts';

const CLIENTS = readdirSync(HTML_ANSWERS).flatMap((file) =>
  file.endsWith('.eml') ? [file.slice(0, -'.eml'.length)] : [],
);

test.each(CLIENTS)(
  'an answer written with %s goes out as HTML and text, without what was quoted',
  async (client) => {
    const letters = await answeredBy(client);
    expect(letters.map(({ to, text }) => [to, to === NIC ? '' : text])).toEqual([[NIC, '']]);
    const content = letters[0]?.content ?? '';
    await expect(content).toMatchFileSnapshot(join(HTML_ANSWERS, `${client}.out`));
  },
);
