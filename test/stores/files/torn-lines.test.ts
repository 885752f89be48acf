/** A line that a power cut tore is never taken for a whole one, however much of it is left. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { editsOf } from '../../../src/journal/lists/edits.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import { sync } from '../../../src/stores/disk/disk.ts';
import { ListFiles } from '../../../src/stores/files/list-files.ts';

const folders = ['expiring', 'index'];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-torn-'));
  for (const name of folders) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const record = (seq: number, more: Partial<JournalRecord>): JournalRecord => ({
  ...{ v: 1, seq, time: '2026-11-20T12:00:00Z', changes: [], outgoing: [], ...more },
});

test.each([
  [
    'answered',
    '.',
    record(123, {
      changes: [
        { type: 'mail.answered', address: 'nic@ferrier.example', about: 'help' },
        { type: 'mail.answered', address: 'kim@ferrier.example', about: 'help' },
      ],
    }),
  ],
  [
    'expiring',
    'expiring',
    record(123, {
      changes: [{ type: 'mail.recorded', raw: 'x', reason: 'list', evidence: 'x', expires: true }],
    }),
  ],
  ['orders', 'index', record(123, { origin: { source: 'shop', id: '1' } })],
] as const)('%s', (name, folder, made) => {
  const lists = () => new ListFiles(root, sync);
  const keys = editsOf(name, made).map(({ key }) => key);
  const read = () => lists().of(name).found(keys);
  lists().writeOne(name, made, 'own');
  const [file = ''] = readdirSync(join(root, folder)).filter((one) => !folders.includes(one));
  const [path, whole] = [join(root, folder, file), read()];
  const text = readFileSync(path, 'utf8');
  expect(whole.size).toBe(keys.length);
  for (let left = 0; left < text.length; left += 1) {
    writeFileSync(path, text.slice(0, left));
    lists().writeOne(name, made, 'rebooted');
    expect(read(), `${left} octets were left`).toEqual(whole);
  }
});
