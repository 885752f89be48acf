/** Whose time zone counts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { zoneFor } from '../../src/dates/zone-name.ts';
import { zoneOfHost } from '../../src/runtime/zone-of-host.ts';

afterEach(() => vi.unstubAllEnvs());

const kim = { name: 'kim', timeZone: 'Asia/Tokyo' };
const bob = { name: 'bob' };

test("a person's own, or that of the desk, or that of the host", () => {
  const desk = { timeZone: 'Europe/Berlin', staff: [kim, bob] };
  expect(zoneFor(desk, 'kim')).toBe('Asia/Tokyo');
  expect(zoneFor(desk, 'bob')).toBe('Europe/Berlin');
  expect(zoneFor(desk, null)).toBe('Europe/Berlin');
  const host = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(zoneFor({ staff: [kim, bob] }, 'bob')).toBe(host);
});

test('what the host says is what the runtime finds', () => {
  expect(zoneFor({ staff: [kim, bob] }, 'bob')).toBe(zoneOfHost());
  expect(zoneOfHost()).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test.each(['UTC', 'Etc/UTC'])('the runtime calls %s so, as the host does without it', (zone) => {
  const asked = 'new Intl.DateTimeFormat().resolvedOptions().timeZone';
  const env = { ...process.env, TZ: zone };
  const { stdout } = spawnSync(process.execPath, ['-p', asked], { env, encoding: 'utf8' });
  expect(stdout).toBe('UTC\n');
});

test.each([
  ['', 'UTC'],
  ['UTC', 'UTC'],
  [':UTC', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['utc', 'UTC'],
  ['UTC0', 'UTC'],
  ['No/Such_Zone', 'UTC'],
  ['/nowhere/at/all', 'UTC'],
  ['/usr/share/zoneinfo/UTC', 'UTC'],
  [':/usr/share/zoneinfo/Etc/UTC', 'UTC'],
  ['Europe/Berlin', 'Europe/Berlin'],
  [':Europe/Berlin', 'Europe/Berlin'],
  ['/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
  [':/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
])('TZ=%s is %s', (said, zone) => {
  vi.stubEnv('TZ', said);
  expect(zoneOfHost()).toBe(zone);
});

test('TZ=:/etc/localtime is what that leads to', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
  try {
    const link = join(dir, 'localtime');
    symlinkSync('../usr/share/zoneinfo/Asia/Tokyo', link);
    vi.stubEnv('TZ', `:${link}`);
    expect(zoneOfHost()).toBe('Asia/Tokyo');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
