/**
 * What a plain mail loads: a budget held by counting, not by a clock.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeWith } from '../kit/node-with.ts';
import { type Ended, IS_EXECUTABLE, makeDesk, ROOT, type TestDesk } from './desk.ts';

/** The files of the build that a plain mail loads, and no others. */
const FILES = [
  /^first\.cjs$/,
  /^hot\.cjs$/,
  /^answer\.cjs$/,
  /^mailrobot\.cjs$/,
  /^rolldown-runtime\.cjs$/,
];
/**
 * Octets. What a decision asks is gathered before (journal/facts.ts and two lists of questions): 3
 * KB of it. Words are kept apart from the journal (journal/words.ts, texts.ts): 6 KB. The chain of
 * the journal is 2 KB, comparing the alternatives of a mail 3 KB, what differs in the executable 2
 * KB. Every problem of the config, not the first alone, is 1 KB, and so are the line that a log
 * gets of a mail, and the thresholds of status in the schema. That a mail is one of the doctor's is
 * known by its address. How a hand-over by SMTP has ended, which any run reads, is 3 KB. A parser
 * of addresses is in it once, though two packages have it, and what writes base64 and punycode is
 * in files of its own: 17 KB less. What goes out in
 * no mail, since no filter has seen it, is asked of every mail that goes out (ticket/found.ts): 3
 * KB. That a part is packed, and that what it holds is walked into, is 4 KB. That a mail lets out
 * what came back to its author is seen in the decision: 1 KB. Names of texts, and addresses that
 * are encoded as a whole, are 2 KB. That a mail decides of held mails is seen in the decision, too,
 * and a held mail keeps its first lines: 3 KB. Whose answer came from an address that is not listed
 * is seen there as well: 2 KB. That one of the staff writes to a customer from their own mailbox is
 * asked of every mail: 3 KB. Each text is read in blocks: 2 KB. Who is away, whose mail others get,
 * is 1 KB. The parser of MIME sees nothing but files, so that what it has for texts is left out: 8
 * KB less. What a commit relies on, by versions and limits, and names for what has no number yet,
 * are 4 KB. That the name of a raw mail needs no fsync is 1 KB. What each mark of a machine says of
 * who wrote a mail, what becomes of such mail, and whether a subject begins as automatic replies
 * do, is asked of every mail: 9 KB. How much a ticket shows of a mail that came to others first,
 * and that an answer may be to all, are 1 KB. That a subject names a ticket is 1 KB. That a ticket
 * has rested, with which it is linked, and which queues a mail about it is for, are 4 KB. Where its
 * author wants answers, and who stands behind a form or a group, is asked of every mail: 6 KB.
 * Whether its author writes for the first time, and how many new tickets the staff were told of,
 * are 1 KB. Whether the boundary that it says is there is asked of every multipart, and what goes
 * out of a mail in which it is not: 2 KB. That an address was erased, in every list that a mail
 * asks, and which tickets are on legal hold, is 1 KB. That a ticket has another name, in the queue
 * that it was moved to, is 1 KB. That a mail may wait for a robot is a list that each commit is
 * asked for, and a threshold of status: 3 KB. How other desks acknowledge, and which tickets of one
 * mail the staff were told of, are 2 KB. What has come of a ticket that rests, of its author, is
 * looked for by every mail to a resolved one: 1 KB. That a queue may have rules, and what reads maps
 * of the config for those that have, is 3 KB. That a mail may confirm what a robot would do, and which
 * addresses with holes are ours, are 3 KB. That a mail may be kept without its secret, which goes
 * with each end of a mail, and that one that came may be blanked, are 3 KB. Which kind of store a desk
 * has, which of its files lie on this host, and that a row which the disk refuses to give is not taken
 * for none, are 3 KB. What the keys of the config are for is in no build: 4 KB less.
 * That a mail has a time before which nobody hands it over, and may be taken back, is 1 KB. That the
 * addresses by which a ticket is rated are known in any text is not quite 1 KB. What a server that
 * keeps the lock has read is not quite 1 KB. Files of the build give each other what they have in one
 * object: 32 KB less. What stands in the place of node's streams and hashes, which the executable
 * would compile in each run, is 7 KB. What writes an answer and composes it is a file of its own,
 * for mail that gets none: 57 KB.
 */
const BUDGET = 431_000;
/** Node's own modules that it may load, with what each brings along; worker_threads in node 24 alone. */
const ALLOWED =
  /^(module|string_decoder|stream|stream\/promises|diagnostics_channel|net|crypto|dgram|child_process|timers\/promises|os|dns|punycode|util|url|buffer|events|async_hooks|worker_threads|internal\/.*|Internal Binding .*)$/;

interface Loaded {
  readonly ended: Ended;
  /** Of the build. */
  readonly files: readonly string[];
  /** Of node. */
  readonly builtins: readonly string[];
}

interface Asked {
  readonly desk: TestDesk;
  /** What a run had loaded when it ended. */
  readonly load: (args: readonly string[], input?: string | Buffer) => Promise<Loaded>;
  /** Node itself. */
  readonly loadNothing: () => Pick<Loaded, 'builtins'>;
}

/** Asks node, of runs on a new desk. */
async function asking<T>(use: (asked: Asked) => Promise<T>): Promise<T> {
  const desk = await makeDesk();
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-hot-'));
  try {
    const hook = join(dir, 'hook.cjs');
    const list = join(dir, 'loaded.json');
    writeFileSync(
      hook,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify({
  files: Object.keys(require.cache), builtins: process.moduleLoadList })));`,
    );
    const loaded = (): Pick<Loaded, 'files' | 'builtins'> => {
      const { files, builtins }: Pick<Loaded, 'files' | 'builtins'> = JSON.parse(
        readFileSync(list, 'utf8'),
      );
      return {
        files: files.filter((file) => file !== hook),
        builtins: builtins.map((name) => name.replace(/^NativeModule /, '')),
      };
    };
    const env = { PATH: nodeWith([`--require=${hook}`], dir) };
    return await use({
      desk,
      load: async (args, input) => {
        const ended = await desk.run(args, { env, ...(input !== undefined && { input }) });
        return { ended, ...loaded() };
      },
      loadNothing: () => {
        spawnSync(process.execPath, [`--require=${hook}`, '-e', '0']);
        return loaded();
      },
    });
  } finally {
    desk.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}

test.skipIf(IS_EXECUTABLE)('--version loads nothing of what a mail needs', () =>
  asking(async ({ load }) => {
    const { ended, files } = await load(['--version']);
    expect(ended).toMatchObject({ exit: 0 });
    const ours = files.map((file) => basename(file));
    expect(ours.sort()).toEqual(['first.cjs', 'mailrobot.cjs', 'rolldown-runtime.cjs']);
  }),
);

test.skipIf(IS_EXECUTABLE)(
  'a plain mail loads the hot bundle and nothing else (asks node what it has loaded)',
  () =>
    asking(async ({ load, loadNothing }) => {
      const input = readFileSync(join(ROOT, 'fixtures', 'cases', 'plain', 'in.eml'));
      const { ended, files, builtins } = await load(['new'], input);
      expect(ended).toMatchObject({ exit: 0, stdout: '', stderr: '' });
      const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
      console.log(`hot path: ${(size / 1000).toFixed(0)} KB in ${files.length} files`);
      expect(files).toHaveLength(FILES.length);
      expect(size).toBeLessThan(BUDGET);
      const bare = loadNothing();
      const added = builtins.filter((name) => !bare.builtins.includes(name));
      expect(strangers(files, added)).toEqual([]);
      expect(strangers([...files, '/x/desk.cjs'], [...added, 'https'])).toEqual([
        'desk.cjs',
        'https',
      ]);
    }),
);

const PLAIN = readFileSync(join(ROOT, 'fixtures', 'cases', 'plain', 'in.eml'), 'utf8');

/** Files that each of these mails loads beside those of a plain one, delivered one after the other. */
function moreThanPlain(mails: readonly string[]): Promise<readonly (readonly string[])[]> {
  return asking(async ({ desk, load }) => {
    const more: (readonly string[])[] = [];
    for (const input of mails) {
      const { ended, files } = await load(['new'], input);
      expect(ended).toMatchObject({ exit: 0, stderr: '' });
      more.push(strangers(files, []));
    }
    const { stdout } = await desk.run(['ticket', 'list', '--all', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(1);
    return more;
  });
}

test.skipIf(IS_EXECUTABLE)(
  'an automatic reply, of which nothing comes, loads no file that a plain mail does not',
  async () => {
    const automatic = PLAIN.replace(/^Subject:/m, 'Auto-Submitted: auto-replied\nSubject:');
    expect(await moreThanPlain([automatic, PLAIN])).toEqual([[], []]);
  },
);

test.skipIf(IS_EXECUTABLE)(
  'a mail that comes twice loads what judges copies, and nothing of what a copy could do',
  async () => {
    expect(await moreThanPlain([PLAIN, PLAIN])).toEqual([[], ['again.cjs']]);
  },
);

/** What is loaded and should not be. */
function strangers(files: readonly string[], builtins: readonly string[]): readonly string[] {
  const ours = files.map((file) => basename(file));
  return [
    ...ours.filter((name) => !FILES.some((allowed) => allowed.test(name))),
    ...builtins.filter((name) => !ALLOWED.test(name)),
  ];
}
