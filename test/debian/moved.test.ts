/**
 * From what install.sh has put below /usr/local to the Debian package, as docs/debian.md says: the
 * same desk, the same tickets, and the aliases name the other copy.
 */
import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { boot, machineMissing } from '../postfix/machine.ts';
import { NAME, PACKAGE, packageMissing, TARBALL } from './package.ts';
import { debianRoot } from './root.ts';
import { documented, PACKAGES_OF_ROOT, PREPARED } from './script.ts';

const made = await debianRoot('bookworm', PACKAGES_OF_ROOT);
const missing =
  packageMissing() ?? ('missing' in made ? made.missing : undefined) ?? (await machineMissing());
if (missing !== undefined) console.log(`the way from /usr/local was not tried: ${missing}`);

const SCRIPT = `${PREPARED}
systemctl start postfix
cd /tmp
tar -xzf /run/packages/${TARBALL}
${TARBALL.replace('.tar.gz', '')}/install.sh > /dev/null
adduser --quiet --system --group --home /nonexistent --no-create-home mailrobot
mailrobot init --domain support-ticket.example --user mailrobot > /dev/null
mailrobot init --print | sh > /dev/null 2>&1 || :
send before
until_true 'mailrobot ticket list | grep -q before'
cp /run/packages/${TARBALL.replace('.tar.gz', '')}/postfix/mailrobot* /etc/systemd/system
owner=$(stat -c %u /var/lib/mailrobot)

dpkg -i /run/packages/${NAME} 2>&1 | grep '^mailrobot:' | says installing
grep '^new:' /etc/mailrobot/postfix/aliases | says before
send between
until_true 'mailrobot ticket list | grep -q between'
${documented('/usr/bin/mailrobot init --print')} > /dev/null 2>&1 || :
grep '^new:' /etc/mailrobot/postfix/aliases | says after
${documented('cd /etc/systemd')}
${documented('rm -f mailrobot.service')}
${documented('systemctl daemon-reload')}
systemctl show -P FragmentPath mailrobot.socket | says unit
rm -r /usr/local/lib/mailrobot /usr/local/bin/mailrobot
hash -r
send after
until_true 'mailrobot ticket list | grep -q after'
mailrobot ticket list | grep -oE '(before|between|after)$' | says ticket
[ "$owner" = "$(stat -c %u /var/lib/mailrobot)" ] && echo 'owner: the same'
`;

describe.skipIf(missing !== undefined)(`from /usr/local ${missing ?? ''}`, () => {
  let printed: string;
  const lines = (mark: string) => printed.match(new RegExp(`^${mark}: .*$`, 'gm')) ?? [];

  beforeAll(async () => {
    printed = await boot(SCRIPT, {
      root: 'root' in made ? made.root : '',
      sees: { '/run/packages': dirname(PACKAGE) },
      timeoutMs: 200_000,
    });
  });

  test('the package finds the other copy, and says so', () => {
    expect(lines('installing').join('\n')).toContain('/usr/local/bin/mailrobot is another copy');
  });

  test('the aliases name the copy that has printed them last', () => {
    expect(lines('before')[0]).toContain('|/usr/local/bin/mailrobot new');
    expect(lines('after')[0]).toContain('|/usr/bin/mailrobot new');
  });

  test('the units are those of the package', () => {
    expect(lines('unit')[0]).toMatch(/^unit: (\/usr)?\/lib\/systemd\/system\/mailrobot\.socket$/);
  });

  test('the desk and its tickets stay, and mail comes in before, between and after', () => {
    expect(lines('never')).toEqual([]);
    expect(lines('ticket').sort()).toEqual(['ticket: after', 'ticket: before', 'ticket: between']);
    expect(lines('owner')).toEqual(['owner: the same']);
  });
});
