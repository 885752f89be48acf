/** The other ways in, SMTP and LMTP, and what stands in for an MTA. */
import { command } from './declare.ts';

export const serverCommands = [
  command({
    words: 'serve',
    options: {
      '--port <port>': 'default: 2525',
      '--host <address>': 'default: 127.0.0.1',
      '--aliases <file>': 'default: /etc/aliases',
      '--lmtp <socket>': 'take mail from Postfix by LMTP instead: a path, or host:port',
      '--tls-key <file>': 'offer STARTTLS with this key',
      '--tls-cert <file>': 'and this certificate',
      '--self-signed': 'make both beside the config, if they are missing',
      '--secure': 'TLS from the first octet on',
      '--json': 'one JSON object a mail',
    },
    summary: 'take mail by SMTP on a box without Postfix, or from a busy one by LMTP',
    examples: [
      'mailrobot serve --port 2525 --aliases postfix/aliases',
      'mailrobot serve --lmtp /var/spool/postfix/private/mailrobot',
    ],
    about: `By SMTP it gives the mail to the commands of the alias file, as local(8) would.
      After ten wrong passwords from one address within ten minutes nobody there may log in (454
      4.7.0).

      With \`--lmtp\` it delivers the mail in its own process. It listens on a unix socket,
      which belongs to the owner of its folder, on host:port, or with \`--lmtp systemd\` on the
      socket that systemd hands in. What it writes goes to sendmail, or by SMTP to the server that
      \`smtp\` in the config names.

      SIGTERM lets it finish what is under way.`,
    load: async () => (await import('../serve.ts')).serve,
  }),
  command({
    words: 'sendmail',
    arguments: [['[recipient...]', 'the envelope recipients']],
    options: {
      '--maildir <dir>': { text: 'where mail to others goes', preset: 'mail' },
      '--relay <host:port>': "where mail to the desk's own domain goes: mailrobot serve",
      '-f <sender>': 'the envelope sender; <> is the null one',
      '-i': 'a line that is a dot does not end the mail',
      '-t': 'the recipients are those of To, Cc and Bcc',
      '-o <option>': { text: '-oi is -i; others are ignored', isList: true },
      '-F <name>': 'ignored',
    },
    takesDashes: true,
    exits: {
      0: 'the mail is handed over',
      64: 'no recipient is named',
      67: 'rejected',
      75: 'not now: try again later',
    },
    summary: 'in the place of sendmail(1), on a box without an MTA',
    examples: [
      'mailrobot sendmail --maildir mail --relay 127.0.0.1:2525 \\\n' +
        '  -i -f nic@ferrier.example -- new@support-ticket.example',
    ],
    about: `For tests and laptops, beside \`mailrobot serve\`. Mail to the desk's domain goes to
      \`--relay\`, other mail into Maildirs below \`--maildir\`.`,
    load: async () => (await import('../sendmail.ts')).sendmail,
  }),
  command({
    words: 'mailbox',
    arguments: [
      ['[address]', 'whose mail; without it, the addresses are listed'],
      ['[number]', 'the mail with this number; without it, they are listed'],
    ],
    options: { '--maildir <dir>': { text: 'the --maildir of mailrobot sendmail', preset: 'mail' } },
    summary: 'show what mailrobot sendmail has put into its Maildirs',
    examples: ['mailrobot mailbox nic@ferrier.example 1'],
    load: async () => (await import('../mailbox.ts')).mailbox,
  }),
];
