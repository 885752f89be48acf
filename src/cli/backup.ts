/**
 * `mailrobot backup`: the live store, config, templates and snippets in a tar archive, which is whole
 * or not there at all; `-` is standard output.
 *
 * The file is made, and removed where it cannot be finished, by whoever gives the command: the
 * store's owner may not write where root may.
 */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { readWhole } from '../config/beside.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { namesOf } from '../letters/templates/names.ts';
import { FOLDER as SNIPPETS } from '../snippets/folder.ts';
import { nameOf } from '../stores/files/open.ts';
import { type FileBeside, isBeside, MAX_SMALL_BYTES } from '../stores/files/restore.ts';
import type { WithConfig } from './commands/given.ts';
import { openMaintenance } from './open-maintenance.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { asOwner } from './store-owner.ts';

const KEEP = 'with its keys: keep it private';

export async function backup(file: string, options: WithConfig, run: Run): Promise<void> {
  const config = readConfig(options.config);
  const to = (output: Writable) =>
    asOwner(config, async () => {
      const owner = nameOf(process.geteuid?.());
      const maintenance = await openMaintenance(config, run);
      return maintenance.backup(output, owner, filesBeside(config, run));
    });
  if (file === '-') {
    if (run.isTerminal(1)) throw new Refused('an archive is nothing for a terminal', true);
    const { commits } = await to(process.stdout);
    run.explain(`mailrobot: the store up to commit ${commits} is written, ${KEEP}`);
    return;
  }
  const path = resolve(file);
  const fd = openBackup(path);
  const heedNoMore = removeWhenStopped(path);
  try {
    const { commits } = await to(writerOf(fd));
    fsyncSync(fd);
    run.say(`${path} holds the store up to commit ${commits}, ${KEEP}.`);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    heedNoMore();
    closeSync(fd);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signal ends the process all the same. Gives how to take that back. */
function removeWhenStopped(path: string): () => void {
  const stop = (signal: NodeJS.Signals) => {
    // Who began it may remove it; the store's owner may not.
    const user = process.getuid?.();
    if (user !== undefined) process.seteuid?.(user);
    rmSync(path, { force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  return () => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
}

/** It leaves the file open, which no stream of node's does when something fails. */
function writerOf(fd: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _, done) => {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function openBackup(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST')
      throw new Refused(`${path} is there already: backup never overwrites`);
    if (error.code === 'ENOENT')
      throw new Refused(`${path} cannot be written: ${dirname(path)} is not there`);
    throw error;
  }
}

/** As the archive names them; what the store's owner cannot read is said, and left out. */
function filesBeside(config: Config, run: Run): readonly FileBeside[] {
  const orSaid = <T>(path: string, read: () => readonly T[]): readonly T[] => {
    try {
      return read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      run.explain(`mailrobot: ${path} is not in the backup: ${reason}`);
      return [];
    }
  };
  const top = dirname(config.file);
  const folders = ['', ...config.queues.map(({ prefix }) => prefix)];
  const names = ['templates', SNIPPETS].flatMap((kind) =>
    folders.flatMap((queue) => {
      const folder = join(top, kind, queue);
      return orSaid(folder, () => namesOf(folder)).map((name) => join(kind, queue, name));
    }),
  );
  const content = (name: string, path: string) =>
    readWhole(path, {
      maxBytes: MAX_SMALL_BYTES,
      followsLinks: !name.startsWith(`${SNIPPETS}/`),
    });
  const files = [
    { name: 'config.json', path: config.file },
    ...names
      .filter((name) => isBeside(name) && !folders.includes(name.slice(SNIPPETS.length + 1)))
      .map((name) => ({ name, path: join(top, name) })),
  ];
  return files.flatMap(({ name, path }) =>
    orSaid(path, () => [{ name, content: content(name, path) }]),
  );
}
