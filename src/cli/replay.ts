/**
 * `mailrobot replay`: mails by today's rules, beside what was decided when they came.
 *
 * Takes files and folders, those of the store's own raw/ too, where each finds its
 * own commit; any other finds it by its Message-ID. Changes nothing. Each mail that
 * is decided otherwise is shown, and how many there were.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { withoutFromLine } from '../intake/receive.ts';
import { type Replayed, replay } from '../intake/replay.ts';
import { allOf } from '../journal/blobs.ts';
import { replayPage } from '../pages/replay-page.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { reading } from './reading.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

export async function replayFiles(
  names: readonly string[],
  { config: configFile, ...as }: { readonly config: string } & AsJson,
  run: Run,
): Promise<void> {
  const desk = await openDesk(configFile, run);
  const replayed: { readonly file: string; readonly replayed: Replayed }[] = [];
  for (const file of names.flatMap(filesIn)) {
    replayed.push({ file, replayed: await replayFile(file, desk, run) });
  }
  const rows = replayed.map((one) => ({ file: one.file, ...one.replayed }));
  if (!writeAsJson(rows, as)) process.stdout.write(replayPage(replayed));
}

async function replayFile(file: string, { config, store }: Desk, run: Run): Promise<Replayed> {
  const inStore = relative(config.store, resolve(file));
  const known = inStore.startsWith('raw/') ? await store.mailAt(inStore) : null;
  const octets = known
    ? await allOf(await store.rawMail(inStore))
    : reading(file, () => readFileSync(file));
  const mail = withoutFromLine(octets);
  return replay(mail, known, { config, store, reader: run.reader, now: run.now });
}

/** What went out of the desk is no mail that came in, nor is what one begins with. */
function filesIn(name: string): readonly string[] {
  if (!reading(name, () => statSync(name)).isDirectory()) return [name];
  return readdirSync(name, { recursive: true, encoding: 'utf8' })
    .map((path) => join(name, path))
    .filter((path) => !/\/\d+-(out-\d+\.eml|in\.head)$/.test(path) && statSync(path).isFile())
    .toSorted();
}
