/** `ticket list --watch`, as people have it: on a terminal of script(1), with keys and signals. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, PROGRAM, type TestDesk } from './desk.ts';
import { type Terminal, type TerminalOptions, terminalWith } from './terminal.ts';

const ENTERED = '\u001b[?1049h';
const LEFT = '\u001b[?1049l';

let desk: TestDesk;
const running = new Set<number>();
beforeEach(async () => {
  desk = await makeDesk();
  await opened('First');
});
afterEach(() => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  running.clear();
  desk.remove();
});

let mails = 0;
async function opened(subject: string): Promise<void> {
  mails += 1;
  await desk.here(['new'], {
    input: `From: nic@ferrier.example\nMessage-ID: <${mails}@ferrier.example>\nSubject: ${subject}\n\nx\n`,
  });
}

/** The list as it is watched; `pid` is the program's own. */
async function watching(
  options: TerminalOptions = {},
  more = '',
): Promise<Terminal & { readonly pid: number }> {
  const file = join(desk.dir, 'pid');
  const terminal = terminalWith(
    desk,
    `sh -c 'echo $$ >"${file}"; exec "${PROGRAM}" ticket list --watch ${more}'; echo "ended $?"`,
    { environment: { NO_COLOR: '1' }, ...options },
  );
  await terminal.until('q ends.');
  const pid = Number(readFileSync(file, 'utf8'));
  running.add(pid);
  return { ...terminal, pid };
}

const isStopped = (pid: number) => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test('a new ticket is there as soon as it is committed, and q ends it', async () => {
  const terminal = await watching();
  const before = terminal.settings();
  expect(before).toContain('-icanon');
  await opened('Second');
  const shown = await terminal.until('Second');
  await desk.here(['ticket', 'close', '7102']);
  await terminal.until('1 ticket.', shown);
  terminal.type('q');
  await terminal.until('ended 0');
  expect(terminal.screen()).toContain(LEFT);
  await terminal.ended();
});

test.each([
  ['Ctrl-C', (terminal: Terminal) => terminal.type('\u0003')],
  ['SIGTERM', (_: Terminal, pid: number) => process.kill(pid, 'SIGTERM')],
])('%s ends it, with the terminal as it was', async (_, end) => {
  const terminal = await watching();
  const pid = terminal.pid;
  expect(terminal.settings()).toMatch(/-icanon.*-echo /s);
  end(terminal, pid);
  await terminal.until('ended 0');
  const screen = terminal.screen();
  const left = screen.slice(screen.lastIndexOf('q ends.'));
  expect(left).toContain('\u001b[?7h\u001b[?25h\u001b[?1049l');
  await terminal.ended();
});

test('the terminal takes whole lines again, and echoes, when it has ended', async () => {
  const name = join(desk.dir, 'after');
  const terminal = terminalWith(
    desk,
    `"${PROGRAM}" ticket list --watch; stty -a >"${name}"; echo done`,
  );
  await terminal.until('q ends.');
  terminal.type('q');
  await terminal.until('done');
  await terminal.ended();
  expect(readFileSync(name, 'utf8')).toMatch(/[^-]icanon.*[^-]echo /s);
});

test('another size of the terminal: it is drawn anew, with as many lines and columns', async () => {
  for (let n = 2; n <= 12; n += 1) await opened(`Question ${n}`);
  const terminal = await watching();
  expect(terminal.screen()).toContain('12 tickets.');
  const before = terminal.screen().length;
  terminal.resize(40, 10);
  await terminal.until('The first 8 of 12 tickets.', before);
  const screen = terminal.screen();
  expect(screen.slice(screen.lastIndexOf('\u001b[H'))).not.toContain('REQUESTER');
  terminal.type('q');
  await terminal.ended();
});

test('nothing is erased behind a line that fills its row', async () => {
  await opened('x'.repeat(200));
  const terminal = await watching();
  terminal.type('q');
  await terminal.ended();
  const erased = terminal.screen().replaceAll('\u001b[J', '\u001b[K').split('\u001b[K');
  expect(erased.length).toBeGreaterThan(3);
  for (const before of erased.slice(0, -1)) {
    expect(before.endsWith('\n') || before.endsWith('\u001b[H')).toBe(true);
  }
});

test('stopped, it leaves the terminal as it was; continued, it draws what there is by then', async () => {
  const terminal = await watching();
  process.kill(terminal.pid, 'SIGTSTP');
  const stopped = await terminal.until(LEFT);
  while (!isStopped(terminal.pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(terminal.settings()).toMatch(/[^-]icanon/);
  await opened('While it stood still');
  terminal.resize(60, 10);
  process.kill(terminal.pid, 'SIGCONT');
  await terminal.until(ENTERED, stopped);
  await terminal.until('While it stood still', stopped);
  expect(terminal.settings()).toContain('-icanon');
  terminal.type('q');
  await terminal.until('ended 0');
  await terminal.ended();
});

test('it ends with its terminal, and says nothing', async () => {
  const errors = join(desk.dir, 'errors');
  const terminal = await watching({}, `2>"${errors}"`);
  terminal.hangUp();
  await terminal.ended();
  while (existsSync(`/proc/${terminal.pid}`))
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(readFileSync(errors, 'utf8')).toBe('');
});

test('without a terminal it says what it needs', async () => {
  const said = await desk.here(['ticket', 'list', '--watch']);
  expect(said).toMatchObject({ exit: 2, stdout: '' });
  expect(said.stderr).toMatch(/^mailrobot: --watch needs a terminal/);
  const json = await desk.here(['ticket', 'list', '--watch', '--json']);
  expect(json).toMatchObject({ exit: 2, stdout: '' });
});
