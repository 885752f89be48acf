/** A mail lies on the disk of the host until it is elsewhere, and no longer. */
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Incoming } from '../../../src/journal/spool.ts';
import { LocalSpool } from '../../../src/stores/disk/local-spool.ts';

const HASH = 'ab'.repeat(32);
let directory: string;
let spool: LocalSpool;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailrobot-spool-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  spool = new LocalSpool(directory, () => new Date());
});

function received(): Incoming {
  const incoming = spool.receive();
  incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
  incoming.seal(HASH, false);
  const part = incoming.attachment(1);
  part.write(Buffer.from('y'));
  part.close();
  return incoming;
}

test('what is committed, or not, leaves nothing behind', () => {
  const incoming = received();
  expect(Buffer.concat([...incoming.chunks()]).toString()).toContain('nic@ferrier.example');
  expect(Buffer.concat([...incoming.attachmentChunks(1)]).toString()).toBe('y');
  incoming.discard();
  expect(readdirSync(directory)).toEqual([]);
});

test('whoever died over a mail is known by the copy that they left, for an hour', () => {
  received();
  // Another process has a spool of its own.
  spool = new LocalSpool(directory, () => new Date());
  expect(received().wasInterrupted).toBe(true);
  const hourAgo = new Date(Date.now() - 3_700_000);
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), hourAgo, hourAgo);
  expect(received().wasInterrupted).toBe(false);
  expect(readdirSync(directory)).toHaveLength(2);
});
