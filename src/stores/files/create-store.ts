/**
 * Makes an empty store, and folders of one that is there.
 *
 * `createStore` refuses a directory that is not empty, and leaves a durable store.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NO_LINE } from '../../journal/chain.ts';
import { rawDirectory } from '../../journal/paths.ts';
import { Failure } from '../../outcome.ts';
import {
  createDurably,
  DIRECTORY_MODE,
  makeDirectory,
  names,
  onDisk,
  syncDirectory,
} from '../disk/disk.ts';
import { bootId } from './boot.ts';
import { writeHead } from './head.ts';
import { FORMAT_VERSION, MUST_EXIST, mustBeLocal, readIdentity, TEXTS, TRUTH } from './layout.ts';

export function createStore(root: string): void {
  if (names(root).length > 0) {
    throw new Failure('store-failed', `${root} is not empty: mailrobot never overwrites a store`);
  }
  makeDirectories(root);
  const segment = `${'1'.padStart(12, '0')}.ndjson`;
  createDurably(join(root, 'journal', segment), '');
  makeDirectory(join(root, rawDirectory(1)));
  syncDirectory(join(root, 'raw'));
  const position = { segment, offset: 0, before: NO_LINE, texts: 0 };
  const head = { seq: 0, position, numbers: {}, checkpoint: 0 };
  writeHead(root, bootId(), head);
  const keys = { v: FORMAT_VERSION, secrets: [randomBytes(32).toString('hex')] };
  createDurably(join(root, 'keys.json'), `${JSON.stringify(keys, null, 2)}\n`);
  const identity = { v: FORMAT_VERSION, epoch: randomBytes(8).toString('hex') };
  createDurably(join(root, 'store.json'), `${JSON.stringify(identity, null, 2)}\n`);
  syncDirectory(root);
}

export function makeDirectories(root: string): void {
  onDisk(root, () => mkdirSync(root, { recursive: true, mode: DIRECTORY_MODE }));
  mustBeLocal(root);
  for (const name of [...TRUTH, TEXTS, ...MUST_EXIST]) makeDirectory(join(root, name));
}

/** Those of a store that is there, and has lost some. */
export function makeDerivedDirectories(root: string): void {
  readIdentity(root);
  for (const name of MUST_EXIST) makeDirectory(join(root, name));
}
