/**
 * The pages of a desk as people see them: in Chromium at three widths, light and dark, with nothing
 * that is wrong for anybody; and in a terminal.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserMissing, openBrowser, type Site } from '../kit/browser.ts';
import { BOB, EVE, KAY } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { problemsOf } from '../kit/looked-at.ts';
import { MIXED, parts } from '../kit/mail.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';
import { Folder, NAMES } from '../site/pages-of.ts';

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const QUOTED = 'It works.\n\nOn Friday you wrote:\n> Try it once more.\n> Bob\n\n-- \nKay';

/** What people send: headings, a wide table, lists, quotes, links, pictures, code. */
const RICH = {
  more: 'Content-Type: text/html; charset=utf-8\n',
  text: `<style>p{color:#fff}</style><h1>Order</h1><p style="color:#eee">See <a href="https://shop.example/${'a'.repeat(90)}">here</a>, <b>soon</b>.</p>
<table border="1"><tr><th>Item</th>${'<th>Longish heading</th>'.repeat(9)}</tr><tr><td>1</td>${`<td>${LONG}</td>`.repeat(9)}</tr></table>
<ol start="4"><li>four<ul><li>inner</li></ul></li></ol><dl><dt>a</dt><dd>b</dd></dl><pre>if (x) {\n  ${'wide '.repeat(40)}\n}</pre>
<img src="https://pixel.example/1.gif" alt="dot"><img src="cid:x" alt="Logo"><hr><p dir="rtl">مرحبا</p>
<div>On Friday you wrote:<blockquote><p>Try it.</p><blockquote>What?</blockquote></blockquote></div><h5>End</h5>`,
};

const folder = new Folder();
afterAll(() => folder.remove());

beforeAll(async () => {
  const desk = new Desk();
  await desk.deliver({ subject: "I can't login!", text: 'The page says "denied".\n\nNic' });
  await desk.answer(7102, 'Try it once more.\n\n  1. Reset\n  2. Log in', 'bob');
  await desk.deliver({ from: KAY, subject: `${LONG} ${LONG}`, text: `${LONG}${LONG}\nمرحبا` });
  await desk.order(7103, 'assign kim', 'bob');
  await desk.order(7103, 'priority urgent', 'bob');
  await desk.order(7103, 'tag +invoice +router', 'bob');
  await desk.order(7103, 'note Call them back.', 'bob');
  await desk.deliver({ from: KAY, to: 'support-7103', text: QUOTED });
  await desk.deliver({
    ...{ from: KAY, subject: 'With a file', more: MIXED },
    text: parts(
      ['Content-Type: text/plain', 'See there.'],
      ['Content-Type: image/png\nContent-Disposition: attachment; filename="a b.png"', 'x'],
    ),
  });
  await desk.order(7104, 'merge 7103', 'bob');
  await desk.deliver({ from: EVE, to: 'support-7102', subject: 'Let me in', text: 'I am Nic.' });
  await desk.deliver({ from: BOB, to: 'support-7102', subject: 'RE: help', text: 'Unproven.' });
  await desk.deliver({ from: KAY, subject: 'As HTML', ...RICH });
  await folder.write(desk);
});

/** What is folded is unfolded, so that it is judged as well. */
function siteAt(path: string): Site {
  const pages = folder.pages;
  return {
    start: `/${path}`,
    file: (asked) => {
      const content = pages.get(asked.slice(1))?.replaceAll('<details', '<details open');
      return content === undefined ? null : { content, type: 'text/html; charset=utf-8' };
    },
  };
}

const PAGES = {
  front: 'index.html',
  all: NAMES.list('tickets'),
  numbers: NAMES.list('tickets SUPPORT 71'),
  held: NAMES.list('held'),
  statistics: NAMES.list('statistics'),
  answered: NAMES.ticket('SUPPORT-7102'),
  noted: NAMES.ticket('SUPPORT-7103'),
  rich: NAMES.ticket('SUPPORT-7105'),
  merged: NAMES.ticket('SUPPORT-7104'),
} as const;

describe.skipIf(browserMissing !== null)('a page in Chromium', () => {
  const browser = openBrowser();

  test.each(Object.entries(PAGES))('%s is well', { timeout: 120_000 }, async (name, path) => {
    expect(await problemsOf(name, siteAt(path), 'page', await browser())).toEqual([]);
  });
});

test.skipIf(w3mMissing !== null)('a ticket can be read in a terminal', () => {
  const seen = inTerminal(folder.page(PAGES.noted));
  for (const words of [
    'Conversation',
    'It works.',
    'Try it once more.',
    'Call them back.',
    'Log',
  ]) {
    expect(seen).toContain(words);
  }
  expect(inTerminal(folder.page(PAGES.front))).toMatch(/SUPPORT-7102\W+I can't login!/);
});
