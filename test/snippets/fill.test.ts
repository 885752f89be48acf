/** Values in a snippet: words and nothing else, in its text and in its HTML. */
import { describe, expect, test } from 'vitest';
import { sanitise } from '../../src/html/sanitise.ts';
import { serialised } from '../../src/html/serialise.ts';
import { tidy } from '../../src/html/tidy.ts';
import { type HtmlTree, isBlock } from '../../src/html/tree.ts';
import { fill, problemsOfSource } from '../../src/snippets/fill.ts';
import { namedBy, namesIn } from '../../src/snippets/mark.ts';
import { placedInHtml, placedInText } from '../../src/snippets/place.ts';
import type { SnippetValues } from '../../src/snippets/values.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const VALUES: SnippetValues = {
  ...{ ticket: 'SUPPORT-7102', address: 'support-7102@support-ticket.example', queue: 'Support' },
  ...{ name: 'Nic', subject: 'Login', author: 'bob' },
};
const htmlOf = (tree: HtmlTree) => serialised(tidy(tree));

/** What it is made of, without its words. */
function shapeOf(nodes: HtmlTree): string {
  return nodes
    .map((node) =>
      isBlock(node)
        ? `${node.name}(${shapeOf(node.children)})`
        : `${node.kind}[${node.marks.map(({ name, href = '' }) => name + href).join(' ')}]`,
    )
    .join(' ');
}

test('what is wrong is found in its line, also in a section and in a long text', () => {
  const lines = Array.from({ length: 3000 }, () => '{{name}} {{#name}}\n{{ticket}}{{/name}}').join(
    '\n',
  );
  expect(problemsOfSource(`${lines}\n{{#name}}\n{{nmae}}{{/name}}`).join()).toContain('line 6002:');
});

describe('a value stands in words of any kind', () => {
  test.each([
    ['**{{name}}**', '<p><strong>Nic</strong></p>'],
    ['*Dear {{name}}*,', '<p><em>Dear Nic</em>,</p>'],
    ['- {{name}}\n- {{subject}}', '<ul><li>Nic</li><li>Login</li></ul>'],
    ['`{{ticket}}`', '<p><code>SUPPORT-7102</code></p>'],
    ['## {{queue}}\n\n{{author}}', '<h2>Support</h2><p>bob</p>'],
    ['| a | b |\n| - | - |\n| {{name}} | *x* |', '<td>Nic</td>'],
    ['[{{ticket}}](https://x.example/)', '>SUPPORT-7102</a>'],
    ['{{#name}}Dear *{{name}}*,{{/name}}{{^name}}Hello,{{/name}}', '<p>Dear <em>Nic</em>,</p>'],
    ['So: {{{name}}} {{&name}}', '<p>So: Nic Nic</p>'],
    ['Dear {{name}},\nBob', '<p>Dear Nic,<br>Bob</p>'],
  ])('%j', (source, html) => {
    const { text, tree } = fill(source, VALUES);
    expect(htmlOf(tree).replaceAll('\n', '')).toContain(html);
    expect(problemsOfSource(source)).toEqual([]);
    expect(text).not.toContain('{{');
  });
});

test('a name that is not known makes room for other words', () => {
  const source = '{{#name}}Dear {{name}},{{/name}}{{^name}}Hello,{{/name}}\n';
  expect(fill(source, { ...VALUES, name: '' }).text).toBe('Hello,\n');
});

test.each([
  ['Dear {{nmae}},', 'line 1: {{nmae}} is not one of ticket, address, queue, name'],
  ['Hello,\n\n{{> vpn}}', 'line 3: {{> vpn}} puts in another text: there is none'],
  ['{{snippet:vpn}}', 'line 1: {{snippet:vpn}} is not one of'],
  ['{{name.length}} {{constructor}}', '{{name.length}} is not one of'],
  ['{{=<% %>=}}{{snippet:vpn}}', 'it names another snippet'],
  ['See \uFF5B\uFF5Bsnippet:vpn\uFF5D\uFF5D', 'it names another snippet'],
  ['{{#name}}Dear', 'Unclosed section "name"'],
  ['Dear {{name', 'Unclosed tag'],
  ['{{#name}}{{name}}{{/name}}', 'gives an empty text'],
  ['*x* [a](https://x.example/{{ticket}})', 'a variable stands in the address of a link'],
  ['[a](https://{{ticket}}.status.example/)', 'a variable stands in the address of a link'],
  ['<https://x.example/?a={{ticket}}>', 'a variable stands in the address of a link'],
  ['[a](mailto:{{address}})', 'a variable stands in the address of a link'],
])('%j is an error', (source, problem) => {
  expect(problemsOfSource(source).join('\n')).toContain(problem);
});

test('what a snippet says itself is no value, in letters of either case', () => {
  const { text, tree } = fill('zq0z ZQ0Z [zq0z](https://zq0z.example/) **{{ticket}}**', VALUES);
  expect(text).toContain('zq0z ZQ0Z [zq0z](https://zq0z.example/) **SUPPORT-7102**');
  expect(htmlOf(tree)).toContain('zq0z ZQ0Z <a href="https://zq0z.example/');
  expect(htmlOf(tree)).toContain('<strong>SUPPORT-7102</strong>');
});

const HOSTILE = [
  ...['**x**', '_y_', '`z`', '<b>', '</p>', '&amp;', '[a](https://evil.example)', '](', '#', '- '],
  ...['{{name}}', '{{{subject}}}', '{{/name}}', '{{snippet:vpn}}', 'Zq0Z', 'Zqq1Z', '\\', '|'],
  ...['<script>alert(1)</script>', 'https://evil.example', '> ', '$&', "$'", '~~', 'a', 'Ä', '1.'],
] as const;
const SOURCES = [
  'Dear {{name}},\n\n**{{subject}}** and {{name}}\n\n- {{name}}\n- `{{subject}}`\n',
  '{{name}}\n\n| a | b |\n| - | - |\n| {{subject}} | *x* |\n',
  '## {{subject}}\n\n> {{name}} {{author}}\n',
  'Zq0Z {{name}} [{{subject}}](https://x.example/)\n\n```\n{{name}}\n```\n',
  'Dear {{name}},\nplain {{subject}}\n',
] as const;

test(`whatever a value says, it changes words alone (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED);
  for (let n = 0; n < roundsOf(800); n += 1) {
    const hostile = () =>
      Array.from({ length: 1 + choose.number(6) }, () => choose(HOSTILE))
        .join(choose(['', ' ']))
        .trim();
    const [source, name, subject] = [choose(SOURCES), hostile(), hostile()];
    const about = JSON.stringify({ SEED, source, name, subject });
    const filled = fill(source, { ...VALUES, name, subject });
    const plain = fill(source, VALUES);
    const literally = source.replace(/\{\{(\w+)\}\}/g, (_, key: string) =>
      key === 'name' ? name : key === 'subject' ? subject : 'bob',
    );
    expect(filled.text, about).toBe(`${literally.trimEnd()}\n`);
    expect(shapeOf(filled.tree), about).toBe(shapeOf(plain.tree));
    const html = htmlOf(filled.tree);
    expect(sanitise(html, { targets: 'none' })?.html, about).toBe(html);
    const marks = new Map([['vpn', filled]]);
    const said = placedInText('a\n{{snippet:vpn}}\nb', marks);
    expect(said, about).toBe(`a\n${filled.text.trimEnd()}\nb`);
    const rich = placedInHtml('<p>a<br>{{snippet:vpn}}<br>b</p>', '{{snippet:vpn}}', marks);
    expect(rich?.split(html.slice(0, 20)).length ?? 0, about).toBeGreaterThan(1);
  }
});

test.each([
  ['{{snippet:vpn}}', 'vpn'],
  ['  {{ snippet: vpn }}\t', 'vpn'],
  ['{{Snippet:vpn}}\u200B', 'vpn'],
  ['{{snippet:../x}}', '../x'],
  ['> {{snippet:vpn}}', null],
  ['{{snippet:vpn}} please', null],
  ['{{snippet:vpn', null],
  ['{{vpn}}', null],
  [`{{snippet:${'x'.repeat(400)}}}`, null],
])('the line %j names %j', (line, name) => {
  expect(namedBy(line)).toBe(name);
  expect(namesIn(`a\n${line}\nb`)).toEqual(name === null ? [] : [name]);
});
