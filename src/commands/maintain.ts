/**
 * `mailrobot fsck | rebuild | backup | restore`: an administrator's commands on
 * the whole store. fsck ends with 1 where it found anything; each finding is
 * one line, and the last line says what to do.
 */
import { chownSync, closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '../config/read.ts';
import type { Run } from '../run.ts';
import { openMaintenance } from '../store/open-maintenance.ts';
import { restoreStore } from '../store/restore.ts';
import type { Maintenance } from '../store/store.ts';
import { inertLine } from '../terminal/inert.ts';
import { extractFor } from './open-desk.ts';
import { ownerFor } from './owner.ts';
import { Refused } from './refused.ts';

const SHOWN = 100;
/** As nice(1) has it. */
const BEHIND_MAIL = 10;

export async function fsck(configFile: string, run: Run): Promise<void> {
  const { findings, commits } = await maintenance(configFile, run).check();
  for (const { file, problem } of findings.slice(0, SHOWN))
    run.say(inertLine(`${file}: ${problem}`));
  if (findings.length === 0) {
    run.say(`The store is in order: ${commits} commits.`);
    return;
  }
  const isRebuildable = findings.every((finding) => finding.isRebuildable);
  const advice = isRebuildable
    ? 'mailrobot rebuild makes it again'
    : 'what a backup holds can be restored, and new mail is still taken where that is safe';
  const count = findings.length === 1 ? 'one fault' : `${findings.length} faults`;
  throw new Refused(`${count} in the store: ${advice}`);
}

export async function rebuild(configFile: string, run: Run): Promise<void> {
  const progress = setTimeout(() => run.explain('Rebuilding; mail waits meanwhile.'), 1000);
  const { commits } = await maintenance(configFile, run, true)
    .rebuild()
    .finally(() => clearTimeout(progress));
  run.say(`Rebuilt from ${commits} commits.`);
}

/** Started by the runs after a power cut; the mail that comes meanwhile goes before. */
export async function rebuildAttachments(configFile: string, run: Run): Promise<void> {
  setPriority(BEHIND_MAIL);
  await maintenance(configFile, run).rebuildAttachments();
}

export async function rotateKey(configFile: string, run: Run): Promise<void> {
  const { keys } = await maintenance(configFile, run).rotateKey();
  run.say(
    `A new key signs from now on; ${keys - 1} older ${keys === 2 ? 'one still verifies' : 'ones still verify'}.`,
  );
}

export async function revoke(person: string, configFile: string, run: Run): Promise<void> {
  const { staff } = readConfig(configFile);
  if (!staff.some(({ name }) => name === person)) {
    throw new Refused(`nobody of the staff is called "${person}"`);
  }
  await maintenance(configFile, run).revoke(person);
  run.say(
    `What ${person} was given until now proves nothing any more; new mail brings new addresses.`,
  );
}

/** The file is opened before root becomes the store's owner, who may not write where root may. */
export async function backup(file: string, configFile: string, run: Run): Promise<void> {
  const path = resolve(file);
  const fd = openBackup(path);
  const { commits } = await maintenance(configFile, run)
    .backup(fd)
    .catch((error: unknown) => {
      rmSync(path, { force: true });
      throw error;
    });
  fsyncSync(fd);
  closeSync(fd);
  run.say(`${path} holds the store up to commit ${commits}, with its keys: keep it private.`);
}

function openBackup(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw error;
    throw new Refused(`${path} is there already: backup never overwrites`);
  }
}

export async function restore(
  file: string,
  user: string | undefined,
  configFile: string,
  run: Run,
): Promise<void> {
  const { store, queues } = readConfig(configFile);
  const firsts = Object.fromEntries(queues.map(({ prefix, first }) => [prefix, first]));
  const owner = await ownerFor(user);
  const { commits, numbers } = await restoreStore(resolve(file), store, run.now(), firsts);
  if (owner !== null) {
    for (const name of readdirSync(store, { recursive: true })) {
      chownSync(join(store, String(name)), owner.uid, owner.gid);
    }
    chownSync(store, owner.uid, owner.gid);
  }
  const next = Object.entries(numbers).map(([queue, number]) => `${queue}-${number}`);
  run.say(
    `${store}: ${commits} commits restored; the next ticket is ${next.join(', ') || 'the first'}.`,
  );
}

function maintenance(configFile: string, run: Run, isRepair = false): Maintenance {
  const config = readConfig(configFile);
  const extract = extractFor(config, run);
  return openMaintenance(config.file, { root: config.store, now: run.now, extract }, isRepair);
}
