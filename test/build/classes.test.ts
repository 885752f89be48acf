/** What the build makes a class of does what the function did. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classes } from '../../build/classes.ts';
import { builtBoth, MODULES } from './built-both.ts';

interface Built {
  readonly render: (template: string, view: unknown) => string;
  readonly kinds: readonly string[];
}

const PROGRAM = `
import mustache from '${MODULES}/mustache/mustache.mjs';
export const render = (template, view) => mustache.render(template, view, { part: '[{{a}}]' });
export const kinds = [mustache.Scanner, mustache.Context, mustache.Writer].map((made) =>
  String(made).slice(0, 5),
);
`;

let ours: Built;
let theirs: Built;
let remove: () => void;

beforeAll(async () => {
  ({ ours, theirs, remove } = await builtBoth<Built>(PROGRAM, classes()));
});
afterAll(() => remove());

test('a template becomes the same text', () => {
  expect(ours.kinds).toEqual(['class', 'class', 'class']);
  expect(theirs.kinds).toEqual(['funct', 'funct', 'funct']);
  const view = { a: '<1>', list: [{ b: 2 }, { b: 3, c: { d: 4 } }], no: false, e: () => 'five' };
  const templates = [
    'plain',
    '{{a}} {{{a}}} {{&a}} {{missing}} {{e}}',
    '{{#list}}({{b}}{{c.d}}{{a}}){{/list}}{{^no}}none{{/no}}{{#no}}some{{/no}}{{! said }}{{>part}}',
    '{{=<% %>=}}<%a%> {{a}}',
    'line\n{{#list}}\n  {{b}}\n{{/list}}\nend',
  ];
  for (const template of templates) {
    expect(ours.render(template, view)).toBe(theirs.render(template, view));
    expect(ours.render(template, view)).toBe(theirs.render(template, view));
  }
  for (const wrong of ['{{#list}}', '{{a', '{{/list}}']) {
    expect(() => ours.render(wrong, view)).toThrow();
  }
});
