/** Opening a store leaves the process who it is; only the store's owner may open it. */
import { chownSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { openStore } from '../../../src/stores/files/open.ts';
import { openMaintenance } from '../../../src/stores/files/open-maintenance.ts';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

let root: string;
const options = () => ({ root, now: () => new Date(), extract: async () => {}, compose });
const whoWeAre = () => [
  process.getuid?.(),
  process.geteuid?.(),
  process.getgid?.(),
  process.getegid?.(),
  process.getgroups?.(),
];
const filesOf = (uid: number) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => lstatSync(join(root, name)).uid === uid,
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-store-'));
  createStore(root);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('whoever owns the store opens it, and stays who they are', () => {
  const before = whoWeAre();
  expect(openStore(options()).tickets('all', ['SUPPORT'])).toBeDefined();
  expect(openMaintenance(options())).toBeDefined();
  expect(whoWeAre()).toEqual(before);
});

test.skipIf(!isRoot)(
  'root who opens a store of somebody else is refused, stays root, and writes nothing there',
  () => {
    const theirs = ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })];
    for (const name of theirs) chownSync(join(root, name), NOBODY, NOBODY);
    const before = whoWeAre();
    expect(() => openStore(options())).toThrow(/root must become nobody before it opens/);
    expect(() => openMaintenance(options(), true)).toThrow(/root must become nobody/);
    expect(whoWeAre()).toEqual(before);
    expect(filesOf(0)).toEqual([]);
  },
);

test('a store that is not there is said to be missing', () => {
  rmSync(root, { recursive: true });
  expect(() => openStore(options())).toThrow(`${root}: there is no store: look at "store"`);
});
