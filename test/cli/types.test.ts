/**
 * The options that a row declares are those of its function: tsc refuses each of the rows
 * in `refused`.
 */
import { expect, test } from 'vitest';
import { command } from '../../src/cli/commands/declare.ts';
import type { WithConfig } from '../../src/cli/commands/given.ts';
import type { Run } from '../../src/cli/run.ts';

type Carried = Promise<void>;
interface Options extends WithConfig {
  readonly full?: boolean;
  readonly tlsKey?: string;
}

const loads = {
  one:
    async () =>
    async (_id: string, _: Options, _run: Run): Carried => {},
  always:
    async () =>
    async (_id: string, _: { readonly full: boolean }): Carried => {},
  many:
    async () =>
    async (_words: readonly string[], _: Sent, _run: Run): Carried => {},
  nothing: async () => async (): Carried => {},
};
interface Sent extends WithConfig {
  readonly maildir: string;
  readonly f?: string;
  readonly o?: readonly string[];
}

const row = { words: 'x', summary: 'x', examples: [] };
const id = { arguments: [['<id>', 'x']] } as const;
const full = { '--full': 'x' } as const;
const key = { '--tls-key <file>': 'x' } as const;

test('rows that fit their function are taken, and give plain values', () => {
  const taken = [
    command({ ...row, ...id, options: { ...full, ...key }, load: loads.one }),
    command({
      ...{ ...row, arguments: [['[to...]', 'x']], load: loads.many },
      options: {
        '--maildir <dir>': { text: 'x', preset: 'mail' },
        '-f <sender>': 'x',
        '-o <option>': { text: 'x', isList: true },
      },
    }),
    command({
      ...{ ...row, ...id, load: loads.always },
      options: { '--full': { text: 'x', isRequired: true } },
    }),
    command({ ...row, load: loads.nothing }),
  ];
  expect(taken.map(({ options }) => options.map(({ name }) => name))).toEqual([
    ['--full', '--tls-key'],
    ['--maildir', '-f', '-o'],
    ['--full'],
    [],
  ]);
});

const refused = [
  // @ts-expect-error: the function takes --tls-key
  () => command({ ...row, ...id, options: full, load: loads.one }),
  // @ts-expect-error: the function knows no --json
  () => command({ ...row, ...id, options: { ...full, ...key, '--json': 'x' }, load: loads.one }),
  // @ts-expect-error: --full is no text
  () => command({ ...row, ...id, options: { '--full <x>': 'x', ...key }, load: loads.one }),
  // @ts-expect-error: --full may be missing
  () => command({ ...row, ...id, options: full, load: loads.always }),
  // @ts-expect-error: the function needs an id
  () => command({ ...row, options: { ...full, ...key }, load: loads.one }),
  // @ts-expect-error: the id may be missing
  () => command({ ...row, arguments: [['[id]', 'x']], options: full, load: loads.one }),
  // @ts-expect-error: several words are not one
  () => command({ ...row, arguments: [['<id...>', 'x']], options: full, load: loads.one }),
  // @ts-expect-error: the function takes no option
  () => command({ ...row, options: full, load: loads.nothing }),
];

test('it is tsc alone that refuses the others', () => {
  expect(refused.map((declare) => declare().kind)).toEqual(refused.map(() => 'command'));
});
