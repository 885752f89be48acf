/**
 * README.md and postfix/README.md word for word on a booted machine with Debian's own Postfix
 * (its services in their chroot), its /etc/aliases and its users: what an administrator has
 * after ten minutes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, install } from './installed.ts';
import { postfixMissing } from './instance.ts';
import { boot, machineMissing } from './machine.ts';

const missing = postfixMissing() ?? (await machineMissing());
if (missing !== undefined) console.log(`the documents were not followed: ${missing}`);

const PAGES = ['README.md', 'postfix/README.md']
  .map((page) => readFileSync(join(import.meta.dirname, '../..', page), 'utf8'))
  .join('\n');
/** The first command line of them that begins so, without its comment. */
const documented = (begins: string) => {
  const lines = PAGES.split('\n').map((line) => line.replace(/^ {4}| +# .*$/g, ''));
  const found = lines.find((line) => line.startsWith(begins));
  if (found === undefined) throw new Error(`no page has a line "${begins}"`);
  return found;
};

const SCRIPT = `
useradd --create-home nic
useradd --create-home anna-maria
cp /usr/share/postfix/main.cf.debian /etc/postfix/main.cf
cat >> /etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = mail.support-ticket.example
myorigin = localhost
mydestination = localhost, ferrier.example
inet_interfaces = loopback-only
maillog_file = /var/log/mail.log
END
printf 'postmaster: root\\nhelp: anna-maria\\n' > /etc/aliases
newaliases
systemctl start postfix

${documented('adduser')}
${documented('mailrobot init --domain support-ticket.example --user')} > /tmp/printed
${documented('mailrobot init --print | sh')} > /tmp/taken 2>&1 || :
sed 's/^/taken: /' /tmp/taken
mailrobot doctor --json > /tmp/doctor || :
grep -o '"id": "[a-z-]*"' /tmp/doctor | sed 's/^/doctor: /'
stat -c 'file: %U %n' /etc/mailrobot/postfix /etc/mailrobot/postfix/* /etc/mailrobot/tickets.regexp

until_true() { for _ in $(seq 200); do if eval "$1"; then return; fi; sleep 0.2; done; echo "never: $1"; return 1; }
send() {
  swaks --server 127.0.0.1 --from nic@ferrier.example --to "$1@support-ticket.example" \\
    --header "Subject: $2" --header "To: $1@support-ticket.example" --body "$2" --silent 3 && end=0 || end=$?
  echo "send $1: $end"
}
text() { mailrobot ticket show 7102 --json | tr -d '\\n' | grep -q "\\"text\\": \\"$1"; }
send new 'a question'
until_true 'grep -q "^Subject: RE: a question" /var/mail/nic'
send SUPPORT-7102 'by the ticket'
until_true "text 'by the ticket'"
send support-7102-close 'solved'
until_true 'mailrobot ticket show 7102 --json | grep "\\"asks\\": \\"close\\""'
send anna-maria 'for a person'
send www-data 'for a person'
send help 'goes to a person'
until_true 'grep -q "^Subject: goes to a person" /var/mail/anna-maria'
until_true 'grep -q "^Subject: for a person" /var/mail/anna-maria'
until_true 'grep -q "^Subject: for a person" /var/mail/www-data'
grep '^Subject: ' /var/mail/anna-maria /var/mail/www-data | sed 's/^/in /; s/:Subject//'
send support-team 'for nobody'
${documented('postalias -q support')} | sed 's/^/support is /'
${documented('postalias -q support').replace('-q support', '-q help')} | sed 's/^/help is /'
mailrobot fsck
`;

describe.skipIf(missing !== undefined)(`on a booted machine ${missing ?? ''}`, () => {
  let installed: Installed;
  let printed: string;

  beforeAll(async () => {
    installed = await install();
    printed = await boot(SCRIPT, { local: installed.prefix });
  }, 340_000);

  afterAll(() => installed?.remove());

  test('the desk takes mail and answers it, and its tickets have theirs', () => {
    expect(printed).not.toMatch(/^never: /m);
    for (const local of ['new', 'SUPPORT-7102', 'support-7102-close']) {
      expect(printed).toContain(`send ${local}: 0\n`);
    }
    expect(printed).toContain('The store is in order');
  });

  test('users with a hyphen have theirs, and what is nobody is refused', () => {
    for (const user of ['anna-maria', 'www-data']) {
      expect(printed).toContain(`send ${user}: 0\n`);
      expect(printed).toMatch(new RegExp(`^in /var/mail/${user}: for a person$`, 'm'));
    }
    expect(printed).toMatch(/^send support-team: (?!0$)/m);
  });

  test('what /etc/aliases takes away is said', () => {
    expect(printed.match(/^taken: .*$/gm)).toEqual(['taken: help:\tanna-maria']);
    expect(printed).toContain('in /var/mail/anna-maria: goes to a person\n');
    expect(printed).toContain('help is anna-maria\n');
    expect(printed).toMatch(/^support is "\|\/usr\/local\/bin\/mailrobot reply \|\| exit 75"$/m);
  });

  test('the doctor finds what was taken away and who is missing, and nothing else', () => {
    expect(printed.match(/^doctor: .*$/gm)).toEqual([
      'doctor: "id": "alias-taken"',
      'doctor: "id": "no-staff"',
    ]);
  });

  test("the alias map and its .db are mailrobot's, and the map of the tickets is root's", () => {
    expect(printed.match(/^file: .*$/gm)).toEqual([
      'file: mailrobot /etc/mailrobot/postfix',
      'file: mailrobot /etc/mailrobot/postfix/aliases',
      'file: mailrobot /etc/mailrobot/postfix/aliases.db',
      'file: root /etc/mailrobot/tickets.regexp',
    ]);
  });
});
