/**
 * Five suites: `unit` (pure code, in this process), `process` (the built
 * program, run as a process), `faults` (a fault at each system call; all of them
 * with FAULTS=all), `corpus` (every mail there is, and hostile ones), `postfix` (a real Postfix; needs root).
 */
import { defineConfig } from 'vitest/config';

const suite = (name: string, include: readonly string[], testTimeout: number) => ({
  test: { name, include: [...include], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      suite(
        'unit',
        [
          'test/{ticket,config,actions,delivery,message,outgoing,quotes,store,terminal,server,feed}/**/*.test.ts',
        ],
        10_000,
      ),
      suite('process', ['test/process/**/*.test.ts'], 60_000),
      suite('faults', ['test/faults/**/*.test.ts'], 1_800_000),
      suite('corpus', ['test/corpus/**/*.test.ts'], 60_000),
      suite('postfix', ['test/postfix/**/*.test.ts'], 120_000),
    ],
  },
});
