/**
 * A copy of the tree in a temporary folder, in which faults are planted and tests run.
 *
 * One thing at a time. What the tests leave behind lies in that folder, too, and goes with
 * it. `remove` ends whatever runs there.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Of the text of a file, what is there once and what takes its place. */
export interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Tests of these files, or of all; those with one of these in their name, or all of them. */
export interface Wanted {
  readonly files: readonly string[];
  readonly names: readonly string[];
}

export interface Tested {
  /** File and name of each test. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Why it is no answer that no test failed, or null. */
  readonly problem: string | null;
}

interface Ended {
  readonly exit: number | null;
  readonly output: string;
}

/** The test of the faults would find each of them. */
const LEFT_OUT: readonly string[] = [
  ...['node_modules', '.git', 'dist', '.bench', '.fuzz', '.demo'],
  'test/planted/faults.test.ts',
];
/** Those with a test that a fault of faults.ts names. */
const SUITES = ['unit', 'process', 'postgres', 'limits', 'faults'] as const;

export class Copy {
  readonly #root: string;
  readonly #folder: string;
  readonly #tree: string;
  #child: ChildProcess | null = null;

  constructor(root: string) {
    this.#root = root;
    this.#folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'planted-')));
    this.#tree = join(this.#folder, 'tree');
    // Some tests become another user.
    fs.chmodSync(this.#folder, 0o755);
    fs.mkdirSync(join(this.#folder, 'tmp'));
    fs.chmodSync(join(this.#folder, 'tmp'), 0o1777);
    const filter = (path: string) => !LEFT_OUT.includes(relative(root, path));
    fs.cpSync(root, this.#tree, { recursive: true, verbatimSymlinks: true, filter });
    fs.symlinkSync(fs.realpathSync(join(root, 'node_modules')), join(this.#tree, 'node_modules'));
  }

  /** Each in what the others have left of its file. */
  plant(changes: readonly Change[]): void {
    for (const { file, before, after } of changes) {
      const path = join(this.#tree, file);
      const text = fs.readFileSync(path, 'utf8');
      if (!text.includes(before)) throw new Error(`${file}: another fault has changed "${before}"`);
      fs.writeFileSync(
        path,
        text.replace(before, () => after),
      );
    }
  }

  uproot(changes: readonly Change[]): void {
    for (const { file } of changes) fs.copyFileSync(join(this.#root, file), join(this.#tree, file));
  }

  /** What the type check has against it, or null. */
  async typeError(): Promise<string | null> {
    const { exit, output } = await this.#run(['npx', 'tsc'], 5);
    return exit === 0 ? null : output;
  }

  async build(): Promise<void> {
    const { exit, output } = await this.#run(['npm', 'run', '--silent', 'build'], 5);
    if (exit !== 0) throw new Error(`it does not build: ${output}`);
  }

  /** `bail`: to the first test that fails. */
  async test(
    { files, names }: Wanted,
    { bail, minutes }: { readonly bail: boolean; readonly minutes: number },
  ): Promise<Tested> {
    const report = join(this.#folder, 'report.json');
    fs.rmSync(report, { force: true });
    const options = [
      ...['--maxWorkers', '1', '--bail', bail ? '1' : '0'],
      ...['--reporter', 'json', '--outputFile', report],
      ...SUITES.flatMap((name) => ['--project', name]),
      ...(names.length === 0 ? [] : ['-t', names.map(literally).join('|')]),
    ];
    const { exit, output } = await this.#run(
      ['npx', 'vitest', 'run', ...options, ...files],
      minutes,
    );
    if (exit === null)
      return { passed: [], failed: [], problem: `it took over ${minutes} minutes` };
    if (!fs.existsSync(report)) return { passed: [], failed: [], problem: output.slice(-2000) };
    return this.#read(JSON.parse(fs.readFileSync(report, 'utf8')), files);
  }

  #read({ success, testResults }: Report, files: readonly string[]): Tested {
    const of = (wanted: string) =>
      testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === wanted)
          .map(({ fullName }) => `${relative(this.#tree, name)}: ${fullName}`),
      );
    const [passed, failed] = [of('passed'), of('failed')];
    const missing = files.find((file) => !testResults.some(({ name }) => name.endsWith(file)));
    const unloaded = testResults.find(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    const problem =
      failed.length > 0 || success
        ? null
        : `vitest failed, and no test did: ${unloaded?.message ?? 'an error outside of them'}`;
    return {
      passed,
      failed,
      problem: missing && failed.length === 0 ? `${missing} did not run` : problem,
    };
  }

  /** Ends what runs, with its children; takes away what a test has mounted that was ended. */
  remove(): void {
    this.#kill();
    for (const line of fs.readFileSync('/proc/mounts', 'utf8').split('\n')) {
      const [, place = ''] = line.split(' ');
      if (place.startsWith(this.#folder)) spawnSync('umount', ['-l', place]);
    }
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  #run([program, ...args]: readonly [string, ...string[]], minutes: number): Promise<Ended> {
    return new Promise((resolve, refuse) => {
      const env = { ...process.env, TMPDIR: join(this.#folder, 'tmp'), NO_COLOR: '1' };
      const child = spawn(program, args, { cwd: this.#tree, env, detached: true });
      this.#child = child;
      const end = setTimeout(() => this.#kill(), minutes * 60_000);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
      }
      child.stdin.end();
      child.on('error', refuse);
      child.on('close', (exit) => {
        clearTimeout(end);
        this.#child = null;
        resolve({ exit, output });
      });
    });
  }

  #kill(): void {
    if (this.#child?.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

/** As a regular expression. */
function literally(text: string): string {
  return text.replace(/[^\w\s]/g, '\\$&');
}

/** What vitest writes, as far as it is read here. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
