/**
 * What a plain mail loads: a budget held by counting, not by a clock.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeWith } from '../kit/node-with.ts';
import { IS_EXECUTABLE, makeDesk, ROOT } from './desk.ts';

/** The files of the build that a plain mail loads, and no others. */
const FILES = [/^first\.cjs$/, /^hot-[\w-]+\.cjs$/, /^mailrobot\.cjs$/, /^rolldown-runtime\.cjs$/];
/**
 * Octets. What a decision asks is gathered before (journal/facts.ts and two lists of questions): 3
 * KB of it. Words are kept apart from the journal (journal/words.ts, texts.ts): 6 KB. The chain of
 * the journal is 2 KB, comparing the alternatives of a mail 3 KB, what differs in the executable 2
 * KB. Every problem of the config, not the first alone, is 1 KB, and so are the line that a log
 * gets of a mail, and the thresholds of status in the schema. That a mail is one of the doctor's is
 * known by its address. How a hand-over by SMTP has ended, which any run reads, is 3 KB.
 */
const BUDGET = 384_000;
/** Node's own modules that it may load, with what each brings along; worker_threads in node 24 alone. */
const ALLOWED =
  /^(module|vm|string_decoder|stream|stream\/promises|diagnostics_channel|net|crypto|dgram|child_process|timers\/promises|os|dns|punycode|util|url|buffer|events|async_hooks|worker_threads|internal\/.*|Internal Binding .*)$/;

test.skipIf(IS_EXECUTABLE)(
  'a plain mail loads the hot bundle and nothing else (asks node what it has loaded)',
  async () => {
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
      const input = readFileSync(join(ROOT, 'fixtures', 'cases', 'plain', 'in.eml'));
      const ended = await desk.run(['new'], {
        input,
        env: { PATH: nodeWith([`--require=${hook}`], dir) },
      });
      expect(ended).toMatchObject({ exit: 0, stdout: '', stderr: '' });
      const loaded: { files: string[]; builtins: string[] } = JSON.parse(
        readFileSync(list, 'utf8'),
      );
      const files = loaded.files.filter((file) => file !== hook);
      const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
      console.log(`hot path: ${(size / 1000).toFixed(0)} KB in ${files.length} files`);
      expect(files).toHaveLength(FILES.length);
      expect(size).toBeLessThan(BUDGET);
      const builtins = loaded.builtins.map((name) => name.replace(/^NativeModule /, ''));
      const bareList = join(dir, 'bare.json');
      writeFileSync(hook, readFileSync(hook, 'utf8').replace(list, bareList));
      spawnSync(process.execPath, [`--require=${hook}`, '-e', '0']);
      const bare: { builtins: string[] } = JSON.parse(readFileSync(bareList, 'utf8'));
      const added = builtins.filter((name) => !bare.builtins.includes(`NativeModule ${name}`));
      expect(strangers(files, added)).toEqual([]);
      expect(strangers([...files, '/x/desk.cjs'], [...added, 'https'])).toEqual([
        'desk.cjs',
        'https',
      ]);
    } finally {
      desk.remove();
      rmSync(dir, { recursive: true, force: true });
    }
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
