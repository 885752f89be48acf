/** Snippets by a mail to control@: which there are, and what one says. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOB, KIM, NIC } from '../kit/config.ts';
import type { Mail } from '../kit/mail.ts';
import { snippetDesk } from '../kit/snippets.ts';

const FILES = {
  'vpn.md': 'Attach: a.pdf\n\nDear {{name}},\n\nuse **the new** VPN.\n',
  'vpn.de.md': 'Guten Tag,\n',
  'SUPPORT/bye.md': 'Bye.\n',
  'wrong.md': '{{nmae}}\n',
  'Not a snippet.md': 'x\n',
  'a.pdf': 'x',
};

function asked(text: string, more: Mail = {}, files: Readonly<Record<string, string>> = FILES) {
  const made = snippetDesk(files);
  const mail = { from: BOB, login: 'bob', to: 'control', subject: 'today', text, ...more };
  const said = async () => (await made.desk.deliver(mail)).letters.map((one) => one.text).join('');
  return { ...made, said };
}

test('all of them are listed, with what is wrong', async () => {
  const text = await asked('snippets').said();
  expect(text).toMatch(/NAME +QUEUE +LANGUAGE +TEXT/);
  expect(text).toMatch(/\nbye +SUPPORT +all +Bye\.\n/);
  expect(text).toMatch(/\nvpn +all +de +Guten Tag,\n/);
  expect(text).toMatch(/\nvpn +all +all +Dear \{\{name\}\},\n/);
  expect(text).toMatch(/\nwrong +all +all +cannot be used\n/);
  expect(text).toContain('snippets/wrong.md: line 1: {{nmae}} is not one of');
  expect(text).toContain('snippets/Not a snippet.md: is no snippet');
  expect(text).toContain('Processed.');
});

test('one is shown as it is written, in each language, by its name or in the subject', async () => {
  const text = await asked('snippet vpn.').said();
  expect(text).toContain('# snippets/vpn.de.md\n\nGuten Tag,\n');
  expect(text).toContain('# snippets/vpn.md\nAttach: a.pdf\n\nDear {{name}},\n\nuse **the new**');
  expect(text).not.toContain('Bye.');
  expect(await asked('', { subject: 'snippet bye' }).said()).toContain('Bye.');
});

test.each([
  ['snippet nothing', 'There is no snippet "nothing".'],
  ['snippet ../config', 'There is no snippet "../config".'],
  ['snippet', 'It needs the name of a snippet'],
])('%j says what is wrong', async (line, problem) => {
  const text = await asked(`${line}\nheld`).said();
  expect(text).toContain(problem);
  expect(text).toContain('Processed (1 error).');
});

test('where there are none, that is said; a folder with the name of one is one that is wrong', async () => {
  expect(await asked('snippets', {}, {}).said()).toContain('There are no snippets.');
  const { dir, said } = asked('snippets', {}, { 'a.md': 'A.\n' });
  mkdirSync(join(dir, 'snippets', 'b.md'));
  expect(await said()).toContain('snippets/b.md: is no file');
});

test('nobody but the staff is told of them', async () => {
  const customer = { from: NIC, results: 'dmarc=pass header.from=ferrier.example' };
  for (const more of [customer, { from: KIM, login: 'eve' }]) {
    const { login: _, ...mail } = { login: undefined, ...more };
    const { desk } = snippetDesk(FILES);
    await desk.deliver({ ...mail, to: 'control', text: 'snippets\nsnippet vpn' });
    expect(desk.letters.map(({ content }) => content).join('')).not.toContain('the new');
  }
});

test('at the top of an answer it comes back: it is a command of another mail', async () => {
  const { desk } = snippetDesk(FILES);
  await desk.deliver({});
  const answer = { from: BOB, login: 'bob', to: 'support-7102', text: 'snippet vpn\n\nBob' };
  const { letters } = await desk.deliver(answer);
  expect(letters.map(({ to }) => to)).toEqual([BOB]);
  expect(letters[0]?.text).toContain('It belongs in a mail to the control address');
});
