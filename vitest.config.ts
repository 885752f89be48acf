/**
 * Eight suites: `unit` (pure code, in this process), `process` (the built program, run as a process),
 * `limits` (what it takes at most, which takes minutes to show), `faults` (a fault at each system
 * call; all of them with FAULTS=all), `corpus` (every mail there is, and hostile ones), `package`
 * (what `npm run package` makes), `debian` (its Debian package, in a fresh Debian; needs root and
 * network), `postfix` (a real Postfix; needs root).
 */
import { defineConfig } from 'vitest/config';

/** Each has the folder of its name; `unit` has all others, so that no test is in none. */
const SUITES = ['process', 'limits', 'faults', 'corpus', 'package', 'debian', 'postfix'] as const;

const suite = (name: (typeof SUITES)[number], testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: SUITES.map((name) => `test/${name}/**`),
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      suite('process', 60_000),
      suite('limits', 300_000),
      suite('faults', 1_800_000),
      suite('corpus', 60_000),
      suite('package', 120_000),
      suite('debian', 600_000),
      suite('postfix', 120_000),
    ],
  },
});
