/** An answer as it goes out: its words, signatures, and what was said before; in text and HTML. */
import { describe, expect, test } from 'vitest';
import { sanitise, wordsOf } from '../../src/html/sanitise.ts';
import { answerBody } from '../../src/letters/answer-body.ts';
import { configOf, STAFF, SUPPORT } from '../kit/config.ts';

const QUEUE = { ...SUPPORT, signature: 'Support GmbH\n+49 30 1234' };
const NOBODY = STAFF[0] ?? {};
const SIGNING = { ...STAFF[0], signature: 'Bob Builder' };
const draft = {
  ...{ text: 'Try it.\n', subject: { answers: 'x' }, queue: 'SUPPORT', by: 'bob', language: null },
  history: [
    {
      ...{ serial: 2, date: '2026-11-20T10:00:00Z', mayBeLast: true },
      words: { writer: 'Nic <b>', lines: ['', 'I cannot', 'log in.', '> Why?', ''] },
    },
    { serial: 1, date: '2026-11-19T10:00:00Z', words: null, mayBeLast: true },
  ],
} as const;
const body = async (queue: object, staff: object, more: object = {}) =>
  answerBody({ ...draft, ...more }, configOf({ queues: [queue], staff: [staff] }));

describe('signatures', () => {
  test.each<readonly [string, object, object, string]>([
    ['of a queue', QUEUE, NOBODY, 'Try it.\n\n-- \nSupport GmbH\n+49 30 1234\n'],
    ['of a person', SUPPORT, SIGNING, 'Try it.\n\n-- \nBob Builder\n'],
    [
      'of both, the person first, below one mark',
      QUEUE,
      SIGNING,
      'Try it.\n\n-- \nBob Builder\n\nSupport GmbH\n+49 30 1234\n',
    ],
    ['of nobody', SUPPORT, NOBODY, 'Try it.\n'],
  ])('%s', async (_, queue, staff, text) => {
    expect(await body(queue, staff)).toEqual({ body: text });
  });

  test('a person is known by their login, too', async () => {
    expect((await body(SUPPORT, { ...SIGNING, name: 'Robert' })).body).toContain('Bob Builder');
    expect((await body(SUPPORT, { ...SIGNING, name: 'Robert', sasl: [] })).body).toBe('Try it.\n');
  });

  test('what a robot says has no person, and what is passed on is as it is', async () => {
    expect((await body(QUEUE, SIGNING, { isAutomatic: true })).body).not.toContain('Bob Builder');
    expect(await body(QUEUE, SIGNING, { subject: { forwards: 'x' } })).toEqual({
      body: 'Try it.\n',
    });
  });

  test('as HTML are made of their text', async () => {
    expect((await body(QUEUE, SIGNING, { html: '<p>Try it.</p>' })).html).toBe(
      '<p>Try it.</p>\n<p>--<br>\nBob Builder</p>\n<p>Support GmbH<br>\n+49 30 1234</p>',
    );
  });

  test('as HTML of the config, made safe, if it says the same', async () => {
    const html = '<p onclick="x()"><b>Support</b> GmbH<br>+49 30 1234</p><script>x()</script>';
    const queue = { ...QUEUE, signatureHtml: html };
    expect((await body(queue, NOBODY, { html: '<p>Try it.</p>' })).html).toBe(
      '<p>Try it.</p>\n<p>--</p>\n<p><b>Support</b> GmbH<br>\n+49 30 1234</p>',
    );
    const other = { ...QUEUE, signatureHtml: '<p>Buy now!</p>' };
    expect((await body(other, NOBODY, { html: '<p>Try it.</p>' })).html).not.toContain('Buy');
  });
});

describe('below them', () => {
  test('stands what was said before, and whose words they are is known', async () => {
    expect(await body({ ...QUEUE, quote: 'thread' }, SIGNING)).toEqual({
      body: 'Try it.\n\n-- \nBob Builder\n\nSupport GmbH\n+49 30 1234\n\nOn 2026-11-20 10:00 UTC, Nic <b> wrote:\n> I cannot\n> log in.\n>> Why?\n\n[A message of 2026-11-19 10:00 UTC is not quoted here]\n',
      quotes: [2],
    });
  });

  test('in HTML as a quote of the same words', async () => {
    const { html = '', body: text } = await body({ ...SUPPORT, quote: 'thread' }, NOBODY, {
      html: '<p>Try it.</p>',
    });
    expect(html).toBe(
      '<p>Try it.</p>\n<p>On 2026-11-20 10:00 UTC, Nic &lt;b&gt; wrote:</p>\n<blockquote><p>I cannot<br>\nlog in.</p>\n<blockquote><p>Why?</p>\n</blockquote>\n</blockquote>\n<p>[A message of 2026-11-19 10:00 UTC is not quoted here]</p>',
    );
    const words = (one: string) => one.replace(/[\s>]+/g, ' ').trim();
    expect(words(wordsOf({ html }))).toBe(words(text));
    expect(sanitise(html)?.html.replaceAll('\n', '')).toBe(html.replaceAll('\n', ''));
  });
});
