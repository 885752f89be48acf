/**
 * A mail handed to an SMTP server, and the recipients that a header names. With
 * outgoing/compose.ts the one that knows nodemailer.
 *
 * All recipients or none: where the server refuses one, nobody gets the mail. A
 * refusal for good is told from one for now by its reply code (RFC 5321 4.2.1);
 * a server that is not there is one for now.
 */
import addressparser from 'nodemailer/lib/addressparser';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { fieldValue, type HeaderField } from '../message/header.ts';

export type Submitted =
  | { readonly end: 'taken' }
  | { readonly end: 'refused' | 'failed'; readonly reason: string };

export interface Submission {
  /** Empty is the null sender. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly mail: Buffer;
}

const TIMEOUT_MS = 60_000;

export function submit(
  { host, port }: { readonly host: string; readonly port: number },
  { sender, recipients, mail }: Submission,
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
      const envelope = { from: sender, to: [...recipients] };
      connection.send(envelope, mail, (error, info) => {
        if (error !== null) end(failureOf(error));
        else if (info.rejected.length > 0) end({ end: 'refused', reason: info.response });
        else end({ end: 'taken' });
      });
    });
  });
}

function failureOf(error: Error): Submitted {
  const code = 'responseCode' in error ? Number(error.responseCode) : 0;
  return { end: code >= 500 ? 'refused' : 'failed', reason: error.message };
}

/** `sendmail -t`: the addresses of To, Cc and Bcc. */
export function recipientsIn(fields: readonly HeaderField[]): readonly string[] {
  return ['to', 'cc', 'bcc'].flatMap((name) =>
    addressparser(fieldValue(fields, name) ?? '', { flatten: true }).flatMap(
      ({ address }) => address || [],
    ),
  );
}
