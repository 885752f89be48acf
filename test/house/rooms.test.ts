/** The source keeps to the tables of src/README.md; each row of them meets a violation here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DECIDING, rulesIn, violationsIn } from './rooms.ts';

const SRC = join(import.meta.dirname, '../../src');
const rules = rulesIn(readFileSync(join(SRC, 'README.md'), 'utf8'));
const source = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(SRC, file), 'utf8')]),
);

/** What else is wrong if these files stand beside the others. */
function plantedIn(files: Readonly<Record<string, string>>): readonly string[] {
  return violationsIn(new Map(Object.entries(files)), rules);
}

const inRoom = (room: string) => (room.endsWith('.ts') ? room : `${room}/planted.ts`);
const rooms = [...rules.rooms.keys()];
const forbidden = rooms.flatMap((room) =>
  rooms
    .filter((other) => other !== room && !rules.rooms.get(room)?.includes(other))
    .map((other) => ({ room, other })),
);

test('the source keeps to the tables', () => {
  expect(violationsIn(source, rules)).toEqual([]);
});

test('the tables name every room and every package', () => {
  expect(rooms.length).toBeGreaterThan(15);
  expect(rules.owners.size).toBeGreaterThan(10);
});

test.each(forbidden)('$room may not import $other', ({ room, other }) => {
  const path = `${room.endsWith('.ts') ? '.' : '..'}/${inRoom(other)}`;
  const file = inRoom(room);
  const wanted = `${file} imports ${inRoom(other)}`;
  expect(plantedIn({ [file]: `import { x } from '${path}';\n` })).toEqual([wanted]);
  expect(plantedIn({ [file]: `import type { X } from '${path}';\n` })).toEqual([wanted]);
  expect(plantedIn({ [file]: `export * from '${path}';\n` })).toEqual([wanted]);
  expect(plantedIn({ [file]: `await import('${path}');\n` })).toEqual([wanted]);
  expect(plantedIn({ [file]: `type X = import('${path}').X;\n` })).toEqual([wanted]);
});

test.each([...rules.rooms])('%s may import what its row names', (room, imports) => {
  const lines = imports.map((other) => {
    const path = `${room.endsWith('.ts') ? '.' : '..'}/${inRoom(other)}`;
    return `import '${path}';\n`;
  });
  expect(plantedIn({ [inRoom(room)]: lines.join('') })).toEqual([]);
});

test.each([...rules.owners])('only its owner imports %s', (name, owners) => {
  for (const owner of owners) {
    const file = owner.endsWith('/') ? `${owner}planted.ts` : owner;
    expect(plantedIn({ [file]: `import { x } from '${name}';\n` })).toEqual([]);
  }
  expect(plantedIn({ 'cli/planted.ts': `import { x } from '${name}/part';\n` })).toEqual([
    `cli/planted.ts imports ${name}`,
  ]);
});

test('a package that the table does not name has no owner', () => {
  expect(plantedIn({ 'cli/planted.ts': "import 'left-pad';\n" })).toEqual([
    'cli/planted.ts imports left-pad',
  ]);
});

test.each(DECIDING)('%s asks nothing of the world', (room) => {
  const file = inRoom(room);
  expect(plantedIn({ [file]: "import { readFileSync } from 'node:fs';\n" })).toHaveLength(1);
  expect(plantedIn({ [file]: 'export const x = process.env;\n' })).toHaveLength(1);
  expect(plantedIn({ [file]: 'export const x = new Date();\n' })).toHaveLength(1);
});

test.each([
  ['of values', "import './b.ts';\n", "import './a.ts';\n"],
  ['of types', "import type { B } from './b.ts';\n", "import type { A } from './a.ts';\n"],
  ['by import()', "await import('./b.ts');\n", "import './a.ts';\n"],
])('a circle %s is found', (_, a, b) => {
  expect(plantedIn({ 'ticket/a.ts': a, 'ticket/b.ts': b })).toEqual([
    'in a circle: ticket/a.ts, ticket/b.ts',
  ]);
});

test('a file that starts programs with every right that we have is found', () => {
  const start = "import { spawn } from 'node:child_process';\n";
  expect(plantedIn({ 'runtime/planted.ts': start })).toEqual([
    'runtime/planted.ts starts programs, and does not know runtime/rights.ts',
  ]);
  const rights = "import { withoutRights } from './rights.ts';\n";
  expect(plantedIn({ 'runtime/planted.ts': start + rights, 'runtime/rights.ts': '' })).toEqual([]);
});

test('a file that lies in no room is found', () => {
  expect(plantedIn({ 'utils/planted.ts': '' })).toEqual(['utils/planted.ts is in no room']);
});

test('a row that names a room below it is found', () => {
  const upside = rulesIn('| `ticket/` | a | cli |\n| `cli/` | b | |\n');
  expect(violationsIn(new Map(), upside)).toEqual([
    'the row of ticket names cli, which is not above it',
  ]);
});
