/** The first mails after a power cut, and what others have sent before it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { filesBelow, makeDesk, shortMail, type TestDesk } from '../process/desk.ts';

const HOSTILE_MAILS = 6;
const HOSTILE_BYTES = 1_100_000;
/** The promise is a second, for what a delivery waits more than without the power cut. */
const WAIT_MS = 1000;
/** What a busy machine adds. */
const NOISE_MS = 4000;

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
  const usual = await timed(() => desk.run(['new'], { input: shortMail(1) }));
  // As after another boot: the head is worth nothing, and what was not fsynced may be gone.
  rmSync(join(desk.store, 'head.json'));
  for (const name of files) rmSync(join(desk.store, 'tickets', name));
  for (const n of [2, 3, 4]) {
    const ms = await timed(async () => {
      expect(await desk.run(['new'], { input: shortMail(n) })).toMatchObject({ exit: 0 });
    });
    console.log(`a mail after the reboot: ${Math.round(ms)} ms, before ${Math.round(usual)} ms`);
    expect(ms).toBeLessThan(usual + WAIT_MS + NOISE_MS);
  }
  await desk.settled();
  expect(existsSync(join(desk.store, 'uncertain.json'))).toBe(false);
  expect(filesOf()).toEqual(files);
  for (const name of files) {
    expect(readFileSync(join(desk.store, 'tickets', name), 'utf8')).toMatch(/^kept of \d\n?$/);
  }
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
}, 180_000);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
