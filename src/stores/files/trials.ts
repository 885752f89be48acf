/**
 * Trials of `mailrobot doctor --roundtrip`: a folder each, `trials/TOKEN`, which the doctor makes
 * before it sends a mail and removes when it is done; if the mail is late, after ten days. What
 * has come of the mail is a file in it,
 * written whole, and once. Nothing here is part of the desk, nor durable.
 */
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ageOf, DAY_MS } from '../../ticket/age.ts';
import { errorCode } from '../disk/disk.ts';

const FOLDER = 'trials';
/** Longer than an MTA keeps a mail in its queue. */
const KEPT_MS = 10 * DAY_MS;

/** Takes away those of a doctor that was killed, too. */
export function beginTrial(root: string, token: string, now: Date): void {
  const folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (ageOf(statSync(path).mtime, now) > KEPT_MS) rmSync(path, { recursive: true });
  }
  mkdirSync(join(folder, token), { mode: 0o700 });
}

export function isAwaited(root: string, token: string): boolean {
  return existsSync(join(root, FOLDER, token));
}

/** False if it is there already: the mail was delivered twice. */
export function noteTrial(root: string, token: string, step: string, found: object): boolean {
  const path = join(root, FOLDER, token, `${step}.json`);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(found), { mode: 0o600 });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** null if it has not come yet. */
export function notedOf(root: string, token: string, step: string): unknown {
  const path = join(root, FOLDER, token, `${step}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

export function endTrial(root: string, token: string): void {
  rmSync(join(root, FOLDER, token), { recursive: true, force: true });
}
