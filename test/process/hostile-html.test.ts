/** HTML that takes much out of a little: the mail is delivered with its text, at once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

const WORDS = 'Hello, my printer is broken.';

test.each([
  ['line breaks', `<div style="white-space:pre">${'\n'.repeat(130_000)}</div>`],
  [
    'a link in each of many paragraphs',
    `<a href="http://x.example/?${'&'.repeat(1900)}">${'<p>.'.repeat(60_000)}</a>`,
  ],
  ['quotes in quotes', '<blockquote>'.repeat(240) + '.<br>'.repeat(8000)],
])('%s', async (_, html) => {
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@support-ticket.example'] }];
  });
  const input = `From: Carl <carl@cust.example>
To: new@support-ticket.example
Subject: broken
Message-ID: <1@cust.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

${WORDS}
--b
Content-Type: text/html; charset=utf-8

<p>${WORDS}</p>${html}
--b--
`;
  const env = { SENDER: 'carl@cust.example', RECIPIENT: 'new@support-ticket.example' };
  const ended = await desk.run(['new'], { input, env });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
  const { stdout } = await desk.run(['ticket', 'show', '7102', '--json']);
  expect(JSON.parse(stdout).messages[0].text.trim()).toBe(WORDS);
  const told = desk.sent().find(({ args }) => args.includes('bob@'));
  expect(told?.content).toContain(WORDS);
});
