/** The command line of the other doors: SMTP, LMTP, and what stands in for an MTA. */
import type { Group, Place } from '../define.ts';

export function serverLines(root: Group, { run, config }: Place): void {
  root
    .define(
      'serve',
      'take mail by SMTP on a box without Postfix, or from a busy one by LMTP',
      'mailrobot serve --port 2525 --aliases postfix/aliases\n  mailrobot serve --lmtp /var/spool/postfix/private/mailrobot',
    )
    .option('--port <port>', 'default: 2525')
    .option('--host <address>', 'default: 127.0.0.1')
    .option('--aliases <file>', 'default: /etc/aliases')
    .option('--lmtp <socket>', 'take mail from Postfix by LMTP instead: a path, or host:port')
    .option('--tls-key <file>', 'offer STARTTLS with this key')
    .option('--tls-cert <file>', 'and this certificate')
    .option('--self-signed', 'make both beside the config, where they are missing')
    .option('--secure', 'TLS from the first octet on')
    .option('--json', 'one JSON object a mail')
    .action(async ({ lmtp, ...options }: { lmtp?: string }) => {
      const serving = { ...options, config: config() };
      if (lmtp === undefined) await (await import('../serve.ts')).serve(serving, run);
      else await (await import('../serve-lmtp.ts')).serveLmtp(lmtp, serving, run);
    });
  root
    .define(
      'sendmail [recipient...]',
      'in the place of sendmail(1), on a box without an MTA',
      'mailrobot sendmail --maildir mail --relay 127.0.0.1:2525 -i -f nic@ferrier.example -- new@support-ticket.example',
    )
    .option('--maildir <dir>', 'where mail to others goes', 'mail')
    .option('--relay <host:port>', "where mail to the desk's own domain goes: mailrobot serve")
    .option('-f <sender>', 'the envelope sender; <> is the null one')
    .option('-i', 'a line that is a dot does not end the mail')
    .option('-t', 'the recipients are those of To, Cc and Bcc')
    .list('-o <option>', '-oi is -i; others are read over')
    .takesDashes()
    .option('-F <name>', 'read over')
    .action(async (recipients: string[], options: { maildir: string }) =>
      (await import('../sendmail.ts')).sendmail(
        recipients,
        { o: [], ...options, config: config() },
        run,
      ),
    );
  root
    .define(
      'mailbox [address] [number]',
      'show what mailrobot sendmail has put into its Maildirs',
      'mailrobot mailbox nic@ferrier.example 1',
    )
    .option('--maildir <dir>', 'the folder of --maildir', 'mail')
    .action(
      async (
        address: string | undefined,
        number: string | undefined,
        options: { maildir: string },
      ) =>
        (await import('../mailbox.ts')).mailbox(
          address,
          number,
          { ...options, config: config() },
          run,
        ),
    );
}
