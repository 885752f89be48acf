/** The robots of examples/robots: each does what its cases say. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDesk, ROOT, shortMail, type TestDesk } from '../process/desk.ts';

const EXAMPLES = join(ROOT, 'examples', 'robots');
interface Row {
  readonly name: string;
  readonly command?: readonly string[];
}
const ROWS: readonly Row[] = JSON.parse(readFileSync(join(EXAMPLES, 'robots.json'), 'utf8'));
/** It says what the mail says: as if it were talked over by every one of them. */
const MODEL = ['sed', '1,/^----$/d;/^----$/,$d'];

let desk: TestDesk;
beforeAll(async () => {
  desk = await makeDesk();
  const folder = join(desk.dir, 'robots');
  cpSync(EXAMPLES, folder, { recursive: true });
  const script = runsTypes() ? join(folder, 'error-codes.mts') : compiled(folder);
  const commands: Readonly<Record<string, readonly string[]>> = {
    'error-codes': [process.execPath, script],
    draft: [join(folder, 'draft'), ...MODEL],
  };
  desk.configure((config) => {
    config['robots'] = ROWS.map((row) => ({
      ...{ ...row, user: 'owner' },
      ...(commands[row.name] !== undefined && { command: commands[row.name] }),
    }));
  });
  const first = shortMail(1).replace('nic1@', 'nic@').replace('<1@', '<first@');
  await desk.run(['new'], { input: first });
});
afterAll(async () => {
  await desk.settled();
  desk.remove();
});

/** Whether this node runs TypeScript as it is. */
function runsTypes(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** As docs/robots.md says, and strictly: the types are those that npm installs. */
function compiled(folder: string): string {
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const source = join(EXAMPLES, 'error-codes.mts');
  const args = [...strict, '--ignoreConfig', '--rootDir', ROOT, '--outDir', folder, source];
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), args, {
    ...{ cwd: ROOT, encoding: 'utf8' },
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  return join(folder, 'examples', 'robots', 'error-codes.mjs');
}

test('each robot of the examples has a row, and cases', () => {
  const cases = readdirSync(EXAMPLES).filter((name) => name.endsWith('.cases'));
  const names = ROWS.map(({ name }) => name).sort();
  expect(cases.map((name) => name.slice(0, -'.cases'.length)).sort()).toEqual(names);
});

test.each(ROWS)('$name does what its cases say', async ({ name }) => {
  const cases = join(EXAMPLES, `${name}.cases`);
  const tried = await desk.run(['run', name, '--test', cases]);
  expect(tried.stdout).not.toContain('not ok');
  expect(tried).toMatchObject({ exit: 0 });
  const mails = readdirSync(cases).filter((one) => one.endsWith('.eml'));
  expect(tried.stdout.match(/^ok /gm)).toHaveLength(mails.length);
});

test('config check finds nothing wrong with their rows', async () => {
  const { stdout } = await desk.run(['config', 'check']);
  expect(stdout).not.toMatch(/"robots/);
});

test('whatever a mail makes a model say, it is one note on the ticket, and no mail goes out', async () => {
  const before = desk.sent().length;
  const injection = readFileSync(join(EXAMPLES, 'draft.cases', 'injection.eml'));
  expect(await desk.run(['run', 'draft'], { input: injection })).toMatchObject({ exit: 0 });
  await desk.settled();
  const { messages, status } = JSON.parse(
    (await desk.run(['ticket', 'show', '7102', '--json'])).stdout,
  );
  expect(status).toBe('new');
  expect(messages.at(-1)).toMatchObject({ direction: 'internal', by: 'robot draft' });
  expect(messages.at(-1).text).toContain('"type":"ticket.status"');
  expect(desk.sent().length).toBe(before);
});

test('a model that is not there, or fails, is no draft: held, or run again', async () => {
  const draft = join(desk.dir, 'robots', 'draft');
  const mail = readFileSync(join(EXAMPLES, 'draft.cases', 'on-a-ticket.eml'), 'utf8');
  for (const [command, end] of [
    ['/nowhere/model', 'held'],
    ['false', 'run again'],
  ] as const) {
    desk.configure((config) => {
      config['robots'] = [
        { name: 'draft', command: [draft, command], user: 'owner', from: 'anybody', may: ['note'] },
      ];
    });
    const tried = await desk.run(['run', 'draft', '--dry-run'], { input: mail });
    expect(tried.stdout).toContain(`It would be: ${end}`);
  }
  expect(existsSync(draft)).toBe(true);
});
