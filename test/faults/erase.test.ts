/**
 * `mailrobot erase` killed, or the power cut, at any point.
 *
 * The run is traced; every image that the disk may hold is opened, as after another boot and, if
 * all of it is there, by the next run of this one. Nothing was erased, and the same command does
 * it; or the next run has finished it: then no file holds a word of the person, whatever it is
 * decoded from. No commit is missing, every event has its id, and the chain holds.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { compose } from '../../src/letters/compose.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { decoded } from '../kit/decoded.ts';
import { eventsOfStore, linesOf, problemsOfChain } from '../kit/old-store.ts';
import { filesBelow, makeDesk, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { cutsOf } from './cuts.ts';
import { Image } from './disk-model.ts';
import { traceRun } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { parseTrace } from './trace.ts';

const SAMPLE = sampleOf(19);
const ZOE = 'zoe.zimmermann@zzfirmly.example';
const HERS = /zz(?:login|password|report|content|answer|thanks|firmly)|zimmermann/i;
const PHASES = ['nothing', 'begun', 'ended'] as const;
type Phase = (typeof PHASES)[number];
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

test.skipIf(missing !== undefined)(
  `a cut at any point leaves all of a person's words or none ${missing ?? ''}`,
  async () => {
    const desk = await makeDesk();
    try {
      await workABit(desk);
      const commits = linesOf(join(desk.store, 'journal')).length;
      const ids = await idsOf(desk.store);
      const start = Image.read(desk.store);
      const log = await traceRun(desk, ['erase', ZOE], Buffer.alloc(0), join(desk.dir, 'trace'));
      await desk.settled();
      const traced = parseTrace(log, desk.store);
      const { cuts, states } = cutsOf(start, traced);
      const placed = cuts.map((cut) => ({ ...cut, phase: phaseOf(cut.image, commits) }));
      const failures: string[] = [];
      const tried = PHASES.map((phase) =>
        sampled(
          placed.filter((cut) => cut.phase === phase),
          SAMPLE,
        ),
      );
      for (const { what, image, boot } of tried.flat()) {
        const problem = await afterCut(image, boot, ids);
        if (problem !== '') failures.push(`${what}, ${boot}: ${problem}`);
      }
      const counts = tried.map((phase) => phase.length).join(' + ');
      console.log(`erase: ${traced.length} operations, ${states} states, ${counts} tried`);
      expect(failures).toEqual([]);
      for (const phase of tried) expect(phase.length).toBeGreaterThan(3);
    } finally {
      await desk.settled();
      desk.remove();
    }
  },
  1_800_000,
);

async function workABit(desk: TestDesk): Promise<void> {
  const file = Buffer.from('zzcontent of a file').toString('base64');
  await desk.run(['new'], {
    input: `From: ${ZOE}\nSubject: zzlogin\nMessage-ID: <1@zzfirmly.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nzzpassword\n--b\nContent-Disposition: attachment; filename=zzreport.txt\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${file}\n--b--\n`,
  });
  await desk.run(['new'], { input: 'From: kay@ferrier.example\nSubject: printer\n\nFire.\n' });
  await desk.run(['ticket', 'reply', '7102', '-m', 'zzanswer']);
  await desk.run(['reply'], {
    input: `From: ${ZOE}\nTo: support-7103@support-ticket.example\nSubject: x\n\nzzthanks\n`,
    env: { RECIPIENT: 'support-7103@support-ticket.example', SENDER: ZOE },
  });
  await desk.run(['ticket', 'list']);
  await desk.settled();
}

async function idsOf(root: string): Promise<readonly string[]> {
  // A FeedEvent has one.
  return ((await eventsOfStore(root)) as readonly { id: string }[]).map(({ id }) => id);
}

/** Whether the commit that erases is in it, and whether the words are still there. */
function phaseOf(image: Image, commits: number): Phase {
  const contents = [...image.names].flatMap(([name, node]) =>
    node === 'directory' ? [] : [{ name, content: node.content }],
  );
  const journal = contents.filter(({ name }) => name.startsWith('journal/'));
  const lines = journal.reduce(
    (sum, { content }) => sum + content.toString().split('\n').length - 1,
    0,
  );
  if (lines <= commits) return 'nothing';
  return contents.some(({ content }) => HERS.test(decoded(content))) ? 'begun' : 'ended';
}

async function afterCut(image: Image, boot: string, wanted: readonly string[]): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  try {
    image.write(root);
    const options = { root, now: () => new Date(), extract, compose, boot };
    const problems: string[] = [];
    const check = async () => {
      const { findings } = await maintenanceOf(options).check();
      problems.push(...findings.map(({ file, problem }) => `${file}: ${problem}`));
    };
    await check();
    const isDone = linesOf(join(root, 'journal')).some((line) => line.includes('"person.erased"'));
    if (!isDone) {
      if (hers(root).length === 0) problems.push('her words are gone, and nothing says why');
      await maintenanceOf(options).erase({ whom: ofPerson(ZOE), by: 'kim' });
      await check();
    }
    problems.push(...hers(root).map((name) => `${name} has words of hers`));
    problems.push(...problemsOfChain(join(root, 'journal')));
    const ids = await idsOf(root);
    if (wanted.some((id, n) => ids[n] !== id)) problems.push('other events');
    const left = readdirSync(root, { recursive: true, encoding: 'utf8' });
    problems.push(...left.filter((name) => /\.new$|^erasing\.json/.test(name)));
    return problems.join('; ');
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function hers(root: string): readonly string[] {
  return filesBelow(root).filter((name) => {
    const path = join(root, name);
    return !statSync(path).isDirectory() && HERS.test(decoded(readFileSync(path)));
  });
}
