/**
 * What the private Postfix of instance.ts is: its main.cf, master.cf and list of mailboxes, as text.
 *
 * support-ticket.example is final here and reaches nothing but the instance's own aliases; ferrier.example
 * is Maildirs below the instance's directory; every other domain is refused by smtpd and bounced for
 * sendmail. No DNS, no chroot, no TLS, loopback only, and the log is a file that postlogd writes.
 * Failure: none here; Postfix itself judges the settings when it starts.
 */
import { join } from 'node:path';

export interface Layout {
  readonly config: string;
  readonly queue: string;
  readonly data: string;
  readonly mail: string;
  readonly aliases: string;
  readonly log: string;
}

export function layoutOf(dir: string): Layout {
  return {
    config: join(dir, 'config'),
    queue: join(dir, 'queue'),
    data: join(dir, 'data'),
    mail: join(dir, 'mail'),
    aliases: join(dir, 'aliases/aliases'),
    log: join(dir, 'mail.log'),
  };
}

/** `mailboxUser` is the numeric user and group that owns the Maildirs. */
export function mainCf(
  layout: Layout,
  mailboxUser: number,
  extra: Readonly<Record<string, string>>,
): string {
  const settings: Readonly<Record<string, string>> = {
    compatibility_level: '3.6',
    queue_directory: layout.queue,
    data_directory: layout.data,
    maillog_file: layout.log,
    maillog_file_prefixes: layout.log,
    enable_long_queue_ids: 'yes', // short ids come again, and settled() would read another mail's line
    hash_queue_names: 'hold', // not deferred, so that deferred/<queue id> is the file

    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    myhostname: 'mail.support-ticket.example',
    mydomain: 'support-ticket.example',
    myorigin: '$mydomain',
    smtputf8_enable: 'yes',
    local_header_rewrite_clients: '', // mail by SMTP is a stranger's: no Message-ID or domain is added to its headers
    smtpd_peername_lookup: 'no',

    mydestination: '$mydomain',
    recipient_delimiter: '+-',
    alias_maps: `hash:${layout.aliases}`,
    alias_database: '$alias_maps',
    local_recipient_maps: '$alias_maps',
    mailbox_transport: 'error:5.1.1 no such alias', // else sendmail could reach the machine's own users
    forward_path: '',

    virtual_mailbox_domains: 'ferrier.example',
    virtual_mailbox_base: layout.mail,
    virtual_mailbox_maps: `texthash:${layout.config}/mailboxes`,
    virtual_uid_maps: `static:${mailboxUser}`,
    virtual_gid_maps: `static:${mailboxUser}`,

    smtpd_relay_restrictions: 'reject_unauth_destination',
    relay_domains: '',
    relayhost: '',
    default_transport: 'error:5.4.4 no mail leaves this test instance',
    relay_transport: '$default_transport',
    smtp_bind_address: '127.0.0.1',
    smtp_dns_support_level: 'disabled',
    disable_dns_lookups: 'yes',

    notify_classes: '',
    biff: 'no',
    in_flow_delay: '0',
    ...extra,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Only the services that a delivery can need; all without chroot. */
export function masterCf(port: number): string {
  // service, type, private, unprivileged, chroot, wakeup, process limit, command
  return `
127.0.0.1:${port} inet n - n - - smtpd
pickup   unix n - n 60    1 pickup
cleanup  unix n - n -     0 cleanup
qmgr     unix n - n 300   1 qmgr
rewrite  unix - - n -     - trivial-rewrite
bounce   unix - - n -     0 bounce
defer    unix - - n -     0 bounce
trace    unix - - n -     0 bounce
verify   unix - - n -     1 verify
flush    unix n - n 1000? 0 flush
proxymap unix - - n -     - proxymap
smtp     unix - - n -     - smtp
relay    unix - - n -     - smtp
showq    unix n - n -     - showq
error    unix - - n -     - error
retry    unix - - n -     - error
discard  unix - - n -     - discard
local    unix - n n -     - local
virtual  unix - n n -     - virtual
lmtp     unix - - n -     - lmtp
anvil    unix - - n -     1 anvil
scache   unix - - n -     1 scache
postlog  unix-dgram n - n - 1 postlogd
`;
}

export function mailboxMap(names: readonly string[]): string {
  return names.map((name) => `${name}@ferrier.example ${name}/\n`).join('');
}
