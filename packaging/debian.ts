/**
 * The Debian package of one architecture, made of its tree (tree.ts) by dpkg-deb alone, so that any
 * machine with dpkg makes it. What lies where is debian-files.ts; what dpkg runs lies in debian/.
 *
 * The same octets from any folder: every time is `seconds`, every owner root, every mode set here,
 * and dpkg-deb sorts. gzip, since xz takes a minute more to save a fifth, and every dpkg reads it.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianVersion, layFiles, UNITS } from './debian-files.ts';
import { type Architecture, run } from './runtimes.ts';
import type { Built } from './sbom.ts';

const DEBIAN_NAMES: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const SCRIPTS = ['postinst', 'prerm', 'postrm'] as const;

export function debianName({ version, architecture }: Built): string {
  return `mailrobot_${debianVersion(version)}_${DEBIAN_NAMES[architecture]}.deb`;
}

/** Writes it to `file`. */
export function makeDebian(wanted: Built, file: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-debian-'));
  try {
    layFiles(wanted, dir);
    const files = entriesBelow(dir).filter(({ isFile }) => isFile);
    const control = join(dir, 'DEBIAN');
    mkdirSync(control);
    writeFileSync(join(control, 'control'), controlOf(wanted, dir));
    writeFileSync(join(control, 'md5sums'), files.map(({ path }) => sumOf(dir, path)).join(''));
    const ours = (name: string) => join(wanted.root, 'packaging', 'debian', name);
    cpSync(ours('templates'), join(control, 'templates'));
    for (const name of SCRIPTS) {
      const script = readFileSync(ours(name), 'utf8').replace('@UNITS@', unitsBelow(dir));
      writeFileSync(join(control, name), script, { mode: 0o755 });
    }
    settle(dir, wanted.seconds);
    run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', dir, `${file}.new`], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(wanted.seconds) },
    });
    renameSync(`${file}.new`, file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What starts others comes first: then it is stopped first, too. */
function unitsBelow(dir: string): string {
  const names = readdirSync(join(dir, UNITS)).sort();
  const ofType = (type: string) => names.filter((name) => name.endsWith(type));
  return ['.socket', '.timer', '.service'].flatMap(ofType).join(' ');
}

function controlOf({ version, architecture }: Built, dir: string): string {
  return `Package: mailrobot
Version: ${debianVersion(version)}
Architecture: ${DEBIAN_NAMES[architecture]}
Maintainer: the mailrobot authors <mailrobot@support-ticket.example>
Installed-Size: ${kibibytesOf(dir)}
Depends: libc6 (>= 2.17), adduser, debconf (>= 0.5) | debconf-2.0
Recommends: postfix
Suggests: nodejs (>= 20), gpgv, gpg
Section: mail
Priority: optional
Description: ticket desk behind a Postfix alias
 mailrobot turns a Postfix alias into a ticket desk: a mail to the alias becomes
 a ticket, its sender gets an answer from the address of the ticket, and what
 they reply is appended. The staff work by mail or in a terminal.
 .
 There is no daemon, no cron job and no database server: each mail starts one
 process, and what breaks leaves the mail with Postfix. Tickets are plain files.
 .
 The package changes no setting of Postfix; "mailrobot init" prints the lines.
`;
}

/** As Debian's policy counts: whole kibibytes a file, and one for a folder or a link. */
function kibibytesOf(dir: string): number {
  const each = entriesBelow(dir).map(({ path, isFile }) =>
    isFile ? Math.ceil(lstatSync(join(dir, path)).size / 1024) : 1,
  );
  return each.reduce((sum, size) => sum + size, 0);
}

function sumOf(dir: string, path: string): string {
  const sum = createHash('md5')
    .update(readFileSync(join(dir, path)))
    .digest('hex');
  return `${sum}  ${path}\n`;
}

interface Entry {
  /** Relative. */
  readonly path: string;
  readonly isFile: boolean;
}

function entriesBelow(dir: string): readonly Entry[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((entry) => ({
      path: join(entry.parentPath, entry.name).slice(dir.length + 1),
      isFile: entry.isFile(),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Modes and times, whatever umask and clock are here. */
function settle(dir: string, seconds: number): void {
  for (const path of ['', ...entriesBelow(dir).map((entry) => entry.path)]) {
    const full = join(dir, path);
    const status = lstatSync(full);
    const isProgram = status.isDirectory() || (status.mode & 0o100) !== 0;
    if (!status.isSymbolicLink()) chmodSync(full, isProgram ? 0o755 : 0o644);
    lutimesSync(full, seconds, seconds);
  }
}
