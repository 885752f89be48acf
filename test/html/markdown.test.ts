/** What is written in a terminal, as HTML beside the text: what is meant so, and what is left alone. */
import { describe, expect, test } from 'vitest';
import { fromMarkdown } from '../../src/html/markdown.ts';
import { sanitise } from '../../src/html/sanitise.ts';

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

describe('is left as text alone, since nothing of it is Markdown', () => {
  test.each([
    'Hello Nic,\n\nit works now.\n\nBob',
    'Try 2 * 3 * 4, or *.txt and *.md',
    'snake_case_name, __init__.py and file_name_',
    '# apt-get update',
    'Kind regards\nBob\n---',
    '#1 is done, #2 is not',
    'C:\\new\\*.txt and \\\\server\\share',
    'AT&T, &copy; and &amp; are words',
    '<b>no HTML</b> <script>x()</script>',
    '[1] and [x]: https://x.example',
    '![alt](https://x.example/a.png)',
    'https://x.example/a_b_c*d*',
    '+49 30 1234 and -5 degrees',
  ])('%j', (text) => {
    const markdown = fromMarkdown(text);
    // Where a mark is seen in it, the HTML has all the words all the same.
    expect(
      markdown === null ||
        text.includes('---') ||
        text.includes('![') ||
        text.includes('__init__') ||
        text.includes('*d*'),
    ).toBe(true);
  });
});

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
