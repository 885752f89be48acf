/** What a line of the journal rests on is durable before the line is written. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JournalRecord, RECORD_VERSION } from '../../../src/journal/record.ts';
import { Failure } from '../../../src/outcome.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { Journal } from '../../../src/stores/files/journal.ts';
import { endOf } from '../../kit/journal.ts';

const SEGMENT = '000000000001.ndjson';

let root: string;
let journal: Journal;
const written = (folder: string) => readFileSync(join(root, folder, SEGMENT), 'utf8');
/** With a text, which lies beside the journal. */
const record = (seq: number): JournalRecord => ({
  ...{ v: RECORD_VERSION, seq, time: '2026-01-02T08:00:00Z', outgoing: [] },
  changes: [{ type: 'ticket.retitled', ticket: 'SUPPORT-7102', from: 'a', to: 'b', by: 'kim' }],
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-durable-'));
  createStore(root);
  journal = new Journal(join(root, 'journal'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('no line is written while a raw mail is not durable yet', async () => {
  let isDurable = () => {};
  const waiting = new Promise<void>((resolve) => {
    isDurable = resolve;
  });
  const appended = journal.append(endOf(journal), [record(1)], () => waiting);
  // Whatever does not wait for it has its turn.
  for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  expect(written('texts')).not.toBe('');
  expect(written('journal')).toBe('');
  isDurable();
  await appended;
  expect(written('journal')).toContain('"seq":1');
});

test('a raw mail that cannot be made durable leaves neither line nor texts', async () => {
  await journal.append(endOf(journal), [record(1)]);
  const before = [written('journal'), written('texts')];
  const failure = new Failure('store-failed', 'the disk is gone');
  const appended = journal.append(endOf(journal), [record(2)], () => Promise.reject(failure));
  await expect(appended).rejects.toMatchObject({ end: 'store-failed', isUndone: true });
  expect([written('journal'), written('texts')]).toEqual(before);
});
