/**
 * An answer above a copy of what the desk has sent one of the staff beside notifications: a ticket's
 * page that `show` asked for, a mail that came back, what was done. No word of that copy goes out.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';
import { HTML } from '../kit/mail.ts';
import { marked, WRITTEN } from '../kit/mail-programs.ts';

const WORDS = 'Hello Nic, please try it again.';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I cannot log in' });
});

const answer = ({ replyTo, id }: Letter, text: string, more = '') =>
  desk.deliver({ from: BOB, to: replyTo, answers: id, text, more });

/** Whether it went out as `words` alone, or nothing of it did. */
const gone = () => desk.to(NIC).slice(1);

describe('the page that "show" asked for', () => {
  beforeEach(async () => {
    await desk.deliver({ to: 'support-7102', text: 'It says "no such user" since\nthe update.' });
    await desk.order(7102, 'tag +vip');
    await desk.act(7102, { type: 'note', text: 'Bad payer, careful' }, 'kim');
    await desk.deliver({ from: KAY, subject: 'Divorce of Kay', text: 'My secret words of Kay' });
  });
  const asked = async (text: string) => {
    await desk.deliver({ from: BOB, login: 'bob', to: 'control', subject: 'x', text });
    return desk.lastTo(BOB);
  };

  test.each(WRITTEN)('is no part of an answer: %s', async (_, written) => {
    const shown = await asked('show 7102');
    const came = await answer(shown, written(WORDS, shown.text));
    expect(came.end).toBe('carried-out');
    expect(gone().map(({ text }) => text)).toEqual([`${WORDS}\n`]);
  });

  test('is no part of one that is HTML alone', async () => {
    const shown = await asked('show 7102');
    const page = shown.text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const html = `<p>${WORDS}</p><blockquote type="cite"><pre>${page}</pre></blockquote>`;
    const came = await answer(shown, html, HTML);
    expect(came.end).toBe('carried-out');
    expect(gone().map(({ text }) => text.trim())).toEqual([WORDS]);
  });

  test('the words above it may stand in it as well', async () => {
    await desk.act(7102, { type: 'reply', text: 'Hello Nic,\n\nwait a moment.\n\nBob' }, 'bob');
    const shown = await asked('show 7102');
    const [, written] = WRITTEN.find(([name]) => name === 'Outlook') ?? [];
    const came = await answer(
      shown,
      written?.('Hello Nic,\n\nit is done.\n\nBob', shown.text) ?? '',
    );
    expect(came.end).toBe('carried-out');
    expect(gone().at(-1)?.text).toBe('Hello Nic,\n\nit is done.\n\nBob\n');
  });

  test.each([
    ['a heading', '#3  note by kim, internal  2026-11-20 10:00\n  He pays late.'],
    [
      'a line that was put in',
      'SUPPORT-7102  test\nStatus     open\nRequester  Nic <nic@ferrier.example>\n\n#1  from Nic <nic@ferrier.example>  2026-11-20 10:00\n  He pays late.\n\nProcessed.',
    ],
  ])('comes back if a part of it is left: %s', async (_, part) => {
    const shown = await asked('show 7102');
    const came = await answer(shown, `${WORDS}\n\n${part}`);
    expect(came.end).toBe('returned');
    expect(desk.lastTo(BOB).text).toContain('a part of our mail to you');
    expect(gone()).toEqual([]);
  });

  test.each(['list all', 'held', 'search login', 'stats', 'show 7103', 'close 7102', 'colour'])(
    'is answered to nobody with "%s" beside it',
    async (line) => {
      const shown = await asked(`${line}\nshow 7102`);
      expect(shown.text).toContain('Bad payer');
      expect(shown.replyTo).toBe('');
    },
  );

  test('an answer between its marked lines goes out', async () => {
    const shown = await asked('show 7102');
    const copy = marked(shown.text).replace(/^(.*the update\.)$/m, '$1\n\nThat is mended.\n');
    await answer(shown, `On Friday, Support wrote:\n${copy}`);
    expect(gone().map(({ text }) => text)).toEqual([expect.stringContaining('That is mended.')]);
    expect(gone()[0]?.text).not.toMatch(/payer|Requester|Processed/);
  });
});

describe('a mail that came back', () => {
  const SAID = 'Hi Kim, this customer is a fraud, keep him busy.';

  test.each(WRITTEN)('is no part of the answer that puts it right: %s', async (_, written) => {
    await answer(desk.lastTo(BOB), SAID);
    const back = desk.lastTo(BOB);
    expect(back.text).toContain('was not carried out');
    const came = await answer(back, written(WORDS, back.text));
    expect(came.end).toBe('carried-out');
    expect(gone().map(({ text }) => text)).toEqual([`${WORDS}\n`]);
  });

  test.each(WRITTEN)('nor if a colleague has written meanwhile: %s', async (_, written) => {
    const told = desk.lastTo(BOB);
    desk.wait(120_000);
    await desk.act(7102, { type: 'note', text: 'Bad payer, careful' }, 'kim');
    await answer(told, 'Hello Nic, wait a moment.');
    const back = desk.lastTo(BOB);
    expect(back.text).toContain('Kim wrote on SUPPORT-7102');
    const came = await answer(back, written(WORDS, back.text));
    expect(came.end).toBe('carried-out');
    expect(gone().map(({ text }) => text)).toEqual([`${WORDS}\n`]);
  });

  test.each(WRITTEN)('words of it that are said again go out: %s', async (_, written) => {
    const good = 'It is in the post since Monday, and you will have it by Friday, or call us.';
    await answer(desk.lastTo(BOB), `Hi Kim,\n\n${good}`);
    const back = desk.lastTo(BOB);
    const came = await answer(back, written(`Hi Nic,\n\n${good}`, back.text));
    expect(came.end).toBe('carried-out');
    expect(gone().map(({ text }) => text)).toEqual([`Hi Nic,\n\n${good}\n`]);
  });

  test('comes back again if a client has wrapped it', async () => {
    await answer(desk.lastTo(BOB), SAID);
    const back = desk.lastTo(BOB);
    const wrapped = marked(back.text).replace(/(.{40}\S*) /g, '$1\n');
    const came = await answer(back, `${WORDS}\n\nOn Friday, Support wrote:\n${wrapped}`);
    expect(came.end).toBe('returned');
    expect(gone()).toEqual([]);
  });

  test('comes back again if lines of the desk are left that nobody knows', async () => {
    await answer(desk.lastTo(BOB), SAID);
    const back = desk.lastTo(BOB);
    const changed = back.text.replace(/^Is that for .*$/m, 'He is not to be told at all.');
    const came = await answer(back, `${WORDS}\n\n${changed}`);
    expect(came.end).toBe('returned');
    expect(gone()).toEqual([]);
  });
});

describe('a mail that says what was done', () => {
  test.each(WRITTEN.slice(0, -1))('is no part of an answer: %s', async (_, written) => {
    const text = 'tag +fraud\nassign kim\npriority high\n\nHello Nic, we look.';
    const told = desk.lastTo(BOB);
    await desk.deliver({ from: BOB, login: 'bob', to: told.replyTo, answers: told.id, text });
    const done = desk.lastTo(BOB);
    expect(done.text).toContain('has the tags fraud');
    await answer(told, written(WORDS, done.text));
    expect(gone().at(-1)?.text).toBe(`${WORDS}\n`);
  });
});
