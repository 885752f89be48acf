/** Regular expressions over what others wrote take their time in proportion to it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientLines } from '../../src/reading/quotes/words.ts';
import { isWritable } from '../../src/ticket/address.ts';
import { type Expression, expressionsIn } from '../expressions/find.ts';
import { faultOf } from '../expressions/steps.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));

/** Built of what the config says: the administrator's own. */
const ADMINISTRATORS: Readonly<Record<string, string>> = {
  'config/schema/values.ts': 'asks whether spam[].pattern is one, and runs it on nothing',
  'decision/spam.ts': 'spam[].pattern, run on 1000 characters of a field',
};

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .toSorted();
const found = files.map((file) => ({
  file,
  ...expressionsIn(readFileSync(join(SOURCE, file), 'utf8'), file),
}));
/** Those that this program builds, as it builds them: file, place there, and what came of it. */
const observed: { readonly file: string; readonly place: string; readonly is: Expression }[] = [];
const Original = RegExp;

beforeAll(async () => {
  console.log(`SEED=${SEED}`);
  globalThis.RegExp = new Proxy(Original, {
    construct: (_, args: [string, string?]) => watched(args),
    apply: (_, __, args: [string, string?]) => watched(args),
  });
  for (const { file } of found.filter(({ built }) => built.length > 0)) {
    await import(`${join(SOURCE, file)}?observed`);
  }
  clientLines();
  isWritable('é@ferrier.example');
});
afterAll(() => {
  globalThis.RegExp = Original;
});

function watched([source, flags]: [string, string?]): RegExp {
  const made = new Original(source, flags);
  for (const line of (new Error('here').stack ?? '').split('\n')) {
    const [, path = '', place = ''] = /\/src\/([\w/-]+\.ts)[^:]*:(\d+:\d+)/.exec(line) ?? [];
    if (path !== '') {
      observed.push({ file: path, place, is: { source: made.source, flags: made.flags } });
      break;
    }
  }
  return made;
}

describe('all of them are found', () => {
  test('literals in every corner of a text', () => {
    const text = `const a = /a+/g; class B { #c = [/b/u]; d(): string { return \`\${x.replace(/c/, '')}\`; } }`;
    expect(expressionsIn(text, 'x.ts').literals).toEqual([
      { source: 'a+', flags: 'g' },
      { source: 'b', flags: 'u' },
      { source: 'c', flags: '' },
    ]);
  });

  test('and what is built, however it is', () => {
    const text = `new RegExp(a);\nRegExp('b');\nglobalThis.RegExp(c);\nd.match('e');\nd.search(\`\${f}\`);`;
    expect(expressionsIn(text, 'x.ts').built.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(expressionsIn(`d.match(/e/); d.match(f); d.split('g');`, 'x.ts').built).toEqual([]);
  });

  test('the source has some hundred', () => {
    expect(found.flatMap(({ literals }) => literals).length).toBeGreaterThan(200);
  });

  test('each that is built was seen as it is, or is the administrator’s', () => {
    const unseen = found.flatMap(({ file, built }) => {
      const seen = new Set(observed.flatMap((one) => (one.file === file ? [one.place] : [])));
      const isKnown = file in ADMINISTRATORS || seen.size === built.length;
      return isKnown ? [] : [`${file}: ${built.length} are built, ${seen.size} were seen`];
    });
    expect(unseen).toEqual([]);
    expect(Object.keys(ADMINISTRATORS)).toEqual(
      found.flatMap(({ file, built }) =>
        built.length > 0 && file in ADMINISTRATORS ? [file] : [],
      ),
    );
  });
});

describe('what is not linear is told', () => {
  test.each<readonly [string, string]>([
    ['each end of a line', ' +$'],
    ['two that take the same', '^a+[a-z]+!'],
    ['a choice of two that are one', '^(?:a|[a-c])+$'],
    ['one in another', '(x+x+)+y'],
    ['the end of a text in any writing', '[^\\p{L}\\p{N}]+$'],
  ])('%s', (_, source) => {
    expect(faultOf({ source, flags: 'u' }, SEED)).not.toBeNull();
  });

  test.each<readonly [string, string]>([
    ['', '^[a-z]+:\\S*$'],
    [', however many pieces of a bounded length there are', '\\[cid:([^\\]\\n]{1,300})\\]'],
  ])('and what is linear is not%s', (_, source) => {
    expect(faultOf({ source, flags: 'i' }, SEED)).toBeNull();
  });
});

test('all of ours are linear', () => {
  const ours = [
    ...found.flatMap(({ file, literals }) => literals.map((is) => ({ file, is }))),
    ...observed.filter(({ file }) => !(file in ADMINISTRATORS)),
  ];
  const files = new Map<string, string>();
  for (const { file, is } of ours) files.set(`/${is.source}/${is.flags}`, file);
  const faults: string[] = [];
  for (const [name, file] of files) {
    const end = name.lastIndexOf('/');
    const is = { source: name.slice(1, end), flags: name.slice(end + 1) };
    const fault = faultOf(is, SEED);
    if (fault !== null) faults.push(`${file} ${name}: ${fault}`);
  }
  expect(faults).toEqual([]);
}, 900_000);
