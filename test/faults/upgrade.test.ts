/**
 * `mailrobot upgrade` killed, or the power cut, at any point.
 *
 * The run is traced on a store that an older program made; every image that the disk may hold is
 * opened, as after another boot and, if all of it is there, by the next run of this one. The old
 * journal or the new one is there, whole: no commit is missing, every event is what it was, mail
 * comes in, and another upgrade ends what is left to do.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import type { Change } from '../../src/ticket/change.ts';
import { eventsOfStore, linesOf, problemsOfChain, unpackOldStore } from '../kit/old-store.ts';
import { deskAt } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { cutsOf } from './cuts.ts';
import { Image } from './disk-model.ts';
import { traceRun } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { parseTrace } from './trace.ts';

const SAMPLE = sampleOf(5);
const CLEARED: Change = { type: 'address.cleared', address: 'nic@ferrier.example', by: 'kim' };
type Form = 'old' | 'new' | 'between';
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

test.skipIf(missing !== undefined)(
  `a cut at any point leaves the old journal or the new one, whole ${missing ?? ''}`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'mailrobot-upgrade-cut-'));
    try {
      unpackOldStore(dir);
      const desk = deskAt(dir);
      await desk.run(['ticket', 'list']);
      await desk.settled();
      await desk.run(['ticket', 'list']);
      const commits = linesOf(join(desk.store, 'journal')).length;
      const events = await eventsOfStore(desk.store);
      const start = Image.read(desk.store);
      const log = await traceRun(desk, ['upgrade'], Buffer.alloc(0), join(dir, 'trace.log'));
      const traced = parseTrace(log, desk.store);
      const own = traced.filter(({ operation }) => operation.type !== 'spawn');
      const { cuts, states } = cutsOf(start, own);
      const formed = cuts.map((cut) => ({ ...cut, form: formIn(cut.image) }));
      const of = (form: Form) => formed.filter((cut) => cut.form === form);
      const failures: string[] = [];
      const tried = [sampled(of('old'), SAMPLE), sampled(of('new'), SAMPLE), of('between')];
      for (const { what, image, boot } of tried.flat()) {
        const problem = await afterCut(image, boot, { commits, events });
        if (problem !== '') failures.push(`${what}, ${boot}: ${problem}`);
      }
      const counts = tried.map((form) => form.length).join(' + ');
      console.log(`upgrade: ${traced.length} operations, ${states} states, ${counts} tried`);
      expect(failures).toEqual([]);
      expect(states).toBeGreaterThan(25);
      for (const form of tried) expect(form.length).toBeGreaterThan(1);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  1_800_000,
);

async function afterCut(
  image: Image,
  boot: string,
  wanted: { readonly commits: number; readonly events: readonly unknown[] },
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  const journal = join(root, 'journal');
  try {
    image.write(root);
    const options = { root, now: () => new Date(), extract, compose, boot };
    const problems: string[] = [];
    const check = async (commits: number) => {
      const { findings, ...more } = await maintenanceOf(options).check();
      problems.push(...findings.map(({ file, problem }) => `${file}: ${problem}`));
      if (more.commits !== commits) problems.push(`${more.commits} commits of ${commits}`);
    };
    await check(wanted.commits);
    if (formOfLines(linesOf(journal)) === 'between') problems.push('half of it is new');
    if (JSON.stringify(await eventsOfStore(root)) !== JSON.stringify(wanted.events)) {
      problems.push('other events');
    }
    await new FileStore(options).exclusive((transaction) =>
      transaction.commit({ changes: [CLEARED], outgoing: [] }),
    );
    await maintenanceOf(options).upgrade();
    await check(wanted.commits + 1);
    problems.push(...problemsOfChain(journal));
    const left = [...readdirSync(root), ...readdirSync(journal)];
    problems.push(...left.filter((name) => /\.new$|^upgrade\.json/.test(name)));
    return problems.join('; ');
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function formIn(image: Image): Form {
  const names = [...image.names.keys()].filter((name) => /^journal\/\d+\.ndjson$/.test(name));
  const lines = names.flatMap((name) => {
    const node = image.names.get(name);
    return node === undefined || node === 'directory' ? [] : node.content.toString().split('\n');
  });
  return formOfLines(lines.filter((line) => line !== ''));
}

/** Of the lines that the older program wrote. */
function formOfLines(lines: readonly string[]): Form {
  const old = lines.map((line) => JSON.parse(line)).filter(({ seq }) => seq <= 28);
  const versions = new Set(old.map(({ v }) => v));
  if (versions.size > 1) return 'between';
  return versions.has(1) ? 'old' : 'new';
}
