/**
 * The Debian package in a fresh Debian that has no node, with a Postfix of its own: installed as
 * docs/debian.md says, to the first ticket; upgraded while mail comes in; removed, and purged. And on
 * a machine where it does not work. One boot; the script says what it sees, and the tests read that.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boot, machineMissing } from '../postfix/machine.ts';
import { changed, NAME, PACKAGE, packageMissing, withVersion } from './package.ts';
import { debianRoot } from './root.ts';
import { documented, PACKAGES_OF_ROOT, PREPARED } from './script.ts';

const made = await debianRoot('bookworm', PACKAGES_OF_ROOT);
const missing =
  packageMissing() ?? ('missing' in made ? made.missing : undefined) ?? (await machineMissing());
if (missing !== undefined) console.log(`the Debian package was not installed: ${missing}`);

const SCRIPT = `${PREPARED}
postfix_files() { cat /etc/postfix/main.cf /etc/postfix/master.cf | sha256sum; }
systemctl start postfix
before=$(postfix_files)
echo "node: $(command -v node || echo none)"

cd /run/packages
${documented('apt install')} > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
grep '^mailrobot:' /tmp/log | says installing || :
[ "$before" = "$(postfix_files)" ] && echo "Postfix after installation: as before"
stat -c 'made: %n %U:%G %a' /etc/mailrobot /etc/mailrobot/postfix /etc/mailrobot/robots /var/lib/mailrobot
getent passwd mailrobot mailrobot-robot | says user
for unit in mailrobot.socket mailrobot.service mailrobot-due.timer mailrobot-status.timer mailrobot-robots.service; do
  echo "unit: $unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"
done
[ -e /etc/mailrobot/runtime ] || echo "runtime: none"
dpkg --verify mailrobot | says changed
systemd-analyze verify --man=no mailrobot.service mailrobot-due.timer mailrobot-status.timer mailrobot-status.service mailrobot-robots.service 2>&1 | says verify

${documented('mailrobot init --domain')} > /tmp/printed
grep '^new:' /tmp/printed | says alias
${documented('mailrobot init --print')} > /tmp/printed 2>&1
cd /
stat -c 'desk: %n %U:%G %a' /etc/mailrobot/config.json /etc/mailrobot/postfix/aliases /etc/mailrobot/postfix/aliases.db /etc/mailrobot/tickets.regexp /var/lib/mailrobot
swaks --silent 2 --server 127.0.0.1 --from nic@ferrier.example --to new@support-ticket.example --header "Subject: I can't login!" --body 'Hello'
until_true "grep -q '^Subject: RE: I can.t login!' /var/mail/nic"
grep '^From: .*SUPPORT-7102@' /var/mail/nic | says answer
swaks --silent 2 --server 127.0.0.1 --from nic@ferrier.example --to SUPPORT-7102@support-ticket.example --header 'Subject: RE: still' --body 'Still not.'
until_true "mailrobot ticket show 7102 | grep -q 'Still not'"
mailrobot status | says status || :

systemctl start mailrobot-status.timer mailrobot-status.service
runuser -u nobody -- /usr/lib/nagios/plugins/check_mailrobot | head -n 1 | says plugin
touch -d '1 hour ago' /run/mailrobot/status
runuser -u nobody -- /usr/lib/nagios/plugins/check_mailrobot | says plugin && : || :
runuser -u nobody -- /usr/lib/nagios/plugins/check_mailrobot > /dev/null || echo "plugin: exit $?"

# A robot, as docs/robots.md says, run by the unit of the package.
printf '#!/bin/sh\\necho "by $(id -un)"\\n' > /etc/mailrobot/robots/hello
chmod 755 /etc/mailrobot/robots/hello
sed -i '$d' /etc/mailrobot/config.json
echo ', "robots": [{"name": "hello", "from": "anybody", "may": ["reply-unproven"]}]}' >> /etc/mailrobot/config.json
mailrobot config check | grep warning | says check || :
${documented('touch /etc/mailrobot/postfix/robots', 'robots')}
${documented('chown mailrobot', 'robots')}
echo 'hello: "|/usr/bin/mailrobot run hello || exit 75"' > /etc/mailrobot/postfix/robots
${documented('postalias hash:', 'robots')}
${documented('postconf -e', 'robots')}
${documented('postfix reload', 'robots')}
${documented('systemctl enable --now mailrobot-robots', 'robots')} 2> /dev/null
swaks --silent 2 --server 127.0.0.1 --from nic@ferrier.example --to hello@support-ticket.example --header 'Subject: robot' --body 'Hello'
until_true "grep '^by mailrobot-robot' /var/mail/nic"
grep '^by ' /var/mail/nic | says robot
connected=$(postfix_files)
runner=$(systemctl show -P MainPID mailrobot-robots)

# Enabled before the upgrade, and so after it; a service that runs is another process then.
systemctl enable --quiet --now mailrobot.socket
systemctl start mailrobot.service
pid=$(systemctl show -P MainPID mailrobot)

# One that is under way with the old files, when the new ones come.
printf '#!/bin/sh\\n: > /tmp/began\\nsleep 8\\nexec /usr/sbin/sendmail "$@"\\n' > /usr/local/bin/slow
chmod 755 /usr/local/bin/slow
sed 's|"sendmail": .*|"sendmail": "/usr/local/bin/slow",|' /etc/mailrobot/config.json > /tmp/slow.json
sed -i 's|"store": .*|"store": "/var/lib/mailrobot",|' /tmp/slow.json
chown mailrobot /tmp/slow.json
( printf 'From: slow@ferrier.example\\nSubject: under way\\n\\nx\\n' | runuser -u mailrobot -- /usr/bin/mailrobot new --config /tmp/slow.json; echo "under way: $?" > /tmp/under-way ) &
slow=$!
until_true '[ -e /tmp/began ]'
# Mail comes in all the time, by three that send at once.
for who in a b c; do
  ( n=0; while [ ! -e /tmp/enough ]; do n=$((n + 1)); send "$who$n"; echo x >> /tmp/sent; sleep 0.3; done ) &
done
sleep 1
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
dpkg-query -W mailrobot | says upgraded
wait $slow
cat /tmp/under-way
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1
touch /tmp/enough
wait
until_true queue_is_empty
echo "sent: $(wc -l < /tmp/sent)"
echo "kept: $(mailrobot ticket list --limit 10000 --json | grep -oE '"subject": *"[abc][0-9]+"' | sort -u | wc -l)"
echo "bounced: $(grep -c status=bounced /var/log/mail.log)"
grep -o 'status=deferred (.*' /var/log/mail.log | sort | uniq -c | says deferred || :
[ "$pid" != "$(systemctl show -P MainPID mailrobot)" ] && echo "service: $(systemctl is-active mailrobot) again"
echo "socket: $(systemctl is-enabled mailrobot.socket) $(systemctl is-active mailrobot.socket)"
[ "$runner" != "$(systemctl show -P MainPID mailrobot-robots)" ] && echo "runner: $(systemctl is-active mailrobot-robots) again"
mailrobot fsck | says fsck

# A machine on which it does not run.
dpkg -i /run/packages/broken.deb > /tmp/log 2>&1 || echo "broken: dpkg $?"
grep '^mailrobot:' /tmp/log | says broken
echo "broken: $(dpkg-query -W -f '\${db:Status-Abbrev}' mailrobot)"
send broken
until_true "grep -q 'status=deferred (mailrobot:' /var/log/mail.log"
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1
until_true "mailrobot ticket list --json | grep -q broken"
echo "mended: kept"

# Removed: mail waits, and comes in when it is there again.
apt-get -y remove mailrobot > /tmp/log 2>&1
grep '^mailrobot:' -A1 /tmp/log | says removing
ls -d /usr/bin/mailrobot /usr/lib/mailrobot 2> /dev/null | says left || :
echo "socket: $(systemctl is-active mailrobot.socket || :)"
send waits
sleep 3
queue_is_empty || echo "removed: mail waits"
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1
until_true "mailrobot ticket list --json | grep -q waits"
echo "back: kept"
echo "socket: $(systemctl is-enabled mailrobot.socket)"

# Purged while Postfix names the maps: they stay, and the store does, and other mail is delivered.
apt-get -y purge mailrobot > /tmp/log 2>&1
grep '^mailrobot: kept' -A1 /tmp/log | says purging
ls -d /var/lib/mailrobot/journal /etc/mailrobot/config.json /etc/mailrobot/postfix/aliases.db /etc/mailrobot/tickets.regexp /etc/mailrobot/robots/hello | says stays
ls /etc/systemd/system/*.wants/ | grep mailrobot | says link || :
printf 'Subject: other mail\\n\\nx\\n' | sendmail -f nic@ferrier.example nic@ferrier.example
until_true "grep -q '^Subject: other mail' /var/mail/nic"

[ "$connected" = "$(postfix_files)" ] && echo "Postfix after purge: as before"

# Purged with nothing left that names it, and the answer yes.
postconf -X alias_maps virtual_alias_maps
systemctl reload postfix
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1
mailrobot ticket show 7102 | head -n 1 | says again
# A store that the config names elsewhere.
mv /var/lib/mailrobot /srv/desk
sed -i 's|"store": .*|"store": "/srv/desk",|' /etc/mailrobot/config.json
apt-get -y purge mailrobot > /tmp/log 2>&1
grep '^mailrobot: kept' /tmp/log | says elsewhere
ls -d /srv/desk/journal /etc/mailrobot/config.json | says elsewhere
dpkg -i /run/packages/higher.deb > /tmp/log 2>&1
sed -i 's|"store": .*|"store": "/var/lib/mailrobot",|' /etc/mailrobot/config.json
# One that a link leads to.
rmdir /var/lib/mailrobot
ln -s /srv/desk /var/lib/mailrobot
echo 'mailrobot mailrobot/purge-store boolean true' | debconf-set-selections
apt-get -y purge mailrobot > /tmp/log 2>&1
ls -d /srv/desk/* /var/lib/mailrobot /etc/mailrobot /usr/share/doc/mailrobot /run/mailrobot 2> /dev/null | says left || :
getent passwd mailrobot mailrobot-robot | says user

# Without systemd-sysusers.
userdel mailrobot
userdel mailrobot-robot
mv /usr/bin/systemd-sysusers /usr/bin/systemd-sysusers.away
dpkg -i /run/packages/${NAME} > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
getent passwd mailrobot mailrobot-robot | says adduser
stat -c 'adduser: %n %U:%G %a' /var/lib/mailrobot

# It does not run, but node does.
cp /run/node/node /usr/local/bin/node
dpkg -i /run/packages/broken.deb > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
grep '^mailrobot: node' /tmp/log | says fallback
mailrobot init --domain support-ticket.example > /dev/null
printf 'From: nic@ferrier.example\\nSubject: by node\\n\\nx\\n' | runuser -u mailrobot -- mailrobot new
mailrobot ticket list | grep -o 'by node' | says fallback
mv /usr/share/debconf/confmodule /root
apt-get -y purge mailrobot > /tmp/log 2>&1
grep '^mailrobot: kept' /tmp/log | says fallback
ls /etc/mailrobot | says fallback
`;

describe.skipIf(missing !== undefined)(
  `the Debian package in a fresh Debian ${missing ?? ''}`,
  () => {
    let packages: string;
    let printed: string;
    const lines = (mark: string) => printed.match(new RegExp(`^${mark}: .*$`, 'gm')) ?? [];

    beforeAll(async () => {
      packages = mkdtempSync(join(tmpdir(), 'mailrobot-packages-'));
      const at = (name: string) => join(packages, name);
      writeFileSync(at(NAME), readFileSync(PACKAGE));
      changed(at('higher.deb'), withVersion('9.0.0'));
      changed(at('broken.deb'), (dir) => {
        withVersion('9.0.1')(dir);
        writeFileSync(join(dir, 'usr/lib/mailrobot/libexec/mailrobot'), 'This is no program.\n');
      });
      printed = await boot(SCRIPT, {
        root: 'root' in made ? made.root : '',
        sees: { '/run/packages': packages, '/run/node': dirname(process.execPath) },
        timeoutMs: 500_000,
      });
      if (process.env['SHOW'] !== undefined) console.log(printed);
    });

    afterAll(() => rmSync(packages, { recursive: true, force: true }));

    test('there is no node, and every step came to its end', () => {
      expect(lines('node')).toEqual(['node: none']);
      expect(lines('never')).toEqual([]);
    });

    test('installing it makes user and folders, and changes nothing of Postfix', () => {
      expect(printed).toContain('Postfix after installation: as before\n');
      expect(lines('installing')).toEqual([]);
      expect(lines('made')).toEqual([
        'made: /etc/mailrobot root:root 755',
        'made: /etc/mailrobot/postfix mailrobot:mailrobot 755',
        'made: /etc/mailrobot/robots root:root 755',
        'made: /var/lib/mailrobot mailrobot:mailrobot 700',
      ]);
      const [owner, robot] = lines('user');
      expect(owner).toMatch(/^user: mailrobot:.*:\/nonexistent:\/usr\/sbin\/nologin$/);
      expect(robot).toMatch(/^user: mailrobot-robot:.*:\/nonexistent:\/usr\/sbin\/nologin$/);
      expect(lines('runtime')).toEqual(['runtime: none']);
      expect(lines('changed')).toEqual([]);
      expect(lines('verify')).toEqual([]);
    });

    test('no unit is enabled, and none runs', () => {
      expect(lines('unit')).toEqual([
        'unit: mailrobot.socket disabled inactive',
        'unit: mailrobot.service disabled inactive',
        'unit: mailrobot-due.timer disabled inactive',
        'unit: mailrobot-status.timer disabled inactive',
        'unit: mailrobot-robots.service disabled inactive',
      ]);
    });

    test("the desk is mailrobot's without being told, and the aliases name the copy that printed them", () => {
      expect(lines('alias')).toEqual(['alias: new:     "|/usr/bin/mailrobot new || exit 75"']);
      expect(lines('desk')).toEqual([
        'desk: /etc/mailrobot/config.json mailrobot:mailrobot 600',
        'desk: /etc/mailrobot/postfix/aliases mailrobot:root 644',
        'desk: /etc/mailrobot/postfix/aliases.db mailrobot:root 644',
        'desk: /etc/mailrobot/tickets.regexp root:root 644',
        'desk: /var/lib/mailrobot mailrobot:mailrobot 700',
      ]);
    });

    test('the first mail becomes a ticket and is answered, and the second is appended', () => {
      expect(lines('answer')).toHaveLength(1);
      expect(lines('status')[0]).toMatch(/^status: OK/);
    });

    test('a robot runs as the user that the package has made, by its unit', () => {
      expect(lines('check')).toEqual([]);
      expect(lines('robot')).toEqual(['robot: by mailrobot-robot']);
      expect(lines('runner')).toEqual(['runner: active again']);
    });

    test('anybody may ask the plugin, which knows when what it reads is old', () => {
      expect(lines('plugin')).toEqual([
        expect.stringMatching(/^plugin: OK/),
        expect.stringMatching(/^plugin: UNKNOWN: .* 36\d\d s old/),
        'plugin: exit 3',
      ]);
    });

    test('an upgrade loses and bounces no mail, and ends no delivery', () => {
      expect(lines('upgraded')).toEqual(['upgraded: mailrobot\t9.0.0']);
      expect(lines('under way')).toEqual(['under way: 0']);
      const [sent, kept] = ['sent', 'kept'].map((mark) => Number(lines(mark)[0]?.split(' ')[1]));
      expect(sent).toBeGreaterThan(30);
      expect(kept).toBe(sent);
      expect(lines('bounced')).toEqual(['bounced: 0']);
      expect(lines('fsck').at(-1)).toContain('The store is in order');
      console.log(lines('deferred').join('\n'));
    });

    test('what an administrator has enabled stays so: over an upgrade, and if it was removed', () => {
      expect(lines('service')).toEqual(['service: active again']);
      expect(lines('socket')).toEqual([
        'socket: enabled active',
        'socket: inactive',
        'socket: enabled',
      ]);
    });

    test('where it does not run, the installation fails, says why, and mail waits', () => {
      expect(lines('broken')[0]).toBe('broken: dpkg 1');
      expect(lines('broken').join('\n')).toContain('the executable does not work here');
      expect(lines('broken').join('\n')).toContain('there is no node in /usr/bin');
      expect(lines('broken').at(-1)).toMatch(/^broken: iF/);
      expect(printed).toContain('mended: kept\n');
    });

    test('removed, its mail waits with Postfix, and comes in when it is there again', () => {
      expect(lines('removing').join('\n')).toContain('alias_maps virtual_alias_maps');
      expect(printed).toContain('removed: mail waits\n');
      expect(printed).toContain('back: kept\n');
    });

    test('purged, store and config stay, and so do the maps that Postfix names', () => {
      expect(lines('purging').join('\n')).toMatch(
        /kept: \/var\/lib\/mailrobot.*[\s\S]*kept: the maps/,
      );
      expect(lines('stays')).toHaveLength(5);
      expect(printed).toContain('Postfix after purge: as before\n');
      expect(lines('link')).toEqual([]);
      expect(lines('again')[0]).toContain('SUPPORT-7102');
    });

    test('purged with the store elsewhere, it stays, and config and store are named', () => {
      expect(lines('elsewhere')).toEqual([
        'elsewhere: mailrobot: kept: /etc/mailrobot (config, texts and robots)',
        'elsewhere: mailrobot: kept: /srv/desk, which the config names as its store',
        'elsewhere: /etc/mailrobot/config.json',
        'elsewhere: /srv/desk/journal',
      ]);
    });

    test('purged with yes, nothing is left but the users', () => {
      expect(lines('left')).toEqual([]);
      expect(lines('user')).toHaveLength(4);
    });

    test('without systemd-sysusers adduser makes the same users', () => {
      expect(lines('adduser')).toEqual([
        expect.stringMatching(/^adduser: mailrobot:.*:\/nonexistent:\/usr\/sbin\/nologin$/),
        expect.stringMatching(/^adduser: mailrobot-robot:.*:\/nonexistent:\/usr\/sbin\/nologin$/),
        'adduser: /var/lib/mailrobot mailrobot:mailrobot 700',
      ]);
    });

    test('where node alone runs it, it does, and that goes with the package; without debconf the store stays', () => {
      expect(lines('fallback')).toEqual([
        'fallback: mailrobot: node runs it instead, as /etc/mailrobot/runtime says',
        'fallback: by node',
        expect.stringContaining('kept: /var/lib/mailrobot'),
        'fallback: config.json',
      ]);
    });
  },
);
