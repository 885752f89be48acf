/**
 * The delivery of a mail within this process: the very steps of the pipe, with
 * a store of its own and no sendmail. For trying many mails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf } from '../../src/config/config.ts';
import { checkConfig } from '../../src/config/read.ts';
import type { Environment } from '../../src/decision/envelope.ts';
import { deliver } from '../../src/intake/deliver.ts';
import type { DeliveryContext } from '../../src/intake/delivery-context.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import { compose } from '../../src/letters/compose.ts';
import type { End } from '../../src/outcome.ts';
import { attachmentsAgain } from '../../src/reading/read.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { lastRecordOf, recordsOf } from '../kit/journal.ts';
import { READER } from '../stores/files/extract.ts';

export interface PipeLine {
  readonly dir: string;
  readonly store: FileStore;
  readonly context: Omit<DeliveryContext, 'verb' | 'environment' | 'chores'>;
  /** What became of the mail. Throws what the pipe would turn into 75. */
  deliver(mail: Buffer, environment?: Environment): Promise<End>;
  /** The records of all commits. */
  all(): readonly JournalRecord[];
  /** The record of the last commit. */
  last(): JournalRecord;
  remove(): void;
}

export interface PipeLineOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly now?: () => Date;
}

export function makePipeLine({
  config: more = {},
  now = () => new Date(),
}: PipeLineOptions = {}): PipeLine {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-corpus-'));
  createStore(join(dir, 'store'));
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 1 };
  const config = checkConfig(
    {
      domain: 'support-ticket.example',
      store: 'store',
      sendmail: '/bin/true',
      queues: [queue],
      ...more,
    },
    join(dir, 'config.json'),
  );
  const extract = attachmentsAgain(config.limits.reading, READER);
  const store = new FileStore({ root: folderOf(config.store), now, extract, compose });
  const edge = { mta: config.sendmail, writeLog: async () => {}, trials: async () => NO_TRIALS };
  const context = { config, store, defaultQueue: null, reader: READER, now, ...edge };
  return {
    dir,
    store,
    context,
    deliver: (mail, environment = {}) =>
      deliver(chunksOf(mail), { ...context, verb: 'any', environment, chores: 'now' }),
    all: () => recordsOf(folderOf(config.store)),
    last: () => lastRecordOf(folderOf(config.store)),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const NO_TRIALS = { isAwaited: () => false, note: () => false, send: async () => null };

async function* chunksOf(mail: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < mail.length; at += 65_536) yield mail.subarray(at, at + 65_536);
}
