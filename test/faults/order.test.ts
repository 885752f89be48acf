/**
 * The order of one delivery, as strace sees it: the raw mail, whose name was there before,
 * is durable, then the texts, then the line of the journal, then anything else;
 * sendmail is not started before; and there are few fsyncs, since a real disk makes
 * one wait.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliverCase, IS_EXECUTABLE, makeDesk, ROOT } from '../process/desk.ts';
import { traceRun } from './points.ts';
import { parseTrace } from './trace.ts';

/** Processes: node has flock(1) take it. */
const FOR_THE_LOCK = IS_EXECUTABLE ? 0 : 1;

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

test.skipIf(missing !== undefined)(`what is durable before what ${missing ?? ''}`, async () => {
  const desk = await makeDesk();
  try {
    // The first commit of a store, and of a segment, makes the names of its files durable, too.
    await deliverCase(desk, 'obrien');
    for (const name of ['plain', 'attachment']) {
      const input = readFileSync(join(ROOT, 'fixtures', 'cases', name, 'in.eml'));
      const log = await traceRun(desk, ['new'], input, join(desk.dir, 'order.log'));
      const operations = parseTrace(log, desk.store).map(({ operation }) => operation);
      const syncs = operations.flatMap((operation) =>
        operation.type === 'fsync' ? [operation.path] : [],
      );
      // The last is the name of the reply's claim: a power cut leaves the question whether it has gone.
      const places = ['incoming', 'texts', 'journal', 'outbox'];
      expect(syncs.map((path) => path.split('/')[0])).toEqual(places);
      expect(syncs.length).toBeLessThanOrEqual(4);
      const committed = operations.findIndex(
        (operation) => operation.type === 'fsync' && operation.path.startsWith('journal/'),
      );
      const before = operations.slice(0, committed);
      const touched = before.flatMap((operation) =>
        'path' in operation ? [operation.path.split('/')[0]] : [],
      );
      expect(new Set(touched)).toEqual(new Set(['incoming', 'slots', 'lock', 'texts', 'journal']));
      const lineAt = operations.findIndex(
        (operation) => operation.type === 'write' && operation.path.startsWith('journal/'),
      );
      const textsAt = operations.findIndex(
        (operation) => operation.type === 'fsync' && operation.path.startsWith('texts/'),
      );
      expect(lineAt).toBeGreaterThan(textsAt);
      expect(before.filter(({ type }) => type === 'spawn')).toHaveLength(FOR_THE_LOCK);
      const spawns = operations.flatMap(({ type }, n) => (type === 'spawn' ? [n] : []));
      expect(spawns).toHaveLength(FOR_THE_LOCK + 1);
      const claimed = operations.findIndex(
        (operation) => operation.type === 'fsync' && operation.path === 'outbox',
      );
      expect(spawns.at(-1)).toBeGreaterThan(claimed);
    }
  } finally {
    desk.remove();
  }
});
