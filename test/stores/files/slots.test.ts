/** Files whose names are durable, so that a mail needs one fsync: each is used once, whatever died. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OWN_PATHS } from '../../../src/journal/own-names.ts';
import { pathsFor } from '../../../src/journal/paths.ts';
import { compose } from '../../../src/letters/compose.ts';
import { close, write } from '../../../src/stores/disk/disk.ts';
import { sweepOrphans } from '../../../src/stores/disk/incoming.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { moveForward } from '../../../src/stores/files/moved-back.ts';
import { takeSlot } from '../../../src/stores/files/slots.ts';
import type { Decision } from '../../../src/ticket/decision.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const MAIL = 'Subject: x\n\nx\n';
const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: null, recipients: [], isNamed: null, client: null },
  ...{ login: null, asked: [], spoke: [], trust: 'claimed', why: '', route: '', by: 'queue' },
  intent: 'record',
};
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-slots-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const slots = () => readdirSync(join(root, 'slots'));
const taken = (): string => {
  const { name, fd } = takeSlot(root, NOW);
  close(fd);
  return name;
};

test('each is taken once, and more are made when there is none', () => {
  const names = Array.from({ length: 70 }, taken);
  expect(new Set(names).size).toBe(70);
  expect(readdirSync(join(root, 'incoming')).toSorted()).toEqual(names.toSorted());
  expect(slots().every((name) => /^[0-9a-f]{12}$/.test(name))).toBe(true);
  expect(slots().length).toBeLessThan(32);
});

test('what a dead run has made, and not made durable, is made durable before it is used', () => {
  mkdirSync(join(root, 'slots'), { mode: 0o700 });
  writeFileSync(join(root, 'slots', 'aaaaaaaaaaaa.new'), '', { mode: 0o600 });
  const names = Array.from({ length: 32 }, taken);
  expect(names).toContain('aaaaaaaaaaaa');
  expect(slots()).toEqual([]);
});

test('what is not empty is somebody’s mail, and is never written to', () => {
  taken();
  const [first = '', second = ''] = slots();
  writeFileSync(join(root, 'slots', first), MAIL);
  const { name, fd } = takeSlot(root, NOW);
  write(fd, name, Buffer.from('other'));
  close(fd);
  expect([name, existsSync(join(root, 'slots', second))]).toEqual([second, false]);
  const sealed = `${'ab'.repeat(32)}.${first}`;
  moveForward(root, sealed);
  expect(readFileSync(join(root, 'incoming', sealed), 'utf8')).toBe(MAIL);
});

test('one that was made long ago is not swept while a mail is written into it', () => {
  taken();
  for (const name of slots()) utimesSync(join(root, 'slots', name), 0, 0);
  const name = taken();
  sweepOrphans(join(root, 'incoming'), NOW);
  expect(existsSync(join(root, 'incoming', name))).toBe(true);
  expect(statSync(join(root, 'incoming', name)).mode & 0o777).toBe(0o400);
});

test.each<[where: string, at: (name: string, sealed: string) => string]>([
  ['where it was sealed', (_, sealed) => join('incoming', sealed)],
  ['where it was received', (name) => join('incoming', name)],
  ['where the slot was', (name) => join('slots', name)],
  ['where the slot was made', (name) => join('slots', `${name}.new`)],
])('a mail that a power cut has moved back is found: %s', async (_where, at) => {
  const options = { root, now: () => NOW, extract: async () => {}, compose };
  const store = new FileStore({ ...options, boot: 'before' });
  const incoming = store.receive();
  incoming.write(Buffer.from(MAIL));
  const hash = 'ab'.repeat(32);
  incoming.seal(hash, false);
  const [sealed = ''] = readdirSync(join(root, 'incoming'));
  await store.transact((transaction) =>
    transaction.commit({
      changes: [
        {
          ...{ type: 'mail.recorded', raw: OWN_PATHS.rawIn },
          ...{ reason: 'x', evidence: '', expires: false },
        },
      ],
      outgoing: [],
      delivery: { key: { hash, targets: [] }, incoming, decision: DECISION },
    }),
  );
  const place = join(root, pathsFor(1).rawIn);
  renameSync(place, join(root, at(sealed.slice(hash.length + 1), sealed)));
  const after = new FileStore({ ...options, boot: 'after' });
  await after.recover();
  expect(readFileSync(place, 'utf8')).toBe(MAIL);
  expect(readdirSync(join(root, 'incoming'))).toEqual([]);
});
