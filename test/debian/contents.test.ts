/** What is in the Debian package, as dpkg-deb shows it: no root and no network are needed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../process/desk.ts';
import { fieldOf, PACKAGE, packageMissing } from './package.ts';

const missing = packageMissing();
if (missing !== undefined) console.log(`the Debian package was not looked into: ${missing}`);

const HOME = 'usr/lib/mailrobot';
const DOC = 'usr/share/doc/mailrobot';

describe.skipIf(missing !== undefined)(`the Debian package ${missing ?? ''}`, () => {
  let dir: string;
  let listed: readonly string[];
  const read = (path: string) => readFileSync(join(dir, path), 'utf8');
  const unzipped = (path: string) => gunzipSync(readFileSync(join(dir, path))).toString();

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'mailrobot-contents-'));
    execFileSync('dpkg-deb', ['--raw-extract', PACKAGE, dir]);
    listed = execFileSync('dpkg-deb', ['--contents', PACKAGE], { encoding: 'utf8' })
      .trim()
      .split('\n');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("everything is root's, nothing is writable for others, nothing has another's rights", () => {
    for (const line of listed)
      expect(line).toMatch(/^([d-]rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) +root\/root /);
  });

  test('its checksums are those of its files, all of them', () => {
    const { status, stderr } = spawnSync('md5sum', ['--check', '--quiet', 'DEBIAN/md5sums'], {
      cwd: dir,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const files = listed.filter((line) => line.startsWith('-'));
    expect(read('DEBIAN/md5sums').trim().split('\n').length).toBe(files.length);
  });

  test('it needs neither node nor npm, nor a newer C library than it says', () => {
    expect(fieldOf('Depends')).toBe('libc6 (>= 2.17), adduser, debconf (>= 0.5) | debconf-2.0');
    const wanted = execFileSync('objdump', ['-T', join(dir, HOME, 'libexec/mailrobot')], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    }).matchAll(/GLIBC_(\d+)\.(\d+)/g);
    const minors = [...wanted].map(([, , minor]) => Number(minor));
    expect(Math.max(...minors)).toBe(17);
  });

  test('what names the program names /usr/bin/mailrobot', () => {
    const units = ['mailrobot.service', 'mailrobot-due.service', 'mailrobot-robots.service'];
    const naming = units.map((name) => read(`usr/lib/systemd/system/${name}`));
    for (const text of [...naming, read(`${DOC}/postfix/aliases`)]) {
      expect(text).toContain('/usr/bin/mailrobot ');
      expect(text).not.toContain('/usr/local');
    }
  });

  test('the launcher is no link: it starts no process to find the rest', () => {
    expect(listed.join('\n')).toMatch(/^-rwxr-xr-x .* \.\/usr\/bin\/mailrobot$/m);
  });

  test('there is a manual page for each command, and one for the config', () => {
    const page = unzipped('usr/share/man/man1/mailrobot-ticket-show.1.gz');
    expect(page).toBe(readFileSync(join(ROOT, 'man/mailrobot-ticket-show.1'), 'utf8'));
    expect(unzipped('usr/share/man/man5/mailrobot.conf.5.gz')).toContain('File Formats');
  });

  test('NEWS is the changelog; copyright has the licences of Bun and of each package', () => {
    expect(unzipped(`${DOC}/NEWS.gz`)).toBe(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'));
    const copyright = read(`${DOC}/copyright`);
    for (const name of ['JavaScriptCore', 'common-licenses/LGPL-2', 'relink', 'mailparser 3.']) {
      expect(copyright).toContain(name);
    }
  });

  test('the bill of materials has the runtime and each bundled package, with its checksum', () => {
    const bill: {
      bomFormat: string;
      components: { name: string; version: string; hashes: { content: string }[] }[];
    } = JSON.parse(read(`${DOC}/sbom.cdx.json`));
    expect(bill.bomFormat).toBe('CycloneDX');
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['mailparser', 'nodemailer', 'valibot']));
    expect(names[0]).toMatch(/^@oven\/bun-linux-/);
    // One of two licences: a name with more parentheses than others.
    expect(names).toContain('@zone-eu/mailsplit');
    // A line between each two of them.
    const notices = read(`${DOC}/copyright`).split(`\n${'-'.repeat(72)}\n\n`);
    expect(names.length).toBe(notices.length + 1);
    for (const { hashes } of bill.components) expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  });

  test('as relink.md says, what is in the package makes the executable again, octet for octet', () => {
    const work = join(dir, 'relink');
    cpSync(join(dir, HOME, 'dist'), join(work, 'dist'), { recursive: true });
    for (const name of ['begin.cjs', 'order']) {
      cpSync(join(dir, DOC, 'relink', name), join(work, name));
    }
    const bun = join(ROOT, '.runtimes', runtimeFolder(), 'package/bin/bun');
    const [line = ''] =
      /^ +\/path\/to\/bun build[\s\S]*?begin\.cjs$/m.exec(read(`${DOC}/relink/relink.md`)) ?? [];
    execFileSync('sh', ['-ec', line.replaceAll('/path/to/bun', bun)], {
      cwd: work,
      env: { PATH: '/usr/bin:/bin', HOME: work },
    });
    expect(statSync(join(work, 'mailrobot')).size).toBeGreaterThan(5e7);
    execFileSync('cmp', [join(work, 'mailrobot'), join(dir, HOME, 'libexec/mailrobot')]);
  });
});

function runtimeFolder(): string {
  const [runtime = ''] = execFileSync('ls', [join(ROOT, '.runtimes')], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => /^oven-bun-.*\d$/.test(name))
    .filter((name) => name.includes('aarch64') === (process.arch === 'arm64'));
  return runtime;
}
