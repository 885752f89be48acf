/** A small program, built with a plugin of the build and without it, for the two to be held against each other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

export const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');

interface Both<Exports> {
  readonly ours: Exports;
  readonly theirs: Exports;
  readonly remove: () => void;
}

/** `Exports`: what the program exports. */
export async function builtBoth<Exports>(program: string, plugin: Plugin): Promise<Both<Exports>> {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-'));
  writeFileSync(join(dir, 'program.js'), program);
  const built = async (name: string, plugins: readonly Plugin[]): Promise<Exports> => {
    const build = await rolldown({
      input: join(dir, 'program.js'),
      platform: 'node',
      logLevel: 'silent',
      plugins: [...plugins],
    });
    await build.write({ file: join(dir, `${name}.mjs`), format: 'esm', codeSplitting: false });
    await build.close();
    // What the program exports.
    return (await import(join(dir, `${name}.mjs`))) as Exports;
  };
  return {
    ours: await built('ours', [plugin]),
    theirs: await built('theirs', []),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
