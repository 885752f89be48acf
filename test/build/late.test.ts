/** What the build loads late, or has once in the place of twice, does what its package does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterEach, expect, test } from 'vitest';
import { LATE, late } from '../../build/late.ts';
import { leftOut } from '../../build/left-out.ts';

const PROGRAM = join(import.meta.dirname, 'composed.ts');

let dir: string;
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function said(isAsOurs: boolean): Promise<string> {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-'));
  const parts = isAsOurs ? LATE.map(({ name, file }) => [name, file] as const) : [];
  const build = await rolldown({
    input: { composed: PROGRAM, ...Object.fromEntries(parts) },
    platform: 'node',
    logLevel: 'silent',
    plugins: isAsOurs ? [late(), leftOut()] : [],
  });
  const names = { entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' };
  await build.write({ dir, format: 'cjs', ...names });
  await build.close();
  const printed = execFileSync(process.execPath, [join(dir, 'composed.cjs')], { encoding: 'utf8' });
  rmSync(dir, { recursive: true });
  return printed;
}

test('a mail of addresses as text, with what is not ASCII in all of it, is the same octets', async () => {
  const ours = await said(true);
  expect(ours).toContain('To: Foo <a@x.example>, "Last, First"');
  expect(ours).toContain('zoe@xn--bcher-kva.example');
  expect(ours).toContain('/v7+/v7+');
  expect(ours).toBe(await said(false));
});
