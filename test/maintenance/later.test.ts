/** An answer that waits for its time, through what is done to the store as a whole meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { unpackOldStore } from '../kit/old-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { makeDeskCluster, makeDeskIn } from '../process/database-desk.ts';
import { age, deskAt, makeDesk, shortMail, type TestDesk } from '../process/desk.ts';

const WORDS = 'Good morning, Nic.';

function untilTheEnd(desk: TestDesk): TestDesk {
  onTestFinished(async () => {
    await desk.settled();
    desk.remove();
  });
  return desk;
}

async function done(desk: TestDesk, ...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await desk.here(args, { input: '' });
  expect({ args, exit, stderr: exit === 0 ? '' : stderr }).toEqual({ args, exit: 0, stderr: '' });
  return stdout;
}

/** Two answers wait: the second is taken back. */
async function answer(desk: TestDesk): Promise<void> {
  await done(desk, 'due');
  await done(desk, 'ticket', 'reply', '7102', '--at', 'tomorrow 8:00', '-m', WORDS);
  const hasty = ['ticket', 'reply', '7102', '--at', 'tomorrow 9:00', '-m', 'Too hasty.'];
  expect(await done(desk, ...hasty)).toContain(
    '"mailrobot ticket undo SUPPORT-7102" takes it back',
  );
  await done(desk, 'ticket', 'undo', '7102');
}

interface Shown {
  readonly messages: readonly {
    readonly text?: string;
    readonly delivery?: string;
    readonly notBefore?: string;
  }[];
}

async function standing(desk: TestDesk): Promise<readonly unknown[]> {
  const { messages }: Shown = JSON.parse(await done(desk, 'ticket', 'show', '7102', '--json'));
  return messages
    .flatMap(({ text, delivery, notBefore }) =>
      notBefore === undefined ? [] : { text, delivery, notBefore },
    )
    .slice(-2);
}

const count = (desk: TestDesk) =>
  desk.sent().filter(({ content }) => content.includes(WORDS)).length;
const hasty = (desk: TestDesk) => desk.sent().filter(({ content }) => content.includes('hasty'));

async function goesOnce(desk: TestDesk): Promise<void> {
  await age(desk, 3);
  for (let n = 0; n < 2; n += 1) await done(desk, 'due');
  await done(desk, 'ticket', 'list');
  expect(count(desk)).toBe(1);
  expect(hasty(desk)).toEqual([]);
  expect(await standing(desk)).toMatchObject([{ delivery: 'sent' }, { delivery: 'undone' }]);
  expect(await done(desk, 'fsck')).toContain('in order');
}

async function delivered(): Promise<TestDesk> {
  const desk = untilTheEnd(await makeDesk());
  expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
  return desk;
}

test('rebuild makes it anew with its time, and the one that was taken back stays so', async () => {
  const desk = await delivered();
  await answer(desk);
  const before = await standing(desk);
  expect(before).toMatchObject([{ delivery: 'waiting' }, { delivery: 'undone' }]);
  rmSync(join(desk.store, 'outbox'), { recursive: true });
  await done(desk, 'rebuild');
  expect(await standing(desk)).toEqual(before);
  expect(count(desk)).toBe(0);
  await goesOnce(desk);
});

test('a store of format 1 takes one, and upgrade leaves it as it is', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-later-'));
  unpackOldStore(dir);
  const desk = untilTheEnd(deskAt(dir));
  await answer(desk);
  const before = await standing(desk);
  expect(before).toMatchObject([{ delivery: 'waiting' }, { delivery: 'undone' }]);
  await done(desk, 'upgrade');
  await done(desk, 'due');
  expect(await standing(desk)).toEqual(before);
  expect(count(desk)).toBe(0);
  expect(await done(desk, 'fsck')).toContain('in order');
});

test('a restored desk sends it when it may, and then once', async () => {
  const desk = await delivered();
  const archive = join(desk.dir, 'desk.tar');
  await answer(desk);
  const before = await standing(desk);
  await done(desk, 'backup', archive);
  rmSync(desk.store, { recursive: true });
  await done(desk, 'restore', archive);
  expect(await standing(desk)).toEqual(before);
  await age(desk, 3);
  // Its time has come, and the desk rests.
  expect(await desk.here(['due'])).toMatchObject({ exit: 1 });
  expect(await desk.here(['new'], { input: shortMail(2) })).toMatchObject({ exit: 0 });
  expect(count(desk)).toBe(0);
  expect((await desk.here(['resume'])).stdout).toContain('nic1@ferrier.example');
  expect(count(desk)).toBe(0);
  await done(desk, 'resume', '--yes');
  expect(count(desk)).toBe(1);
  for (let n = 0; n < 2; n += 1) await done(desk, 'due');
  expect(count(desk)).toBe(1);
  expect(hasty(desk)).toEqual([]);
});

test('a restored desk that sends again before its time says when it goes, and keeps it', async () => {
  const desk = await delivered();
  const archive = join(desk.dir, 'desk.tar');
  await answer(desk);
  await done(desk, 'backup', archive);
  rmSync(desk.store, { recursive: true });
  await done(desk, 'restore', archive);
  const listed = await done(desk, 'resume', '--yes');
  expect(listed).toContain('no mail would go out.');
  expect(listed).toMatch(
    /^At their time:\nTICKET +AT \(\S+\) +TO\nSUPPORT-7102 +\d{4}-\S+ \S+ +nic1@/m,
  );
  expect(count(desk)).toBe(0);
  await goesOnce(desk);
});

describe.skipIf(postgresMissing !== null)(`in PostgreSQL ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('rebuild keeps it, and a backup of it moves into files', async () => {
    const { desk } = await makeDeskIn(cluster);
    expect((await desk.run(['new'], { input: shortMail(1) })).exit).toBe(0);
    await answer(desk);
    const before = await standing(desk);
    expect(before).toMatchObject([{ delivery: 'waiting' }, { delivery: 'undone' }]);
    await done(desk, 'rebuild');
    expect(await standing(desk)).toEqual(before);
    const archive = join(desk.dir, 'desk.tar');
    await done(desk, 'backup', archive);
    expect(count(desk)).toBe(0);

    const files = untilTheEnd(await makeDesk());
    rmSync(files.store, { recursive: true });
    await done(files, 'restore', archive);
    expect(await standing(files)).toEqual(before);
    await done(files, 'resume', '--yes');
    expect(count(files)).toBe(0);
    await goesOnce(files);
  });
});
