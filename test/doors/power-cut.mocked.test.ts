/**
 * The power goes at any point of a server that takes mails by LMTP, several at once, and hands their
 * answers over: what the MTA was told to be kept is there, whole, in each of its tickets; no answer
 * that was given to the MTA looks as if nobody had begun it; and fsck finds nothing. Images are drawn
 * at random; the seed is printed, and SEED=n repeats what was chosen, though not how mails meet.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Submit } from '../../src/journal/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import { isLocked } from '../../src/stores/disk/lock.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { octetsAt } from '../../src/stores/files/raw-mails.ts';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { DiskModel, Image } from '../faults/disk-model.ts';
import { collect } from '../kit/collect.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { contextOf, mailOf, PREFIXES, type ServedMail, takerOf } from '../kit/server-mails.ts';

const disk = await vi.hoisted(async () => {
  const { RecordedDisk } = await import('../kit/recorded-fs.ts');
  return new RecordedDisk();
});
vi.mock('node:fs', async (original) => disk.over(await original()));

const IMAGES = roundsOf(160);
/** Of so many operations one is looked behind. */
const EVERY = 8;
const now = () => new Date('2026-11-20T10:00:00Z');

/** What the MTA knows at a moment. */
interface Known {
  /** By mail: how many recipients it is kept for. */
  readonly kept: ReadonlyMap<ServedMail, number>;
  /** Recipients of answers that it was given. */
  readonly given: readonly string[];
}

interface Cut {
  readonly what: string;
  readonly image: Image;
  readonly known: Known;
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  createStore(root);
});
afterEach(() => {
  disk.stop();
  rmSync(root, { recursive: true });
});

test(`a power cut at any point, seed ${SEED}`, async () => {
  console.log(`SEED=${SEED}`);
  const { cuts, last } = await serve(IMAGES);
  const failures: string[] = [];
  for (const cut of [...cuts, last]) failures.push(...(await problemsAfter(cut)));
  expect(cuts.length).toBeGreaterThan(10);
  expect(failures).toEqual([]);
}, 300_000);

test.each([
  ['the journal', /^journal\//, /the line of commit \d+ is lost/],
  ['texts', /^texts\//, /not the texts of the line/],
  ['raw mails', /^incoming\//, /is gone/],
  ['names of raw mails', /^incoming$/, /is gone/],
  ['claims of answers', /^outbox$/, /would go again/],
])(
  'this test can fail: %s without fsync',
  async (_, forgotten, problem) => {
    const { last } = await serve(0, forgotten);
    expect((await problemsAfter(last)).join()).toMatch(problem);
  },
  60_000,
);

/**
 * Takes mails and hands answers over. `last`: what is certain at the end. `forgotten`: paths that are
 * never fsynced.
 */
async function serve(
  images: number,
  forgotten: RegExp | null = null,
): Promise<{ readonly cuts: readonly Cut[]; readonly last: Cut }> {
  const choose = choiceOf(SEED);
  const given: string[] = [];
  const mta: Submit = async ({ recipient }, begin) => {
    const octets = await begin();
    if (octets === null) return { end: 'failed', reason: 'it is handed over elsewhere' };
    given.push(recipient);
    for await (const _ of octets);
    await sleep(choose.number(3));
    return { end: 'taken' };
  };
  const store = new FileStore({ root, now, extract: async () => {}, compose, isServer: true });
  const take = takerOf(contextOf(store, { root, mta, now }));
  const mails = Array.from({ length: 12 }, (_, n) => mailOf(n, choose));
  const before = mails.splice(0, 2);
  for (const mail of before) await take(mail);
  await idle();
  const model = new DiskModel(Image.read(root));
  const known = (): Known => ({
    kept: new Map([...before, ...mails].map((mail) => [mail, mail.to.length - mail.left.size])),
    given: [...given],
  });
  const cuts: Cut[] = [];
  const look = (behind: string) => {
    if (cuts.length >= images || choose.number(EVERY) !== 0) return;
    const { what, image } = choose([...model.states()]);
    cuts.push({ what: `${behind} (${what})`, image, known: known() });
  };
  disk.record(root, {
    done: (operation) => {
      model.do(operation);
      look(`${operation.type} ${operation.path}`);
    },
    begin: (path) => {
      const end = forgotten?.test(path) === true ? () => {} : model.begin(path);
      return () => {
        end();
        look(`fsync ${path}`);
      };
    },
    fsyncMs: () => choose.number(4),
  });
  while (mails.some(({ left }) => left.size > 0)) {
    const some = mails.filter(({ left }) => left.size > 0).slice(0, 1 + choose.number(5));
    await Promise.all(some.map(take));
  }
  const [certain] = model.states();
  await idle();
  disk.stop();
  if (certain === undefined) throw new Error('there is always what is certain');
  return { cuts, last: { what: 'the end', image: certain.image, known: known() } };
}

/** Nobody has the lock, and nothing is under way. */
async function idle(): Promise<void> {
  while (isLocked(join(root, 'lock'))) await sleep(5);
}

async function problemsAfter({ what, image, known }: Cut): Promise<readonly string[]> {
  const cut = mkdtempSync(join(tmpdir(), 'mailrobot-after-'));
  try {
    image.write(cut);
    const after = { root: cut, now, extract: async () => {}, compose, boot: 'after' };
    const { findings } = await maintenanceOf(after).check();
    const store = new FileStore(after);
    const tickets = await collect(store.tickets('all', PREFIXES));
    const came = tickets.flatMap(mailsOf);
    const gone = [...known.kept].flatMap(([{ id, octets }, count]) => {
      const text = octets.toString().replaceAll('\r\n', '\n');
      const whole = came.filter(
        ({ messageId, raw }) => messageId === id && textAt(join(cut, raw)).endsWith(text),
      );
      return whole.length < count ? [`${id} was acknowledged and is gone`] : [];
    });
    const sent = tickets.flatMap(({ messages }) =>
      messages.flatMap((one) => (one.direction === 'out' ? one.to[0].address : [])),
    );
    const waiting = (await store.unsent()).flatMap((one) => (one.isBegun ? [] : one.recipient));
    const again = [...new Set(known.given)].flatMap((recipient) => {
      const count = (all: readonly string[]) => all.filter((one) => one === recipient).length;
      const mayWait = count(sent) - count(known.given);
      return count(waiting) > mayWait ? [`${recipient} was answered, and would go again`] : [];
    });
    const found = findings.map(({ file, problem }) => `${file}: ${problem}`);
    return [...found, ...gone, ...again].map((problem) => `${what}: ${problem}`);
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.stack : String(error)}`];
  } finally {
    rmSync(cut, { recursive: true });
  }
}

function textAt(path: string): string {
  return existsSync(path) ? Buffer.concat([...octetsAt(path)]).toString() : '';
}
