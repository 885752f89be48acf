/**
 * `mailrobot replay`: mails by today's config, beside what was decided when they came.
 *
 * Takes files and folders, those of the store's own raw/ too, where each finds its own commit; any
 * other finds it by its Message-ID. Without any, it takes the mail of the last days out of the
 * store. Changes nothing. Each mail that is decided otherwise is shown, and how many there were.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { withoutFromLine } from '../intake/receive.ts';
import { type Replayed, replay } from '../intake/replay.ts';
import { allOf } from '../journal/blobs.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import { replayPage } from '../pages/replay-page.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import { reading } from './reading.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { spanOf } from './span.ts';

export interface ReplayOptions extends AsJson {
  readonly config: string;
  readonly since?: string;
}

interface Row {
  readonly file: string;
  readonly replayed: Replayed;
}

export async function replayFiles(
  names: readonly string[],
  { config: configFile, since, ...as }: ReplayOptions,
  run: Run,
): Promise<void> {
  if (names.length > 0 && since !== undefined) {
    throw new Refused('--since is for the mail of the store: name no files with it', true);
  }
  const span = spanOf('--since', since ?? '7d');
  const desk = await openDesk(configFile, run);
  const replayed: Row[] = [];
  if (names.length === 0) {
    const first = new Date(run.now().getTime() - span);
    for await (const row of ofStore(first, desk, run)) replayed.push(row);
  }
  for (const file of names.flatMap(filesIn)) {
    replayed.push({ file, replayed: await replayFile(file, desk, run) });
  }
  const rows = replayed.map((one) => ({ file: one.file, ...one.replayed }));
  if (!writeAsJson(rows, as)) process.stdout.write(replayPage(replayed));
}

/** The mails that came since then, as far as they are kept. */
async function* ofStore(since: Date, desk: Desk, run: Run): AsyncGenerator<Row> {
  const { store, log } = desk;
  const first = await log.firstSince(since);
  const last = await log.last();
  const progress = progressOn(run);
  let gone = 0;
  for await (const { seq } of log.commits(first - 1).read()) {
    progress.at(() => `${Math.round((100 * (seq - first)) / (last - first + 1))} % read`);
    const mail = await store.mailOf(seq);
    if (mail === null) continue;
    const octets = await store
      .rawMail(mail.raw)
      .then(allOf)
      .catch(() => null);
    if (octets === null) gone += 1;
    else yield { file: mail.raw, replayed: await decideAgain(octets, mail, desk, run) };
  }
  progress.end();
  if (gone > 0) run.explain(`mailrobot: ${gone} of the mails are kept no more`);
}

async function replayFile(file: string, desk: Desk, run: Run): Promise<Replayed> {
  const { config, store } = desk;
  const inStore = config.store.kind === 'files' ? relative(config.store.root, resolve(file)) : '';
  const known = inStore.startsWith('raw/') ? await store.mailAt(inStore) : null;
  const octets = known
    ? await allOf(await store.rawMail(inStore))
    : reading(file, () => readFileSync(file));
  return decideAgain(octets, known, desk, run);
}

function decideAgain(
  octets: Buffer,
  known: RecordedMail | null,
  { config, store }: Desk,
  { reader, now }: Run,
): Promise<Replayed> {
  return replay(withoutFromLine(octets), known, { config, store, reader, now });
}

/** What went out of the desk is no mail that came in, nor is what one begins with. */
function filesIn(name: string): readonly string[] {
  if (!reading(name, () => statSync(name)).isDirectory()) return [name];
  return readdirSync(name, { recursive: true, encoding: 'utf8' })
    .map((path) => join(name, path))
    .filter((path) => !/\/\d+-(out-\d+\.eml|in\.head)$/.test(path) && statSync(path).isFile())
    .toSorted();
}
