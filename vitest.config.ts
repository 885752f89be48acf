/**
 * Fourteen suites: `unit` (pure code, in this process; its files share what they import, which
 * halves the time), `mocked` (those that put something in the place of a file of the source, each
 * by itself), `postgres` (the store in a database: what every store promises, and what is its own),
 * `process` (the built program, run as a process), `services` (what of it stays: the
 * doors that listen, hand-over in the background, subscribers, robots, recipients, and a database),
 * `maintenance` (what is done to a whole store: backup, restore, erase, and stores of other
 * versions), `limits` (what it takes at most, which takes minutes to show), `faults` (a fault at
 * each system call; all of them with FAULTS=all), `corpus` (every mail there is, and hostile ones),
 * `browser` (HTML as people see it, in Chromium), `database` (a PostgreSQL server that fails, at
 * every step), `package` (what `npm run package` makes), `debian` (its Debian package, in a fresh
 * Debian; needs root and network), `postfix` (a real Postfix; needs root).
 */
import { defineConfig } from 'vitest/config';
import { IN_MEMORY } from './test/kit/run-folder.ts';

const MOCKED = 'test/**/*.mocked.test.ts';

/** Each has the folder of its name; `unit` has all others, so that no test is in none. */
const SUITES = [
  'process',
  'services',
  'maintenance',
  'limits',
  'faults',
  'corpus',
  'database',
  'browser',
  'package',
  'debian',
  'postfix',
] as const;

/** What is tested in a PostgreSQL; what every store promises is tested there as well. */
const POSTGRES = ['test/postgres/**/*.test.ts', 'test/stores/postgres/**/*.test.ts'];
const CONTRACT = 'test/contract/**/*.test.ts';

/** Of suites that say nothing of a disk. */
const env = IN_MEMORY === null ? {} : { TMPDIR: IN_MEMORY };

interface Shared {
  readonly isolate?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const suite = (
  name: (typeof SUITES)[number],
  testTimeout: number,
  { isolate = true, env = {} }: Shared = {},
) => ({
  test: {
    ...{ name, include: [`test/${name}/**/*.test.ts`], isolate, env },
    ...{ testTimeout, hookTimeout: testTimeout },
  },
});

export default defineConfig({
  test: {
    reporters: ['default'],
    globalSetup: ['test/kit/run-folder.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [MOCKED, ...POSTGRES, ...SUITES.map((name) => `test/${name}/**`)],
          isolate: false,
          env,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'postgres',
          include: [...POSTGRES, CONTRACT],
          isolate: false,
          env: { ...env, MAILROBOT_TEST_STORE: 'postgres' },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      { test: { name: 'mocked', include: [MOCKED], env, testTimeout: 30_000 } },
      suite('process', 60_000, { isolate: false, env }),
      suite('services', 60_000, { isolate: false, env }),
      suite('maintenance', 60_000, { isolate: false, env }),
      suite('limits', 300_000),
      suite('faults', 1_800_000),
      suite('corpus', 60_000),
      suite('database', 600_000),
      suite('browser', 60_000, { isolate: false }),
      suite('package', 120_000),
      suite('debian', 600_000),
      suite('postfix', 120_000),
    ],
  },
});
