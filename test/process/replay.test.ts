/** `mailrobot replay`: what today's rules would have decided. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, ROOT, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

const raw = () => join(desk.store, 'raw');
const mailOf = (name: string) => join(ROOT, 'fixtures', 'cases', name, 'in.eml');

test('where no rule has changed, nothing differs, and nothing is done', async () => {
  for (const name of ['plain', 'reply-by-address', 'auto-submitted', 'vacation-to-ticket']) {
    await deliverCase(desk, name);
  }
  const before = readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8');
  const { exit, stdout, stderr } = await desk.run(['replay', raw()]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toBe('4 mails: 4 as before, 0 otherwise, 0 that the store does not know.\n');
  expect(readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8')).toBe(before);
});

test('what a new rule would decide otherwise is shown, as it was and as it would be', async () => {
  await deliverCase(desk, 'plain');
  desk.configure((config) => {
    config['spam'] = [{ header: 'X-Original-To', pattern: '^new@' }];
  });
  const { stdout } = await desk.run(['replay', raw()]);
  expect(stdout).toContain('  was  open SUPPORT; claimed: nothing proves its From\n');
  expect(stdout).toContain('  now  hold SUPPORT; claimed: nothing proves its From\n');
  expect(stdout).toContain('One mail: 0 as before, 1 otherwise');
  const json = JSON.parse((await desk.run(['replay', raw(), '--json'])).stdout);
  expect(json).toMatchObject([
    { was: { intent: 'open' }, is: { intent: 'hold' }, differs: ['intent'] },
  ]);
});

test('a mail from elsewhere is found by its Message-ID, or is not known', async () => {
  await deliverCase(desk, 'plain');
  const copy = join(desk.dir, 'copy.eml');
  writeFileSync(
    copy,
    `From nic Fri Nov 20 08:25:44 2026\n${readFileSync(mailOf('plain'), 'utf8')}`,
  );
  const other = join(desk.dir, 'other.eml');
  writeFileSync(other, 'From: eve@evil.example\nMessage-ID: <unknown@evil.example>\n\nx\n');
  const { stdout } = await desk.run(['replay', copy, other]);
  expect(stdout).toContain('2 mails: 1 as before, 0 otherwise, 1 that the store does not know.');
  expect(await desk.run(['replay', '/nonexistent'])).toMatchObject({
    exit: 1,
    stderr: 'mailrobot: /nonexistent: there is no such file\n',
  });
});

test('what a person let in is no rule that could differ', async () => {
  await deliverCase(desk, 'plain');
  const spam =
    'From: eve@evil.example\nX-Spam-Flag: YES\nReceived: by mx.example; Sat, 28 Nov 2026 10:00:00 +0000\nSubject: x\n\nx\n';
  await desk.here(['new'], { input: spam, env: { SENDER: 'eve@evil.example' } });
  const [{ id }] = JSON.parse((await desk.here(['held', 'list', '--json'])).stdout);
  expect((await desk.here(['held', 'release', String(id)])).stderr).toBe('');
  expect((await desk.run(['replay', raw()])).stdout).toContain('3 as before, 0 otherwise');
});
