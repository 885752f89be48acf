/**
 * A mail handed to an SMTP server, and the recipients that a header names. With
 * letters/compose.ts the one that knows nodemailer.
 *
 * Each recipient is a transaction of its own, so that one that is refused keeps no
 * other from their mail. A refusal for good is told from one for now by its reply code
 * (RFC 5321 4.2.1); a server that is not there is one for now.
 */
import addressparser from 'nodemailer/lib/addressparser';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { HeaderField } from '../reading/header.ts';

export type Submitted =
  | { readonly end: 'taken' }
  | { readonly end: 'refused' | 'failed'; readonly reason: string };

export interface Submission {
  /** Empty is the null sender. */
  readonly sender: string;
  readonly recipient: string;
  readonly mail: Buffer;
}

const TIMEOUT_MS = 60_000;

export function submit(
  { host, port }: { readonly host: string; readonly port: number },
  { sender, recipient, mail }: Submission,
): Promise<Submitted> {
  return new Promise((resolve) => {
    const connection = new SMTPConnection({
      host,
      port,
      ignoreTLS: true,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    });
    const end = (submitted: Submitted): void => {
      connection.quit();
      resolve(submitted);
    };
    connection.on('error', (error) => end(failureOf(error)));
    connection.connect(() => {
      const envelope = { from: sender, to: [recipient] };
      connection.send(envelope, mail, (error) => {
        end(error === null ? { end: 'taken' } : failureOf(error));
      });
    });
  });
}

function failureOf(error: Error): Submitted {
  const code = 'responseCode' in error ? Number(error.responseCode) : 0;
  return { end: code >= 500 ? 'refused' : 'failed', reason: error.message };
}

/**
 * `sendmail -t`: the addresses of every To, Cc and Bcc, or of their Resent- fields if there are any
 * (RFC 5322 3.6.6).
 */
export function recipientsIn(fields: readonly HeaderField[]): readonly string[] {
  const named = (prefix: string) =>
    fields.filter(({ name }) => ['to', 'cc', 'bcc'].some((kind) => name === prefix + kind));
  const resent = named('resent-');
  return (resent.length > 0 ? resent : named('')).flatMap(({ value }) =>
    addressparser(value, { flatten: true }).flatMap(({ address }) => address || []),
  );
}
