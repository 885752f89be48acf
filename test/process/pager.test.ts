/** Pages that a terminal is too low for, as people look at them: on a terminal of script(1). */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BARE_PATH, makeDesk, PROGRAM, type TestDesk } from './desk.ts';
import { type TerminalOptions, terminalWith } from './terminal.ts';

const TICKETS = 12;

let desk: TestDesk;
beforeAll(async () => {
  desk = await makeDesk();
  for (let n = 1; n <= TICKETS; n += 1) {
    await desk.here(['new'], {
      input: `From: nic@ferrier.example\nMessage-ID: <${n}@ferrier.example>\nSubject: Question ${n}\n\nx\n`,
    });
  }
});
afterAll(() => desk.remove());

/** Puts a program where it is found first; gives a PATH with it. */
function programCalled(name: string, script: string): string {
  const folder = join(desk.dir, `bin-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:${BARE_PATH}`;
}

async function shown(args: string, options: TerminalOptions = {}): Promise<readonly string[]> {
  const terminal = terminalWith(desk, `${PROGRAM} ${args}`, options);
  expect(await terminal.ended()).toBe(0);
  return terminal.screen().replaceAll('\r', '').trimEnd().split('\n');
}

describe('a list that is longer than the terminal', () => {
  const low = { rows: 8, environment: { NO_COLOR: '1', PAGER: 'cat -n' } };

  test('goes through $PAGER, with its headings at the top of each screen', async () => {
    const lines = await shown('ticket list', low);
    const heads = lines.filter((line) => line.includes('SUBJECT'));
    expect(heads.map((line) => Number.parseInt(line, 10))).toEqual([1, 8]);
    expect(lines).toHaveLength(TICKETS + 2);
  });

  test('is kept under its headings by less itself, if this less can', async () => {
    const script = `[ "$1" = --version ] && { echo 'less 608 (PCRE2)'; exit; }\necho "less was told $*"; cat`;
    const PATH = programCalled('less', script);
    const lines = await shown('ticket list', { rows: 8, environment: { NO_COLOR: '1', PATH } });
    expect(lines[0]).toBe('less was told --header=1');
    expect(lines.filter((line) => line.includes('SUBJECT'))).toHaveLength(1);
  });

  test('stands there whole if the pager cannot be run, or is cat, or is not needed', async () => {
    const whole = async (options: TerminalOptions) =>
      (await shown('ticket list', { rows: 8, ...options })).length;
    expect(await whole({ environment: { PAGER: '/nonexistent/pager' } })).toBe(TICKETS + 1);
    expect(await whole({ environment: { PAGER: 'cat' } })).toBe(TICKETS + 1);
    expect(await whole({ rows: TICKETS + 2, environment: { PAGER: 'false' } })).toBe(TICKETS + 1);
  });

  test('in a pipe has no pager', async () => {
    const lines = await shown('ticket list | cat', low);
    expect(lines).toHaveLength(TICKETS + 1);
    expect(lines.join('\n')).not.toMatch(/^\s+1\t/m);
  });

  // A container may have none.
  const hasLess = existsSync('/usr/bin/less');
  if (!hasLess) console.log('/usr/bin/less is not there: a list is not looked at in it');
  test.skipIf(!hasLess)(
    'in the real less: a screen, and the next one by a key, until q',
    async () => {
      const terminal = terminalWith(desk, `${PROGRAM} ticket list`, {
        rows: 8,
        environment: { NO_COLOR: '1' },
      });
      const first = await terminal.until('Question 7');
      expect(terminal.screen()).not.toContain('Question 2');
      terminal.type(' ');
      await terminal.until('Question 2', first);
      terminal.type('q');
      expect(await terminal.ended()).toBe(0);
    },
  );
});

test('Ctrl-C in the pager is the pager’s own: the program ends when the pager does', async () => {
  const script = `trap 'echo pager was told' INT\necho pager is there\nread -r word </dev/tty\nread -r word </dev/tty\necho pager ends`;
  const PATH = programCalled('patient', script);
  const terminal = terminalWith(desk, `trap : INT; ${PROGRAM} ticket list; echo "ended $?"`, {
    rows: 8,
    environment: { PATH, PAGER: 'patient' },
  });
  await terminal.until('pager is there');
  terminal.type('\u0003');
  await terminal.until('pager was told');
  terminal.type('\n\n');
  await terminal.until('ended 0');
  const screen = terminal.screen();
  expect(screen.indexOf('ended 0')).toBeGreaterThan(screen.indexOf('pager ends'));
  await terminal.ended();
});

test('a long ticket goes through the pager as it is', async () => {
  const out = join(desk.dir, 'paged');
  const PATH = programCalled('keep', `cat >"${out}"`);
  await shown('ticket show 7102', { rows: 5, environment: { NO_COLOR: '1', PATH, PAGER: 'keep' } });
  const page = readFileSync(out, 'utf8');
  expect(page.match(/^SUPPORT-7102/gm)).toHaveLength(1);
});
