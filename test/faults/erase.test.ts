/**
 * `mailrobot erase` killed, or the power cut, at any point.
 *
 * The run is traced; every image that the disk may hold is opened, as after another boot and, if
 * all of it is there, by the next run of this one. Nothing was erased, and the same command does
 * it; or the next run has finished it: then no file holds a word of the person, whatever it is
 * decoded from. No commit is missing, every event has its id, and the chain holds.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { compose } from '../../src/letters/compose.ts';
import { bootId } from '../../src/stores/files/boot.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { decoded } from '../kit/decoded.ts';
import { eventsOfStore, linesOf, problemsOfChain } from '../kit/old-store.ts';
import { filesBelow, makeDesk, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { DiskModel, Image } from './disk-model.ts';
import { traceRun } from './points.ts';
import { sampleOf } from './sample.ts';
import { parseTrace } from './trace.ts';

const SAMPLE = sampleOf(19);
const ZOE = 'zoe.zimmermann@zzfirmly.example';
const HERS = /zz(?:login|password|report|content|answer|thanks|firmly)|zimmermann/i;
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
      const disk = new DiskModel(start);
      const known = new Set<string>();
      const failures: string[] = [];
      const found = { nothing: 0, begun: 0, ended: 0 };
      for (const { operation } of traced) {
        if (operation.type === 'exit') continue;
        // Its children are flock(1), where nothing is pending that counts, and sync(1).
        if (operation.type === 'spawn') disk.syncAll();
        else disk.do(operation);
        for (const { what, image } of disk.states()) {
          const key = createHash('sha1').update(image.fingerprint()).digest('hex');
          if (known.has(key)) continue;
          known.add(key);
          if (known.size % SAMPLE !== 0) continue;
          const boots = what === 'everything pending' ? [bootId(), 'another'] : ['another'];
          for (const boot of boots) {
            const { problem, was } = await afterCut(image, boot, { commits, ids });
            found[was] += 1;
            if (problem !== '') failures.push(`${operation.type} (${what}, ${boot}): ${problem}`);
          }
        }
      }
      console.log(`erase: ${traced.length} operations, ${known.size} states, tried:`, found);
      expect(failures).toEqual([]);
      expect(found.begun).toBeGreaterThan(3);
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

async function afterCut(
  image: Image,
  boot: string,
  wanted: { readonly commits: number; readonly ids: readonly string[] },
): Promise<{ readonly problem: string; readonly was: 'nothing' | 'begun' | 'ended' }> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  let was: 'nothing' | 'begun' | 'ended' = 'nothing';
  try {
    image.write(root);
    if (linesOf(join(root, 'journal')).length > wanted.commits) {
      was = hers(root).length > 0 ? 'begun' : 'ended';
    }
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
    if (wanted.ids.some((id, n) => ids[n] !== id)) problems.push('other events');
    const left = readdirSync(root, { recursive: true, encoding: 'utf8' });
    problems.push(...left.filter((name) => /\.new$|^erasing\.json/.test(name)));
    return { problem: problems.join('; '), was };
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { problem, was };
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
