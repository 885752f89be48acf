/**
 * Robots of another user on a booted machine with its own Postfix and systemd, set up as docs/robots.md
 * says: a mail to an alias waits, root runs it, and the runner's unit does, also if it is killed,
 * restarted or stopped while a robot is at work. The script says what it sees, and the tests read that.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, install } from './installed.ts';
import { postfixMissing } from './instance.ts';
import { boot, machineMissing } from './machine.ts';

const missing = postfixMissing() ?? (await machineMissing());
if (missing !== undefined) console.log(`robots were not tried under systemd: ${missing}`);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/robots.md'), 'utf8').split('\n');
/** The command lines of docs/robots.md that begin so. */
const documented = (begins: string) =>
  PAGE.filter((line) => line.startsWith(`    ${begins}`))
    .map((line) => line.trim())
    .join('\n');

const SCRIPT = `
adduser --quiet --system --group --home /nonexistent --no-create-home mailrobot
useradd --create-home nic
cat > /etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = mail.support-ticket.example
mydestination = mail.support-ticket.example, localhost, ferrier.example
inet_interfaces = loopback-only
maillog_file = /var/log/mail.log
alias_maps = hash:/etc/aliases
minimal_backoff_time = 1s
queue_run_delay = 1s
# Each mail is of another sender, since the caps count them; nic gets all answers.
luser_relay = nic
local_recipient_maps =
END
printf 'postmaster: root\\n' > /etc/aliases
newaliases
mailrobot init --domain support-ticket.example --user mailrobot > /dev/null
systemctl start postfix
mailrobot init --print | sh > /dev/null 2>&1 || :

says() { sed "s/^/$1: /"; }
until_true() { for _ in $(seq 600); do if eval "$1"; then return; fi; sleep 0.1; done; echo "never: $1"; mailrobot robot list; tail -n 20 /var/log/mail.log; return 1; }
send() {
  printf 'From: n%s@ferrier.example\\nTo: %s@support-ticket.example\\nSubject: %s\\nMessage-ID: <%s@ferrier.example>\\n\\nplease\\n' "$2" "$1" "$2" "$2" |
    swaks --silent 2 --server 127.0.0.1 --from "n$2@ferrier.example" --to "$1@support-ticket.example" --data -
}
answers() { cat /var/mail/nic 2> /dev/null | grep -c "^$1\\$" || :; }
waiting() { mailrobot robot list --json | grep -o '"run": *[0-9]*' | wc -l; }
robot() { cat > /etc/mailrobot/robots/$1; chmod 755 /etc/mailrobot/robots/$1; }
theirs() { pgrep -u mailrobot-robot | wc -l; }
runner() { systemctl show -P MainPID mailrobot-robots; }

mkdir -p /etc/mailrobot/robots
sed -i '$d' /etc/mailrobot/config.json
cat >> /etc/mailrobot/config.json <<END
  , "robots": [
    {"name": "hello", "from": "anybody", "may": ["reply-unproven"], "concurrency": 4},
    {"name": "long", "from": "anybody", "may": ["reply-unproven"]},
    {"name": "leaves", "from": "anybody", "may": ["reply-unproven"]},
    {"name": "now", "from": "anybody", "may": ["reply-unproven"], "when": "now", "user": "owner"}
  ]
}
END
robot hello <<'END'
#!/bin/sh
echo "$MAILROBOT_SUBJECT: $(id -un) $(grep -h CapBnd /proc/self/status | cut -f2)"
cat /etc/mailrobot/config.json /var/lib/mailrobot/keys.json > /dev/null 2>&1 && echo "it reads the keys"
exit 0
END
# Its first time it never ends by itself; from then on it does.
robot long <<'END'
#!/bin/sh
echo x >> /srv/theirs/long
[ -e /srv/theirs/go ] || { echo $$ > /srv/theirs/pid; sleep 1000 & wait; }
echo "$MAILROBOT_SUBJECT is done"
END
robot leaves <<'END'
#!/bin/sh
setsid sh -c 'echo $$ > /srv/theirs/left; exec sleep 1000' < /dev/null > /dev/null 2>&1 &
until [ -s /srv/theirs/left ]; do sleep 0.1; done
echo "$MAILROBOT_SUBJECT is done"
END
robot now <<'END'
#!/bin/sh
[ -e /srv/go-now ] || exit 75
echo "$MAILROBOT_SUBJECT is done"
END
${documented('touch /etc/mailrobot/postfix/robots')}
for name in hello long leaves now; do
  echo "$name: \\"|/usr/local/bin/mailrobot run $name || exit 75\\"" >> /etc/mailrobot/postfix/robots
done
${documented('chown mailrobot /etc')}
${documented('postalias hash:/etc')}
${documented('postconf -e "alias_maps')}
${documented('postfix reload')}
${documented('adduser --system')} > /dev/null
install -d -o mailrobot-robot /srv/theirs
# What waits in the queue of this machine is none of ours.
postsuper -d ALL 2> /dev/null
mailrobot config check | grep warning | says check || :

# Nobody may start them: they wait.
send hello first
until_true '[ $(waiting) = 1 ]'
mailrobot status | grep -o 'nobody may start them' | says status || :
runuser -u mailrobot -- mailrobot robot run --once 2>&1 | says owner
echo "before: $(answers 'first: .*') $(waiting)"
${documented('mailrobot robot run --once')}
until_true '[ $(answers "first: .*") = 1 ]'
grep -h '^first: ' /var/mail/nic | says once
grep -c 'it reads the keys' /var/mail/nic | says keys || :
# What is there for the desk is written anew: their alias stays.
mailrobot init --print | sh > /dev/null 2>&1 || :
send hello second
until_true '[ $(waiting) = 1 ]'

# Within the delivery: its 75 is that of the pipe.
send now within
until_true "grep -q 'status=deferred (mailrobot: kept, and its robot is to try again' /var/log/mail.log"
echo "now: $(answers 'within is done')"
touch /srv/go-now
mailrobot robot retry now > /dev/null
postqueue -f
until_true '[ $(answers "within is done") = 1 ]'
until_true 'postqueue -p | grep -q "is empty"'
echo "now: $(answers 'within is done')"

# The unit.
cd "$(dirname "$(readlink -f /usr/local/bin/mailrobot)")/.."
${documented('cp postfix/mailrobot-robots')}
cd /
systemd-analyze verify --man=no /etc/systemd/system/mailrobot-robots.service 2>&1 | says verify
${documented('systemctl enable --now')} 2> /dev/null
until_true '[ $(answers "second: .*") = 1 ]'
grep -h '^second: ' /var/mail/nic | says unit
systemd-analyze security mailrobot-robots.service --no-pager | sed -n 's/.*exposure level/security/p'
grep CapEff /proc/$(runner)/status | says rights

# Killed while a robot is at work: the robot ends with it, and the next runner begins it anew.
send long killed
until_true '[ -s /srv/theirs/pid ]'
before=$(runner)
systemctl kill --kill-who=main --signal=KILL mailrobot-robots
until_true '! kill -0 $(cat /srv/theirs/pid) 2> /dev/null'
touch /srv/theirs/go
until_true '[ $(answers "killed is done") = 1 ]'
[ "$before" != "$(runner)" ] && echo "killed: another runner, $(wc -l < /srv/theirs/long) runs"

# Restarted while a robot is at work: it comes to its end first.
rm /srv/theirs/go /srv/theirs/pid /srv/theirs/long
send long restarted
until_true '[ -s /srv/theirs/pid ]'
systemctl restart --no-block mailrobot-robots
until_true '[ $(systemctl is-active mailrobot-robots || :) = deactivating ]'
kill $(pgrep -P $(cat /srv/theirs/pid))
until_true '[ $(answers "restarted is done") = 1 ]'
until_true 'systemctl -q is-active mailrobot-robots'
echo "restarted: $(wc -l < /srv/theirs/long) runs"

# Stopped while a robot is at work that does not end: it is killed, and its mail waits as it did.
mkdir -p /etc/systemd/system/mailrobot-robots.service.d
printf '[Service]\\nTimeoutStopSec=1\\n' > /etc/systemd/system/mailrobot-robots.service.d/test.conf
systemctl daemon-reload
rm /srv/theirs/pid /srv/theirs/long
send leaves leaves
until_true '[ $(answers "leaves is done") = 1 ]'
kill -0 $(cat /srv/theirs/left) && echo "leaves: alive while the runner runs"
send long stopped
until_true '[ -s /srv/theirs/pid ]'
systemctl stop mailrobot-robots
echo "stopped: $(theirs) of theirs, $(waiting) waiting"
mailrobot robot list --json | grep -o '"tries": *[0-9]*' | says tries
touch /srv/theirs/go
systemctl start mailrobot-robots
until_true '[ $(answers "stopped is done") = 1 ]'

# Changed while it runs: the next mail goes by the new config.
before=$(runner)
sed -i 's/"concurrency": 4/"concurrency": 2/' /etc/mailrobot/config.json
until_true '[ "$before" != "$(runner)" ] && systemctl -q is-active mailrobot-robots'
for n in $(seq 20); do send hello many$n; done
until_true '[ $(answers "many[0-9]*: .*") = 20 ]'
echo "many: $(answers 'many[0-9]*: .*')"
systemctl stop mailrobot-robots
echo "end: $(systemctl show -P Result mailrobot-robots) $(theirs)"
find /tmp /var/tmp -name 'mailrobot-run-*' | says left
mailrobot fsck | says fsck
`;

describe.skipIf(missing !== undefined)(`robots on a booted machine ${missing ?? ''}`, () => {
  let installed: Installed;
  let printed: string;
  const lines = (mark: string) => printed.match(new RegExp(`^${mark}: .*$`, 'gm')) ?? [];

  beforeAll(async () => {
    installed = await install();
    printed = await boot(SCRIPT, { local: installed.prefix, timeoutMs: 200_000 });
    if (process.env['SHOW'] !== undefined) console.log(printed);
  }, 440_000);

  afterAll(() => installed?.remove());

  test('its mail waits, and status says so, until root runs it', () => {
    expect(lines('status')).toEqual(['status: nobody may start them']);
    expect(lines('owner').join()).toContain('1 mail waits for robots of other users');
    expect(lines('before')).toEqual(['before: 0 1']);
    expect(lines('once')).toEqual(['once: first: mailrobot-robot 00000000000000e0']);
    expect(lines('keys')).toEqual(['keys: 0']);
    expect(lines('check')).toEqual([expect.stringContaining('robot now: it runs as the owner')]);
  });

  test('within the delivery, 75 of the robot keeps the mail with Postfix, and it is answered once', () => {
    expect(lines('now')).toEqual(['now: 0', 'now: 1']);
  });

  test('the unit runs it as its user, with no right but the three of the unit in reach', () => {
    expect(lines('verify')).toEqual([]);
    expect(lines('unit')).toEqual(['unit: second: mailrobot-robot 00000000000000e0']);
    expect(lines('rights')).toEqual(['rights: CapEff:\t00000000000000e0']);
    console.log(lines('security for .*').join());
  });

  test('a runner that is killed takes its robot along, and its mail is run again', () => {
    expect(lines('killed')).toEqual(['killed: another runner, 2 runs']);
  });

  test('a restart lets a robot come to its end', () => {
    expect(lines('restarted')).toEqual(['restarted: 1 runs']);
  });

  test('a stop ends what does not end, and what a robot has left behind; it counts as no try', () => {
    expect(lines('leaves')).toEqual(['leaves: alive while the runner runs']);
    expect(lines('stopped')).toEqual(['stopped: 0 of theirs, 1 waiting']);
    expect(lines('tries')).toEqual(['tries: "tries": 0']);
  });

  test('each mail is answered once, and nothing is left', () => {
    expect(lines('many')).toEqual(['many: 20']);
    expect(lines('end')).toEqual(['end: success 0']);
    expect(lines('left')).toEqual([]);
    expect(lines('fsck').join('\n')).toContain('The store is in order');
  });
});
