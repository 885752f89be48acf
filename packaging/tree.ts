/**
 * What is in a package, as a folder that runs where it lies: the launcher and the executable, the
 * built files for node (which runs them where the executable cannot), manual pages, documents,
 * completions, what Postfix needs, and the licences of all that is in it.
 */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from './executable.ts';
import { orderOfDelivery } from './order.ts';
import { type Architecture, licencesOfRuntime, run } from './runtimes.ts';

const FILES = [
  ...[
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'config.schema.json',
    'events.schema.json',
    'robot.schema.json',
    'robot.d.ts',
  ],
  ...['bin/mailrobot', 'man', 'docs', 'postfix', 'examples'],
] as const;

/** What `mailrobot completion` prints, and the name that the shell looks for. */
const COMPLETIONS = { bash: 'mailrobot', zsh: '_mailrobot', fish: 'mailrobot.fish' } as const;

export interface Packing {
  readonly architecture: Architecture;
  readonly root: string;
  readonly cache: string;
}

/** Writes all of it below `folder`, in the place of what was there. */
export function makeTree({ architecture, root, cache }: Packing, folder: string): void {
  const dir = `${folder}.new`;
  rmSync(dir, { recursive: true, force: true });
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(join(dir, to)), { recursive: true });
    cpSync(join(root, from), join(dir, to), { recursive: true });
  };
  for (const file of FILES) copy(file, file);
  for (const file of readdirSync(join(root, 'dist'))) {
    if (file.endsWith('.cjs')) copy(join('dist', file), join('dist', file));
  }
  copy('packaging/install.sh', 'install.sh');
  copy('packaging/self-test', 'libexec/self-test');
  copy('packaging/licences', 'licences');
  copy('packaging/begin.cjs', 'licences/begin.cjs');
  copy('dist/THIRD-PARTY-NOTICES.txt', 'licences/packages.txt');
  writeFileSync(join(dir, 'licences', 'bun.md'), licencesOfRuntime(cache));
  const order = orderOfDelivery({ root, cache });
  writeFileSync(join(dir, 'licences', 'order'), order);
  compile({ architecture, root, cache, order }, join(dir, 'libexec', 'mailrobot'));
  mkdirSync(join(dir, 'completions'));
  for (const [shell, name] of Object.entries(COMPLETIONS)) {
    const script = run('sh', [join(root, 'bin', 'mailrobot'), 'completion', shell]);
    writeFileSync(join(dir, 'completions', name), script);
  }
  // What may be read by all, written by its owner, and run if it is a program.
  run('chmod', ['-R', 'u=rwX,go=rX', dir]);
  run('chmod', ['755', ...PROGRAMS.map((program) => join(dir, program))]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(dir, folder);
}

const PROGRAMS = ['bin/mailrobot', 'libexec/mailrobot', 'libexec/self-test', 'install.sh'] as const;
