/** The first mails after a power cut, and what others have sent before it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { filesBelow, makeDesk, shortMail, type TestDesk } from '../process/desk.ts';

const HOSTILE_MAILS = 6;
const HOSTILE_BYTES = 1_100_000;
/** Less than what the program gives a reader that stands still. */
const PATIENCE_MS = 60_000;

let desk: TestDesk;
afterEach(() => desk.remove());

/** Read whole, each takes a minute; at first it is read as far as the limits go. */
function hostile(n: number): string {
  return `From: Mallory <m${n}@x.example>
Subject: ${n}
Message-ID: <hostile.${n}@x.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Disposition: attachment; filename=first.txt

kept of ${n}
${'--b\n\nx\n'.repeat(HOSTILE_BYTES / 7)}--b--
`;
}

const filesOf = () =>
  filesBelow(join(desk.store, 'tickets')).filter((name) => name.endsWith('attachments/1-1.txt'));

test('six hostile mails delay no mail after a reboot, and their files come back', async () => {
  desk = await makeDesk();
  for (let n = 1; n <= HOSTILE_MAILS; n += 1) {
    expect(await desk.run(['new'], { input: hostile(n) })).toMatchObject({ exit: 0 });
  }
  const files = filesOf();
  expect(files).toHaveLength(HOSTILE_MAILS);
  await desk.settled();
  // As after another boot: the head is worth nothing, and what was not fsynced may be gone.
  rmSync(join(desk.store, 'head.json'));
  for (const name of files) rmSync(join(desk.store, 'tickets', name));
  const gate = makeGate();
  for (const n of [1, 2, 3]) {
    const env = { PATH: gate.path };
    expect(await desk.run(['new'], { input: shortMail(n), env })).toMatchObject({ exit: 0 });
    // The other two come while somebody reads the hostile ones.
    if (n === 1) await vi.waitFor(() => expect(gate.isReached()).toBe(true), PATIENCE_MS);
  }
  expect(filesOf()).toEqual([]);
  gate.open();
  await desk.settled();
  expect(existsSync(join(desk.store, 'uncertain.json'))).toBe(false);
  expect(filesOf()).toEqual(files);
  for (const name of files) {
    expect(readFileSync(join(desk.store, 'tickets', name), 'utf8')).toMatch(/^kept of \d\n?$/);
  }
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
}, 180_000);

/** Whoever reads a mail that is not plain waits at it: a delivery that waits for that does not end. */
function makeGate() {
  const [reached, opened] = [join(desk.dir, 'reached'), join(desk.dir, 'opened')];
  const folder = join(desk.dir, 'gate');
  mkdirSync(folder);
  const node = join(folder, 'node');
  const hook = join(folder, 'hook.cjs');
  const wait = `: >'${reached}'; until [ -e '${opened}' ]; do sleep 0.05; done`;
  // What it starts by its own path comes through here as well.
  writeFileSync(hook, `process.execPath = ${JSON.stringify(node)};\n`);
  writeFileSync(
    node,
    `#!/bin/sh
case "$*" in *reader.cjs*) ${wait} ;; esac
exec '${process.execPath}' '--require=${hook}' "$@"
`,
    { mode: 0o755 },
  );
  return {
    path: `${folder}:/usr/bin:/bin`,
    isReached: () => existsSync(reached),
    open: () => writeFileSync(opened, ''),
  };
}
