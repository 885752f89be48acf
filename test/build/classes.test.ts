/** What the build makes a class of does what the function did. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classes } from '../../build/classes.ts';

interface Built {
  readonly render: (template: string, view: unknown) => string;
  readonly kinds: readonly string[];
}

const MUSTACHE = join(import.meta.dirname, '..', '..', 'node_modules', 'mustache', 'mustache.mjs');
const PROGRAM = `
import mustache from '${MUSTACHE}';
export const render = (template, view) => mustache.render(template, view, { part: '[{{a}}]' });
export const kinds = [mustache.Scanner, mustache.Context, mustache.Writer].map((made) =>
  String(made).slice(0, 5),
);
`;

let dir: string;
let ours: Built;
let theirs: Built;

async function built(name: string, isOurs: boolean): Promise<Built> {
  const build = await rolldown({
    input: join(dir, 'program.js'),
    platform: 'node',
    logLevel: 'silent',
    plugins: isOurs ? [classes()] : [],
  });
  await build.write({ file: join(dir, `${name}.mjs`), format: 'esm', codeSplitting: false });
  await build.close();
  // What the program above exports.
  return (await import(join(dir, `${name}.mjs`))) as Built;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-'));
  writeFileSync(join(dir, 'program.js'), PROGRAM);
  ours = await built('ours', true);
  theirs = await built('theirs', false);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

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
