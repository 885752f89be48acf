/** What is bundled is named with all the licence texts that its authors give with it, wherever they give them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { notices } from '../../build/notices.ts';
import { MODULES } from './built-both.ts';

async function noticesOf(program: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-notices-'));
  try {
    writeFileSync(join(dir, 'program.js'), program);
    const input = join(dir, 'program.js');
    const build = await rolldown({ input, platform: 'node', plugins: [notices()] });
    const { output } = await build.generate({ format: 'esm' });
    await build.close();
    const asset = output.find(({ fileName }) => fileName === 'THIRD-PARTY-NOTICES.txt');
    return asset?.type === 'asset' ? String(asset.source) : '';
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const using = (path: string) => noticesOf(`console.log(require('${join(MODULES, path)}'))`);

test('a licence that stands in the README alone', async () => {
  const text = await using('pg-types');
  expect(text).toMatch(/^pg-types [\d.]+ \(MIT\)\n/m);
  expect(text).toContain('Copyright (c) 2014 Brian M. Carlson');
  expect(text).toContain('THE SOFTWARE IS PROVIDED "AS IS"');
});

test('one of two licences: both texts', async () => {
  const text = await using('@zone-eu/mailsplit');
  expect(text).toMatch(/^@zone-eu\/mailsplit [\d.]+ \(\(MIT OR EUPL-1\.1\+\)\)\n/m);
  expect(text).toContain('European Union Public Licence');
  expect(text).toContain('Zone Media OÜ');
  expect(text).toContain('THE SOFTWARE IS PROVIDED "AS IS"');
});

test('where its source is to be had, as the Mozilla Public License wants', async () => {
  expect(await using('ical.js')).toMatch(
    /^ical\.js ([\d.]+) \(MPL-2\.0\)\nhttps:\/\/www\.npmjs\.com\/package\/ical\.js\/v\/\1\n\n/,
  );
});
