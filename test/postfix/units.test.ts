/**
 * The units of postfix/ on a booted machine, with its own Postfix: installed as postfix/README.md says, they
 * take mail, answer it, and do what is due; and with what their comments warn of they do not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, install } from './installed.ts';
import { postfixMissing } from './instance.ts';
import { boot, machineMissing } from './machine.ts';

const missing = postfixMissing() ?? (await machineMissing());
if (missing !== undefined) console.log(`the systemd units were not tried: ${missing}`);

const read = (file: string) =>
  readFileSync(join(import.meta.dirname, '../../postfix', file), 'utf8');
/** The command lines of postfix/README.md that begin so. */
const documented = (begins: string) =>
  read('README.md')
    .split('\n')
    .filter((line) => line.startsWith(`    ${begins}`))
    .map((line) => line.trim())
    .join('\n');
/** The settings of postfix/lmtp.cf, as arguments of postconf. */
const settings = [...read('lmtp.cf').matchAll(/^(\w+) = (.*)$/gm)]
  .map(([, name, value]) => `'${name}=${value}'`)
  .join(' ');

/** What the comment in mailrobot.service names: each implies NoNewPrivileges for a User=. */
const FORBIDDEN = [
  ...['PrivateDevices=yes', 'ProtectClock=yes', 'ProtectHostname=yes', 'ProtectKernelTunables=yes'],
  ...['ProtectKernelModules=yes', 'ProtectKernelLogs=yes', 'RestrictNamespaces=yes'],
  ...['RestrictRealtime=yes', 'RestrictSUIDSGID=yes', 'RestrictAddressFamilies=~AF_PACKET'],
  ...['LockPersonality=yes', 'SystemCallArchitectures=native', 'MemoryDenyWriteExecute=yes'],
];

const SCRIPT = `
adduser --quiet --system --group --home /nonexistent --no-create-home mailrobot
useradd --create-home nic
cat > /etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = mail.support-ticket.example
mydestination = localhost, ferrier.example
inet_interfaces = loopback-only
maillog_file = /var/log/mail.log
alias_maps =
END
mailrobot init --domain support-ticket.example --user mailrobot > /tmp/printed
sed -n 's/^# *\\(\\/^.*mailrobot\\)$/\\1/p' /tmp/printed > /etc/postfix/mailrobot-recipients
postconf -e ${settings}
systemctl start postfix
cd "$(dirname "$(readlink -f /usr/local/bin/mailrobot)")/.."
${documented('cp postfix/mailrobot.socket')}
${documented('cp postfix/mailrobot-due')}
${documented('systemctl daemon-reload && systemctl enable')}
cd /

write() {
  printf 'From: nic@ferrier.example\\nTo: new@support-ticket.example\\nSubject: %s\\n\\nx\\n' "$1" > /tmp/mail
}
send() { write "$1"; sendmail -f nic@ferrier.example new@support-ticket.example < /tmp/mail; }
until_true() { for _ in $(seq 200); do if eval "$1"; then return; fi; sleep 0.2; done; echo "never: $1"; return 1; }
answered() { grep -q "^Subject: RE: $1$" /var/mail/nic; }
sendmail_is() { sed "s|\\"sendmail\\": .*|\\"sendmail\\": \\"$1\\",|" -i /etc/mailrobot/config.json; }

send 'by LMTP'
until_true "answered 'by LMTP'"
echo "by LMTP: $(grep NoNewPrivs /proc/$(systemctl show -P MainPID mailrobot)/status)"
systemd-analyze verify --man=no /etc/systemd/system/mailrobot* 2>&1 | sed 's/^/verify: /'

printf '#!/bin/sh\\nsleep 3\\nexec /usr/sbin/sendmail "$@"\\n' > /usr/local/bin/slow
chmod 755 /usr/local/bin/slow
sendmail_is /usr/local/bin/slow
send 'while it stops'
until_true 'pgrep -f /usr/local/bin/slow'
systemctl stop mailrobot.service
sendmail_is /usr/sbin/sendmail
until_true "answered 'while it stops'"

sendmail_is /bin/false
write 'later'
runuser -u mailrobot -- mailrobot new < /tmp/mail || echo "deferred: $?"
sendmail_is /usr/sbin/sendmail
# What was tried a moment ago rests for a minute.
sed 's/"lastTried": *"[^"]*"/"lastTried":"2020-01-01T00:00:00.000Z"/' -i /var/lib/mailrobot/outbox/*.json
! answered later
mkdir /etc/systemd/system/mailrobot-due.timer.d
printf '[Timer]\\nOnActiveSec=1\\nRandomizedDelaySec=0\\nAccuracySec=1\\n' > /etc/systemd/system/mailrobot-due.timer.d/test.conf
systemctl daemon-reload
systemctl restart mailrobot-due.timer
until_true 'answered later'
until_true '! systemctl -q is-active mailrobot-due.service'
echo "due: $(systemctl show -P Result mailrobot-due.service)"
grep '^Subject: RE: ' /var/mail/nic

try_with() {
  printf '[Service]\\nType=oneshot\\nUser=mailrobot\\nStandardInput=file:/tmp/mail\\nStandardOutput=file:/run/try\\n%s\\nExecStart=%s\\n' \
    "$1" "$2" > /etc/systemd/system/try.service
  systemctl daemon-reload
  rm -f /run/try
  systemctl start try.service 2> /dev/null
}
for line in ${FORBIDDEN.map((line) => `'${line}'`).join(' ')}; do
  try_with "$line" '/bin/grep NoNewPrivs /proc/self/status'
  echo "with $line: $(cat /run/try)"
done
write sandboxed
for line in UMask=0077 NoNewPrivileges=yes 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6'; do
  try_with "$line" '/usr/bin/timeout 3 /usr/sbin/sendmail nic@ferrier.example' && end=sent || end=stopped
  echo "sendmail with $line: $end"
done
`;

/** The unit that is confined, in the place of the other one; sendmail would fail in it. */
const CONFINED = `
cd "$(dirname "$(readlink -f /usr/local/bin/mailrobot)")/.."
${documented('cp postfix/mailrobot-smtp.service')}
cd /
printf '#!/bin/sh\ncat >> /var/lib/mailrobot/told\n' > /usr/local/bin/crm
chmod 755 /usr/local/bin/crm
sed 's|"sendmail": .*|"sendmail": "/nonexistent", "smtp": "127.0.0.1:25", "subscribers": [{"name": "crm", "type": "exec", "command": ["/usr/local/bin/crm"]}],|' -i /etc/mailrobot/config.json
${documented('systemctl daemon-reload && systemctl restart mailrobot')}
systemd-analyze verify /etc/systemd/system/mailrobot*.service 2>&1 | sed 's/^/verify: /'
# As Debian's Postfix: it offers TLS with a certificate that nobody vouches for.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout /etc/postfix/key.pem -out /etc/postfix/cert.pem 2> /dev/null
postconf -e smtpd_tls_key_file=/etc/postfix/key.pem smtpd_tls_cert_file=/etc/postfix/cert.pem smtpd_tls_security_level=may
systemctl reload postfix
until_true 'swaks --server 127.0.0.1 --quit-after EHLO | grep -q STARTTLS'
systemd-analyze security mailrobot.service --no-pager | sed -n 's/.*exposure level/security/p'

send confined
until_true 'answered confined'
status=/proc/$(systemctl show -P MainPID mailrobot)/status
echo "confined: $(grep NoNewPrivs $status)"
echo "confined: $(grep Seccomp: $status)"
printf 'From: nic@ferrier.example\nTo: new@support-ticket.example\nSubject: odd\nMIME-Version: 1.0\nContent-Type: text/html; charset=gb18030\n\n<p>\xc4\xe3\xba\xc3</p>\n' > /tmp/odd
sendmail -f nic@ferrier.example new@support-ticket.example < /tmp/odd
until_true 'answered odd'
until_true 'grep -q ticket.created /var/lib/mailrobot/told'

write 'from nobody'
sed 's/nic@/gone@/' -i /tmp/mail
sendmail -f gone@ferrier.example new@support-ticket.example < /tmp/mail
until_true 'mailrobot address list | grep -q "gone@ferrier.example"'
echo "bounced: $(mailrobot address list | grep gone@)"
echo "smtpd: $(grep -c 'postfix/smtpd.*client=localhost' /var/log/mail.log)"
systemctl stop mailrobot.service
echo "stopped: $(systemctl show -P Result mailrobot.service)"
mailrobot fsck | sed 's/^/fsck: /'
`;

/** The store where the documents say that one more line is enough; nothing is left where it was. */
const ELSEWHERE = `
mv /var/lib/mailrobot /srv/desk
sed 's|"store": .*|"store": "/srv/desk",|' -i /etc/mailrobot/config.json
for unit in mailrobot mailrobot-due; do
  mkdir -p /etc/systemd/system/$unit.service.d
  printf '[Service]\\nReadWritePaths=/srv/desk\\n' > /etc/systemd/system/$unit.service.d/desk.conf
done
systemctl daemon-reload
send elsewhere
until_true 'mailrobot ticket list | grep -q elsewhere'
systemctl stop mailrobot.service
cd "$(dirname "$(readlink -f /usr/local/bin/mailrobot)")/.."
${documented('cp postfix/mailrobot.socket')}
cd /
sed 's|"sendmail": "/nonexistent", "smtp": "127.0.0.1:25"|"sendmail": "/usr/sbin/sendmail"|' -i /etc/mailrobot/config.json
systemctl daemon-reload
send 'by the other unit'
until_true "mailrobot ticket list | grep -q 'by the other unit'"
systemctl start mailrobot-due.service
echo "due elsewhere: $(systemctl show -P Result mailrobot-due.service)"
`;

describe.skipIf(missing !== undefined)(`on a booted machine ${missing ?? ''}`, () => {
  let installed: Installed;
  let printed: string;

  beforeAll(async () => {
    installed = await install();
    printed = await boot(SCRIPT + CONFINED + ELSEWHERE, { local: installed.prefix });
  }, 340_000);

  afterAll(() => installed?.remove());

  const subjects = () => printed.match(/^Subject: RE: .*$/gm);

  test('the server takes a mail by the socket and answers it, and sendmail may change its group', () => {
    expect(subjects()).toContain('Subject: RE: by LMTP');
    expect(printed).toMatch(/^by LMTP: NoNewPrivs:\s+0$/m);
    expect(printed).not.toMatch(/^verify: /m);
  });

  test('a hand-over that is under way when the service is stopped comes to its end, once', () => {
    expect(subjects()?.filter((subject) => subject.includes('while it stops'))).toHaveLength(1);
  });

  test('the timer has what is left sent', () => {
    expect(subjects()).toContain('Subject: RE: later');
    expect(printed).toMatch(/^due: success$/m);
  });

  test('what the comment in the unit warns of keeps sendmail from dropping mail', () => {
    expect(printed).toMatch(/^sendmail with UMask=0077: sent$/m);
    expect(printed).toMatch(/^sendmail with NoNewPrivileges=yes: stopped$/m);
    expect(printed).toMatch(/^sendmail with RestrictAddressFamilies=.*: stopped$/m);
    // Newer ones than 252 may imply it no more: then the comment is careful, and no more.
    console.log(printed.match(/^with .*$/gm)?.join('\n'));
    const units = `${read('mailrobot.service')}${read('mailrobot-due.service')}`;
    for (const line of FORBIDDEN) {
      const [key = ''] = line.split('=');
      expect(units).not.toMatch(new RegExp(`^${key}=`, 'm'));
    }
  });

  test('by SMTP the service is confined, answers, reads odd mail and tells subscribers', () => {
    const exposure = Number(/^security for mailrobot\.service: (\d+\.\d+)/m.exec(printed)?.[1]);
    expect(exposure).toBeLessThanOrEqual(3.5);
    expect(printed).toMatch(/^confined: NoNewPrivs:\s+1$/m);
    expect(printed).toMatch(/^confined: Seccomp:\s+2$/m);
    expect(printed).toMatch(/^stopped: success$/m);
    expect(printed).toMatch(/^fsck: .*in order/m);
  });

  test('what Postfix rejects at RCPT is shown as come back', () => {
    expect(printed).toMatch(/^bounced: .*gone@ferrier\.example.*stopped/m);
  });

  test('a store elsewhere needs the one line that the documents name', () => {
    expect(printed).toMatch(/^due elsewhere: success$/m);
  });
});
