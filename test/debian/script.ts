/**
 * What the scripts on a fresh Debian have in common: a Postfix of an administrator who has never heard
 * of us, functions to send and to wait, and the command lines that docs/debian.md gives.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../process/desk.ts';

export const PACKAGES_OF_ROOT = ['systemd-sysv', 'dbus', 'postfix', 'swaks'];

/** The first command line of a page of docs/ that begins so, with the lines that it goes on in. */
export function documented(begins: string, page = 'debian'): string {
  const lines = readFileSync(join(ROOT, `docs/${page}.md`), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.trim().startsWith(begins) && line.startsWith('    '));
  if (at < 0) throw new Error(`docs/${page}.md has no line that begins so: ${begins}`);
  const end = lines.findIndex((line, n) => n >= at && !line.endsWith('\\'));
  return lines
    .slice(at, end + 1)
    .map((line) => line.trim())
    .join('\n');
}

/** Postfix is to be started. */
export const PREPARED = `
export DEBIAN_FRONTEND=noninteractive
says() { sed "s/^/$1: /"; }
until_true() {
  for _ in $(seq 300); do if eval "$1" 2> /dev/null; then return; fi; sleep 0.2; done
  echo "never: $1"
  mailrobot robot list 2> /dev/null; journalctl -q --no-pager -n 20 -u "mailrobot*" 2> /dev/null
  return 1
}
send() {
  printf 'From: n%s@ferrier.example\\nTo: new@support-ticket.example\\nSubject: %s\\nMessage-ID: <%s@ferrier.example>\\n\\nx\\n' "$1" "$1" "$1" |
    sendmail -f "n$1@ferrier.example" new@support-ticket.example
}
queue_is_empty() { postqueue -p | grep -q 'is empty'; }

useradd --create-home nic
cat > /etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = mail.support-ticket.example
mydestination = mail.support-ticket.example, localhost, ferrier.example
inet_interfaces = loopback-only
maillog_file = /var/log/mail.log
alias_maps = hash:/etc/aliases
# Every customer of these tests is nic.
luser_relay = nic
local_recipient_maps =
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
END
newaliases
`;
