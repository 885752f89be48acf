/** What the build loads late, or has once in the place of twice, does what its package does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterEach, expect, test } from 'vitest';
import { inPlace, LOADED_LATE } from '../../build/in-place.ts';
import { functionsOf, LATE, late } from '../../build/late.ts';
import { leftOut } from '../../build/left-out.ts';

const PROGRAM = join(import.meta.dirname, 'composed.ts');

let dir = '';
afterEach(() => {
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
});

async function said(isAsOurs: boolean): Promise<string> {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-'));
  const parts = isAsOurs ? LATE.map(({ name, file }) => [name, file] as const) : [];
  const build = await rolldown({
    input: { composed: PROGRAM, ...Object.fromEntries(parts) },
    platform: 'node',
    logLevel: 'silent',
    plugins: isAsOurs ? [late(), leftOut(), inPlace()] : [],
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

test('functions and classes of a module that is loaded when one is called are its own', () => {
  const code = functionsOf(['isIP', 'BlockList'], 'node:net').replaceAll('export ', '');
  const made = new Function('require', `${code}; return { isIP, BlockList };`);
  const { isIP, BlockList: Made } = made(createRequire(import.meta.url));
  expect([isIP('192.0.2.25'), isIP('x'), [isIP].map((one) => one('::1'))]).toEqual([4, 0, [6]]);
  const list = new Made();
  list.addSubnet('10.1.0.0', 16);
  expect(list).toBeInstanceOf(BlockList);
  expect([list.check('10.1.2.3'), list.check('10.2.2.3')]).toEqual([true, false]);
});

const IMPORT = /^import \{([^}]*)\} from '(node:[a-z/_]+)';$/gms;

/** What of a module of node is imported to be used, and not as a type. */
function importedOf(source: string): readonly (readonly [module: string, name: string])[] {
  return [...source.matchAll(IMPORT)].flatMap(([, names = '', module = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => [module, name.replace(/ as .*/, '')] as const),
  );
}

function missingIn(source: string): readonly string[] {
  return importedOf(source)
    .filter(([module, name]) => LOADED_LATE[module]?.includes(name) === false)
    .map(([module, name]) => `${name} of ${module}`);
}

test('whatever our own files import of a module that is loaded late is in its stub', () => {
  const src = join(import.meta.dirname, '..', '..', 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const missing = files.flatMap((file) =>
    missingIn(readFileSync(join(src, file), 'utf8')).map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
  expect(missingIn("import { type Socket, connect, createServer } from 'node:net';")).toEqual([
    'createServer of node:net',
  ]);
});
