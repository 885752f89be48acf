/**
 * The build: one call makes dist/ of src/ and the packages. CommonJS, which is what Bun makes byte
 * code of (packaging/executable.ts), and what node starts soonest.
 *
 * What a plain mail needs is one file, `hot`; what the entry needs before it is `first`. In many
 * small files, as rolldown has it by itself, a mail takes the executable 1.1 ms of 32 longer. What
 * few mails need is in files of its own (build/late.ts), what none needs is left out
 * (build/left-out.ts), and node's own modules have stand-ins (build/in-place.ts).
 */
import { defineConfig } from 'rolldown';
import { classes } from './build/classes.ts';
import { withoutDescriptions } from './build/descriptions.ts';
import { exportedAtOnce } from './build/exported.ts';
import { modulesBehind } from './build/hot.ts';
import { inPlace } from './build/in-place.ts';
import { LATE, late } from './build/late.ts';
import { leftOut } from './build/left-out.ts';
import { lookedAtFirst } from './build/looked-at-first.ts';
import { notices } from './build/notices.ts';

const hot = modulesBehind(['src/main.ts', 'src/cli/pipe.ts']);
const answer = modulesBehind(['src/letters/write-to-ticket.ts', 'src/letters/compose.ts']);

export default defineConfig({
  input: {
    mailrobot: 'src/entry.ts',
    reader: 'src/reading/reader.ts',
    ...Object.fromEntries(LATE.map(({ name, file }) => [name, file])),
  },
  platform: 'node',
  logLevel: 'warn',
  plugins: [
    late(),
    leftOut(),
    inPlace(),
    lookedAtFirst(),
    classes(),
    withoutDescriptions(),
    hot.plugin,
    answer.plugin,
    exportedAtOnce(),
    notices(),
  ],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    codeSplitting: {
      groups: [
        {
          name: 'first',
          test: /^\0stub (names|at-once) |src\/(outcome|runtime\/(self|rights|c-library|pause|patiently))\.ts$/,
          priority: 1,
        },
        { name: 'hot', test: hot.has },
        { name: 'answer', test: (id) => answer.has(id) && !hot.has(id) },
      ],
    },
  },
});
