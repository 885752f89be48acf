/** What is written in a terminal, as HTML beside the text: what is meant so, and what is left alone. */
import { describe, expect, test } from 'vitest';
import { fromMarkdown } from '../../src/html/markdown.ts';
import { safeTree, sanitise } from '../../src/html/sanitise.ts';
import { type HtmlTree, isBlock } from '../../src/html/tree.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const shown = (text: string) => fromMarkdown(text)?.fragment?.html.replaceAll('\n', '') ?? null;

describe('is shown as it is meant', () => {
  test.each([
    ['**bold** and *slanted*', '<p><strong>bold</strong> and <em>slanted</em></p>'],
    ['- one\n- two', '<ul><li>one</li><li>two</li></ul>'],
    ['3. three\n4. four', '<ol start="3"><li>three</li><li>four</li></ol>'],
    ['`rm -r x`', '<p><code>rm -r x</code></p>'],
    ['~~no~~', '<p><s>no</s></p>'],
    ['> You wrote\n\nYes.', '<blockquote><p>You wrote</p></blockquote><p>Yes.</p>'],
    ['## Steps\n\nx', '<h2>Steps</h2><p>x</p>'],
  ])('%j', (text, html) => expect(shown(text)).toBe(html));

  test('a link shows where it leads, if its words do not', () => {
    expect(shown('See [the form](https://x.example/form).')).toContain(
      'href="https://x.example/form"',
    );
    expect(shown('<https://x.example>')).toContain('>https://x.example</a>');
  });

  test('a table, and lines of code as they stand', () => {
    expect(shown('| a | b |\n| - | - |\n| 1 | 2 |')).toMatch(/^<table>.*<td>1<\/td><td>2<\/td>/);
    expect(shown('```sh\n# ls\n  x\n```')).toMatch(/^<pre>.*# ls/);
  });

  test('line breaks stay, also beside a mark', () => {
    expect(shown('Dear Nic,\n**done**\nBob')).toBe(
      '<p>Dear Nic,<br><strong>done</strong><br>Bob</p>',
    );
  });
});

/** What people of a support write, and what is no Markdown in it. */
const ORDINARY = [
  'Hello Nic,\n\nit works now.\n\nBob',
  'Run: rm /tmp/*.txt /tmp/*.log',
  'Your password is ab*cd*ef',
  'Your password is x__y__z`q`1 or a~~b~~c',
  '__init__.py and then __main__',
  'Call __init__ before __del__, and __all__',
  '2*3*4 and 2**3**4',
  'Try 2 * 3 * 4, or *.txt and *.md',
  'SELECT *,count(*) FROM t',
  'SELECT a.*, b.* FROM a, b WHERE a.x*2 > b.y*2',
  'glob **/*.ts and **/*.js',
  'cp -r src/**/*.{ts,js} dist/',
  'ls *foo *bar*',
  '- 5 Euro',
  '- 5,00 EUR\n- 19 %',
  '-5 degrees, - 3 more',
  '+ 49 30 1234',
  'Total:\n- €5\n= 10',
  '1. 2. 2026',
  'On 24. 12. 2026, or 24.12.2026',
  '1. 2. 2026 is a Sunday',
  '![pic](https://evil.example/x.png)',
  '![alt](https://x.example/a.png) and ![x]',
  'snake_case_name and file_name_ and _private_',
  'report_2026_final_v2.pdf, _old_/a_b.txt',
  'jane_doe@shop.example and j_r_doe@shop.example',
  'C:\\new\\*.txt and \\\\server\\share\\*',
  '/var/log/*/error_log_*',
  '^a*b*$ and (x*)(y*) and [a-z]*_[0-9]*',
  's/*foo*/*bar*/g',
  'char **argv, int *p, *q;',
  'int *a, *b; (*f)(*p); a = *p * *q',
  'void (*signal(int sig, void (*func)(int)))(int)',
  '# apt-get update',
  '#channel and #7102',
  '#7102',
  '#1 is done, #2 is not',
  '#!/bin/sh',
  'The price is 5 EUR* (*without tax)',
  '5*, 6*, and 7**',
  '19.99 $ / 17,50 € / -20 %',
  '~/bin and ~root, ~~ and ~5',
  'AT&T, &copy; and &amp; are words',
  '<b>no HTML</b> <script>x()</script>',
  'Vec<T>, a < b > c, std::map<int, *p>',
  '[1] and [x]: https://x.example',
  'array[i](x) and f[0](1)',
  'https://x.example/a_b_c*d*e_f_',
  '+49 30 1234 and -5 degrees',
  '-- \nBob Bell',
  '--\nBob_Bell_',
  '_____________',
  'Sign here: ______ Date: ______',
  '*****',
  '* * *',
  '=====\nTitle\n=====',
  '(*_*) and ^_^ and *_*',
  '/\\_/\\\n( o.o )\n > ^ <'.replace('\n >', '\n  .'),
  '+---+---+\n+ a + b +\n+---+---+',
  '- old line\n+ new line',
  "`a' and `b'",
  'a`b`c',
  "5 o'clock *and\nthen* some",
  '\\*not\\* and \\_so\\_',
  '%s_%d_%s and $FOO_BAR_BAZ',
  'rsync --exclude=*_old_* a b',
  '@decorator(**kwargs, *args)',
  '1.',
  '##',
  '-',
];

test.each(ORDINARY)('is text, and nothing of it Markdown: %j', (text) => {
  expect(fromMarkdown(text)).toBeNull();
});

test.each(ORDINARY)('is shown sign by sign beside something that is Markdown: %j', (text) => {
  const { html } = fromMarkdown(`${text}\n\n**Important**`)?.fragment ?? {};
  const words = safeTree(html ?? '', { targets: 'none' });
  expect(words).not.toBeNull();
  expect(inSigns(words ?? [])).toBe(`${text}Important`.replace(/\s+/g, ''));
});

function inSigns(nodes: HtmlTree): string {
  const words = nodes.map((node) =>
    isBlock(node) ? inSigns(node.children) : node.kind === 'text' ? node.text : '',
  );
  return words.join('').replace(/\s+/g, '');
}

test.each([
  ['```secret words\nx\n```', null],
  ['```c++\nx\n```', null],
  ['```sh\nls *.txt\n```', '<pre><code>ls *.txt</code></pre>'],
  ['```\nnever closed', null],
  ['```\n```', null],
  ['> You wrote\nmy answer', null],
  ['>', null],
  ['[](https://x.example)', null],
  ['[ ](https://x.example)', null],
  ['01. a', null],
  ['## C #', null],
  [
    'Bob <bob_b@x.example>',
    '<p>Bob &lt;<a href="mailto:bob_b@x.example">bob_b@x.example</a>&gt;</p>',
  ],
  ['**Note:** "*this*", *that*.', '<p><strong>Note:</strong> "<em>this</em>", <em>that</em>.</p>'],
  ['**very *much* so**', '<p><strong>very <em>much</em> so</strong></p>'],
  ['`rm *.txt` is **bad**', '<p><code>rm *.txt</code> is <strong>bad</strong></p>'],
  ['- a\n- 5 Euro', '<ul><li>a</li><li>5 Euro</li></ul>'],
])('%j is shown as %j', (text, html) => {
  expect(fromMarkdown(text)).not.toBeNull();
  expect(fromMarkdown(text)?.fragment?.html.replaceAll('\n', '') ?? null).toBe(html);
});

const PIECES = [
  ...['word', 'Grüße', '7102', '5', 'x', 'https://x.example/a_b', 'a@b.example', 'sh'],
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '~',
    '`',
    '``',
    '```',
    '[',
    ']',
    '](https://x.example)',
    '(',
    ')',
  ],
  ...[
    '!',
    '#',
    '##',
    '-',
    '+',
    '>',
    '|',
    '\\',
    '/',
    '.',
    ',',
    ':',
    '<',
    '>',
    '=',
    '---',
    '1.',
    '2)',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    ' ',
    '\n',
    '\n',
    '\n\n',
    '    ',
    '| a | b |\n|---|---|\n',
    '&amp;',
    '$',
    '€',
    '%',
  ],
];

test(`no sign is lost, whatever stands among words (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED);
  for (let round = 0; round < roundsOf(4000); round += 1) {
    const text = Array.from({ length: 1 + choose.number(30) }, () => choose(PIECES)).join('');
    const { html } = fromMarkdown(text)?.fragment ?? {};
    if (html === undefined) continue;
    expect(text.split('\n').map(bare).join(''), text).toMatch(asWritten(html));
    expect(sanitise(html)?.html).toBe(html);
  }
});

/** Of a line, what is no blank, no mark of a quote before it, and no bar of a table. */
function bare(line: string): string {
  return line.replace(/^[\s>]+/, '').replace(/[\s>|]+/g, '');
}

const WRITTEN: Readonly<Record<string, string>> = {
  ...{ '<em>': '[*_]', '</em>': '[*_]', '<strong>': '(?:[*_]{2})', '</strong>': '(?:[*_]{2})' },
  ...{ '<s>': '~~', '</s>': '~~', '<code>': '`{1,2}', '</code>': '`{1,2}', '<hr>': '-{3,}' },
  ...{ '<li>': '(?:[-*]|\\d{1,9}[.)])', '<table>': '', '</thead>': '(?:[-:]{1,})' },
  ...{ '<pre>': '(?:(?:`{3,}|~{3,})\\p{L}{0,20})?', '</pre>': '(?:`{3,}|~{3,})?' },
};

function asWritten(html: string): RegExp {
  const pattern = withoutTargets(html)
    .replaceAll('<pre><code>', '<pre>')
    .replaceAll('</code></pre>', '</pre>')
    .split(/(<[^>]*>)/)
    .map((part) => {
      if (/^<h[2-6]/.test(part)) return `#{${part.charAt(2)}}`;
      if (part.startsWith('<a ')) return '\\[?';
      if (part === '</a>') return '(?:\\]\\([^)]*\\))?';
      if (part.startsWith('<')) return WRITTEN[part] ?? '';
      return escaped(bare(decoded(part)));
    })
    .join('');
  return new RegExp(`^${pattern}$`, 'u');
}

/** Of links whose words are another address: it is shown behind them. */
function withoutTargets(html: string): string {
  const targets = [...html.matchAll(/<a href="([^"]*)">/g)].map(([, href = '']) => `[${href}]`);
  return targets.reduce((rest, target) => rest.replaceAll(target, ''), html);
}

function decoded(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

test('what HTML would say in other words stays text, and that is told apart', () => {
  expect(fromMarkdown('[a](https://x.example "a title that is not shown")')).toEqual({
    isSame: false,
    fragment: null,
  });
  expect(fromMarkdown('5. a\n7. b')).toEqual({ isSame: false, fragment: null });
});

test.each([
  '[x](javascript:alert(1))',
  '[x](data:text/html,x)',
  '**<img src=x onerror=x()>**',
  '<javascript:x()>',
])('nothing of it runs: %j', (text) => {
  const html = shown(text) ?? '';
  expect(html).not.toMatch(/href|<img|<script/);
  expect(sanitise(html)?.html ?? '').toBe(fromMarkdown(text)?.fragment?.html ?? '');
});

test('marks without end take no longer than their length', () => {
  for (const mark of ['*', '_', '`', '[', '<', '> ', '- ', '|', '**a ', '[a](', '~~a', '&', '\\']) {
    expect(() => fromMarkdown(mark.repeat(20_000 / mark.length))).not.toThrow();
  }
});
