/**
 * Where everything of the Debian package lies: rows of what is copied from the tree and from
 * packaging/debian, what is made of them on the way, and what is written here (copyright, changelog,
 * bill of materials).
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Built, billOfMaterials } from './sbom.ts';

const HOME = 'usr/lib/mailrobot';
const DOC = 'usr/share/doc/mailrobot';
const SHARE = 'usr/share/mailrobot';
export const UNITS = 'usr/lib/systemd/system';
const A_UNIT = /\.(service|socket|timer)$/;

/** From the tree. */
const OF_TREE: readonly (readonly [string, string])[] = [
  ['bin/mailrobot', 'usr/bin/mailrobot'],
  ['libexec', `${HOME}/libexec`],
  ['dist', `${HOME}/dist`],
  ['config.schema.json', `${SHARE}/config.schema.json`],
  ['events.schema.json', `${SHARE}/events.schema.json`],
  ['robot.schema.json', `${SHARE}/robot.schema.json`],
  ['robot.d.ts', `${SHARE}/robot.d.ts`],
  ['examples', `${DOC}/examples`],
  ['README.md', `${DOC}/README.md`],
  ['docs', `${DOC}/docs`],
  ['licences/relink.md', `${DOC}/relink/relink.md`],
  ['licences/begin.cjs', `${DOC}/relink/begin.cjs`],
  ['licences/order', `${DOC}/relink/order`],
  ['completions/mailrobot', 'usr/share/bash-completion/completions/mailrobot'],
  ['completions/_mailrobot', 'usr/share/zsh/vendor-completions/_mailrobot'],
  ['completions/mailrobot.fish', 'usr/share/fish/vendor_completions.d/mailrobot.fish'],
];

/** From packaging/debian. */
const OF_DEBIAN: readonly (readonly [string, string])[] = [
  ['sysusers.conf', 'usr/lib/sysusers.d/mailrobot.conf'],
  ['tmpfiles.conf', 'usr/lib/tmpfiles.d/mailrobot.conf'],
  ['write-status', `${HOME}/libexec/write-status`],
  ['check_mailrobot', 'usr/lib/nagios/plugins/check_mailrobot'],
  ['mailrobot-status.service', `${UNITS}/mailrobot-status.service`],
  ['mailrobot-status.timer', `${UNITS}/mailrobot-status.timer`],
  ['monitoring', `${DOC}/examples/monitoring`],
  ['lintian-overrides', 'usr/share/lintian/overrides/mailrobot'],
];

/** What names the program by its path. */
const NAMING = /^(aliases|.*\.service)$/;

/** Links, and what they lead to. */
const LINKS: readonly (readonly [string, string])[] = [
  // The pages of docs/ name them as their neighbours.
  [`${DOC}/config.schema.json`, '../../mailrobot/config.schema.json'],
  [`${DOC}/events.schema.json`, '../../mailrobot/events.schema.json'],
  [`${DOC}/robot.schema.json`, '../../mailrobot/robot.schema.json'],
];

export function layFiles(wanted: Built, dir: string): void {
  const { root, tree, version, seconds } = wanted;
  const write = (to: string, content: string | Buffer) => {
    mkdirSync(dirname(join(dir, to)), { recursive: true });
    writeFileSync(join(dir, to), content);
  };
  const copy = (from: string, to: string, name: string) => {
    if (NAMING.test(name)) return write(to, withPathOfPackage(readFileSync(from, 'utf8')));
    mkdirSync(dirname(join(dir, to)), { recursive: true });
    cpSync(from, join(dir, to), { recursive: true });
  };
  for (const [from, to] of OF_TREE) copy(join(tree, from), to, from);
  for (const name of readdirSync(join(tree, 'postfix'))) {
    copy(
      join(tree, 'postfix', name),
      A_UNIT.test(name) ? `${UNITS}/${name}` : `${DOC}/postfix/${name}`,
      name,
    );
  }
  for (const [from, to] of OF_DEBIAN) copy(join(root, 'packaging', 'debian', from), to, from);
  for (const page of readdirSync(join(tree, 'man'))) {
    const zipped = gzipSync(readFileSync(join(tree, 'man', page)), { level: 9 });
    write(`usr/share/man/man${extname(page).slice(1)}/${page}.gz`, zipped);
  }
  const news = readFileSync(join(tree, 'CHANGELOG.md'));
  write(`${DOC}/NEWS.gz`, gzipSync(news, { level: 9 }));
  write(`${DOC}/changelog.gz`, gzipSync(changelog(version, seconds), { level: 9 }));
  write(`${DOC}/copyright`, copyright(tree));
  write(`${DOC}/sbom.cdx.json`, billOfMaterials(wanted));
  for (const [from, to] of LINKS) {
    mkdirSync(dirname(join(dir, from)), { recursive: true });
    symlinkSync(to, join(dir, from));
  }
}

function withPathOfPackage(text: string): string {
  return text.replaceAll('/usr/local/bin/mailrobot', '/usr/bin/mailrobot');
}

/** A version before another sorts before it: 1.0.0-rc.1 is 1.0.0~rc.1. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

/** As Debian's tools read it; what has changed is in NEWS.gz. */
function changelog(version: string, seconds: number): string {
  const time = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  return `mailrobot (${debianVersion(version)}) stable; urgency=medium

  * What has changed is in NEWS.gz.

 -- the mailrobot authors <mailrobot@support-ticket.example>  ${time}
`;
}

function copyright(tree: string): string {
  const read = (name: string) => readFileSync(join(tree, name), 'utf8').replaceAll('\r', '').trim();
  return `mailrobot, made by its authors with dpkg-deb from its own source.

${read('LICENSE')}

The executable /${HOME}/libexec/mailrobot is the program and Bun, which has JavaScriptCore and
others in it. The texts of LGPL 2 and 2.1 are /usr/share/common-licenses/LGPL-2 and LGPL-2.1.
/${DOC}/relink/relink.md says how to rebuild JavaScriptCore with changes of your own, and how to
make the executable of it.

${read('licences/bun.md')}

${'='.repeat(72)}

The program has these packages in it:

${read('licences/packages.txt')}
`;
}
