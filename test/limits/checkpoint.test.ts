/** How much a run does once more after a power cut, at most. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { readCheckpoint } from '../../src/stores/files/head.ts';
import { Journal } from '../../src/stores/files/journal.ts';
import type { Change } from '../../src/ticket/change.ts';

function created(number: number, subject: string): Change {
  const ticket = `SUPPORT-${number}` as const;
  return { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester: null };
}

test('what a power cut makes the next run apply once more is bounded, by commits and by octets', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-store-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  createStore(root);
  const now = () => new Date('2026-01-02T08:00:00Z');
  const store = new FileStore({ root, now, extract: async () => {}, compose });
  /** Commits and octets of the journal that lie behind the checkpoint. */
  const behind = () => {
    const { seq, position } = readCheckpoint(root) ?? { seq: 0, position: null };
    const journal = new Journal(join(root, 'journal'));
    const from = position ?? journal.start();
    let [commits, octets] = [0, 0];
    for (const { record } of journal.read(from)) {
      commits += record.seq > seq ? 1 : 0;
      octets += JSON.stringify(record).length;
    }
    return { commits, octets };
  };
  const KIB = 1024;
  const sizes = [...Array(250).fill(100), ...Array(30).fill(900 * KIB)];
  let most = { commits: 0, octets: 0 };
  for (const [n, size] of sizes.entries()) {
    const changes = [created(n + 1, 'x'.repeat(size))];
    await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
    const { commits, octets } = behind();
    most = { commits: Math.max(most.commits, commits), octets: Math.max(most.octets, octets) };
  }
  expect(most.commits).toBeLessThanOrEqual(200);
  // A segment is begun behind 8 MiB, and a line may end there.
  expect(most.octets).toBeLessThan(10 * KIB * KIB);
});
