/**
 * `erasures.json` beside the config: what was erased, by keyed hashes (journal/erasing/memory.ts).
 *
 * Whoever gives the command writes it, since the store's owner may not write there. Nothing is
 * erased that could not be remembered; a file that does not read stops erasing and restoring.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Erased,
  type ErasureMemory,
  emptyMemory,
  readMemory,
  remembering,
} from '../journal/erasing/memory.ts';
import { asUser } from '../runtime/as-user.ts';
import { replaceDurably } from '../stores/disk/disk.ts';
import { Refused } from './refused.ts';

/** null if nothing was ever erased here. */
export function readErasures(config: string): ErasureMemory | null {
  const path = fileBeside(config);
  if (!existsSync(path)) return null;
  const memory = readMemory(contentOf(path));
  if (memory === null) throw new Refused(`${path} does not read: what was erased is not known`);
  return memory;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refused(`${path} cannot be read, as root it can: ${reason}`);
  }
}

/** Durable, before anything is erased. */
export async function rememberErasure(
  config: string,
  what: Erased,
  place: { readonly epoch: string; readonly seq: number },
): Promise<void> {
  await keepErasures(config, remembering(readErasures(config) ?? emptyMemory(), what, place));
}

export async function keepErasures(config: string, memory: ErasureMemory): Promise<void> {
  const path = fileBeside(config);
  const folder = statSync(dirname(path));
  const isRoot = process.geteuid?.() === 0;
  try {
    // Root does nothing by itself if somebody else may put a link.
    await asUser(isRoot && folder.uid !== 0 ? folder : null, () =>
      replaceDurably(path, `${JSON.stringify(memory, null, 2)}\n`),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refused(
      `what is erased must be remembered, and cannot be: ${reason}; try it as root`,
    );
  }
}

function fileBeside(config: string): string {
  const file = existsSync(config) ? realpathSync(config) : config;
  return join(dirname(file), 'erasures.json');
}
