/**
 * The power goes at any point of one run, and of two that overlap.
 *
 * The runs are traced, and for each point every image that the disk may hold is
 * made in a scratch directory and opened as after another boot: recovery and
 * fsck must pass, and nothing that had been acknowledged (exit 0, or a mail
 * handed to sendmail) may be missing; what sendmail may have been given does not look as
 * if nobody had begun. Prints the number of states.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { octetsAt } from '../../src/stores/files/raw-mails.ts';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { collect } from '../kit/collect.ts';
import { largeMailTo } from '../kit/large-mail.ts';
import { deliverCase, makeDesk, ROOT } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { DiskModel, Image } from './disk-model.ts';
import { traceRun } from './points.ts';
import { sampleOf } from './sample.ts';
import { withoutFromLine } from './scenarios.ts';
import { parseTrace, type Traced } from './trace.ts';

const LARGE = 'a large mail';
const SAMPLE = sampleOf(19);
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
const mail = (name: string) =>
  name === LARGE
    ? largeMailTo('new@support-ticket.example')
    : readFileSync(join(ROOT, 'fixtures', 'cases', name, 'in.eml'));

describe.skipIf(missing !== undefined)(`power cuts ${missing ?? ''}`, () => {
  test.each([
    ['a new ticket with an attachment', ['attachment']],
    ['an answer', ['reply-by-thread']],
    ['two new tickets that overlap', ['attachment', 'html-only']],
    ['a large mail to one more address', [LARGE]],
    ['the first commit with texts, in a store that has no folder of them', ['attachment']],
  ])(
    '%s',
    async (what, names) => {
      const desk = await makeDesk();
      try {
        if (what.includes('no folder')) rmSync(join(desk.store, 'texts'), { recursive: true });
        else await deliverCase(desk, 'plain');
        if (names.includes(LARGE)) {
          const to = 'support-7102@support-ticket.example';
          await desk.run(['reply'], { input: largeMailTo(to), env: { RECIPIENT: to } });
        }
        await desk.run(['ticket', 'list']);
        const start = Image.read(desk.store);
        const logs = await Promise.all(
          names.map((name) => traceRun(desk, ['new'], mail(name), join(desk.dir, `${name}.log`))),
        );
        const traced = logs
          .flatMap((log, run) => parseTrace(log, desk.store).map((one) => ({ ...one, run })))
          .sort((a, b) => a.time - b.time);
        const { states, failures } = await cutEverywhere(start, traced, names);
        console.log(`${what}: ${traced.length} operations, ${states} states`);
        expect(traced.length).toBeGreaterThan(20);
        const isShared = traced.some(
          ({ operation }) => 'to' in operation && operation.to.endsWith('-in.head'),
        );
        expect(isShared).toBe(names.includes(LARGE));
        expect(failures).toEqual([]);
      } finally {
        desk.remove();
      }
    },
    1_800_000,
  );
});

test.skipIf(missing !== undefined).each([
  ['a journal', 'journal/', 'attachment was acknowledged and is gone'],
  ['texts', 'texts/', 'not the texts of the line'],
  ['the names of slots', 'slots', 'attachment was acknowledged and is gone'],
])(
  'this test can fail: %s without fsync: what was acknowledged is lost',
  async (_, folder, problem) => {
    const desk = await makeDesk();
    try {
      await deliverCase(desk, 'plain');
      // Then the traced run makes them.
      rmSync(join(desk.store, 'slots'), { recursive: true });
      const start = Image.read(desk.store);
      const log = await traceRun(desk, ['new'], mail('attachment'), join(desk.dir, 'planted.log'));
      const traced = parseTrace(log, desk.store)
        .filter(
          ({ operation }) => !(operation.type === 'fsync' && operation.path.startsWith(folder)),
        )
        .map((one) => ({ ...one, run: 0 }));
      const { failures } = await cutEverywhere(start, traced, ['attachment'], 1);
      expect(failures.join()).toContain(problem);
    } finally {
      desk.remove();
    }
  },
  600_000,
);

async function cutEverywhere(
  start: Image,
  traced: readonly (Traced & { readonly run: number })[],
  names: readonly string[],
  sample = SAMPLE,
) {
  const disk = new DiskModel(start);
  const claimed = new Set<number>();
  const handedOver = new Set<number>();
  const acknowledged = new Set<number>();
  const failures: string[] = [];
  const known = new Set<string>();
  let n = 0;
  for (const { operation, run } of traced) {
    // Children before that are flock(1), once or more often where runs overlap.
    if (operation.type === 'create' && operation.path.endsWith('.claim')) claimed.add(run);
    // The first child after its claim is sendmail: by then the commit must be durable.
    if (operation.type === 'spawn') {
      if (claimed.has(run)) {
        handedOver.add(run);
        acknowledged.add(run);
      }
    } else if (operation.type === 'exit') {
      if (operation.code === 0) acknowledged.add(run);
    } else disk.do(operation);
    const wanted = [...acknowledged].map((acked) => names[acked] ?? '');
    const isHandedOver = handedOver.size === names.length;
    for (const { what, image } of disk.states()) {
      const key = createHash('sha1')
        .update(`${wanted} ${isHandedOver} ${image.fingerprint()}`)
        .digest('hex');
      if (known.has(key)) continue;
      known.add(key);
      n += 1;
      if (n % sample !== 0) continue;
      const problem = await openAfterCut(image, wanted, isHandedOver);
      if (problem !== '') failures.push(`after ${operation.type} (${what}): ${problem}`);
    }
  }
  return { states: Math.floor(n / sample), failures };
}

async function openAfterCut(
  image: Image,
  acknowledged: readonly string[],
  isHandedOver: boolean,
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  try {
    image.write(root);
    const options = {
      root,
      now: () => new Date(),
      extract,
      compose,
      boot: 'after the cut',
    };
    const { findings } = await maintenanceOf(options).check();
    const problems = findings.map(({ file, problem }) => `${file}: ${problem}`);
    const store = new FileStore(options);
    for (const name of acknowledged) {
      const wanted = withoutFromLine(mail(name));
      const isThere = (await collect(store.tickets('all', ['SUPPORT'])))
        .flatMap(mailsOf)
        .some(
          ({ raw }) =>
            existsSync(join(root, raw)) &&
            Buffer.concat([...octetsAt(join(root, raw))]).equals(wanted),
        );
      if (!isThere) problems.push(`${name} was acknowledged and is gone`);
    }
    if (isHandedOver && (await store.unsent()).some(({ isBegun }) => !isBegun)) {
      problems.push('a reply that sendmail was given would go again');
    }
    return problems.join('; ');
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
