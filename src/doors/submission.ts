/**
 * One session with an SMTP server that takes our mail, and the recipients that a header names. With
 * letters/compose.ts the one that knows nodemailer.
 *
 * One mail, for one recipient, is a transaction; after one that was not taken the session is over. By
 * the reply code (RFC 5321 4.2.1) a mail that is rejected for good is told from one that is not taken
 * now. What a server says of the session (530: log in first) is not said of the mail. Without an
 * answer nothing has gone out before the final dot, and behind it nobody knows.
 */

import { Readable } from 'node:stream';
import addressparser from 'nodemailer/lib/addressparser';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { HeaderField } from '../reading/header.ts';
import { MINUTE_MS } from '../ticket/age.ts';
import { withoutControls } from '../ticket/plain.ts';
import type { Submitted } from '../ticket/submitted.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Whether STARTTLS is used, and the certificate checked, if the server offers it. */
  readonly usesTls: boolean;
}

export interface Envelope {
  /** Empty is the null sender. */
  readonly sender: string;
  readonly recipient: string;
  readonly size: number;
}

/** Asked when the server wants the mail: its octets; null if it is not to go any more. */
export type Begin = () => Promise<Iterable<Buffer> | AsyncIterable<Buffer> | null>;

/** `gone`: the session was over before the server got any of the mail, and nothing was said of it. */
export type SessionEnd = Submitted | { readonly end: 'gone'; readonly reason: string };

/** RFC 5321 4.5.3.2: for the greeting, a command, a block of the mail, the answer to its end. */
export const SMTP_LIMITS = {
  greetingMs: 5 * MINUTE_MS,
  commandMs: 5 * MINUTE_MS,
  blockMs: 3 * MINUTE_MS,
  endMs: 10 * MINUTE_MS,
};

export type SmtpLimits = Readonly<typeof SMTP_LIMITS>;

/** A mail on its way: how far its octets are. */
interface Underway {
  wasAsked: boolean;
  hasBegun: boolean;
  hasEnded: boolean;
  end: (end: SessionEnd) => void;
}

export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #limits: SmtpLimits;
  #underway: Underway | null = null;

  constructor({ host, port, usesTls }: SmtpServer, limits: SmtpLimits = SMTP_LIMITS) {
    this.#limits = limits;
    this.#connection = new SMTPConnection({
      ...{ host, port, ignoreTLS: !usesTls, secure: false },
      connectionTimeout: limits.greetingMs,
      greetingTimeout: limits.greetingMs,
      socketTimeout: limits.commandMs,
    });
  }

  /** Gives why there is none, or null. */
  open(): Promise<string | null> {
    return new Promise((resolve) => {
      // Of a mail under way `send` is told as well.
      this.#connection.on('error', (error) => resolve(oneLine(error.message)));
      this.#connection.on('end', () => resolve('the connection was closed'));
      this.#connection.connect((error) =>
        resolve(error === undefined ? null : oneLine(error.message)),
      );
    });
  }

  get isOpen(): boolean {
    return !this.#connection.destroyed;
  }

  /** Throws what `begin` throws. */
  async submit({ sender, recipient, size }: Envelope, begin: Begin): Promise<SessionEnd> {
    const underway: Underway = { wasAsked: false, hasBegun: false, hasEnded: false, end: () => {} };
    this.#underway = underway;
    let failure: unknown = null;
    const mail = Readable.from(
      this.#octetsOf(underway, async () => {
        try {
          return await begin();
        } catch (error) {
          failure = error;
          return null;
        }
      }),
      { objectMode: false },
    );
    const ended = await new Promise<SessionEnd>((resolve) => {
      underway.end = resolve;
      this.#allow(this.#limits.commandMs);
      const envelope = { from: sender, to: [recipient], size, use8BitMime: true };
      this.#connection.send(envelope, mail, (error) => {
        resolve(error === null ? { end: 'taken' } : endOf(error, underway));
      });
    });
    this.#underway = null;
    // Within a mail a QUIT would be a line of it.
    if (ended.end !== 'taken' && underway.wasAsked) this.#connection.close();
    else if (ended.end === 'taken') this.#allow(this.#limits.commandMs);
    else this.quit();
    if (failure !== null) throw failure;
    return ended;
  }

  /** nodemailer has one limit for all that is waited for. */
  #allow(ms: number): void {
    const { _socket: socket } = this.#connection;
    if (socket) socket.setTimeout(ms);
  }

  /** Read when the server has said 354. */
  async *#octetsOf(underway: Underway, begin: Begin): AsyncGenerator<Buffer> {
    underway.wasAsked = true;
    const octets = await begin();
    if (octets === null) {
      underway.end({ end: 'failed', reason: 'it is handed over elsewhere' });
      throw new Error('no mail is to go');
    }
    underway.hasBegun = true;
    this.#allow(this.#limits.blockMs);
    yield* octets;
    // From here on the final dot may reach the server.
    underway.hasEnded = true;
    this.#allow(this.#limits.endMs);
  }

  quit(): void {
    if (this.isOpen) this.#connection.quit();
  }

  /** Also of a mail that is under way: nobody waits for its end any more. */
  cut(): void {
    const underway = this.#underway;
    this.#connection.close();
    underway?.end(lostIn(underway, 'the server was stopped'));
  }
}

function endOf(error: SMTPConnection.SMTPError, underway: Underway): SessionEnd {
  const { code, responseCode, response, command } = error;
  if (responseCode === 421) {
    return { end: underway.hasBegun ? 'failed' : 'gone', reason: oneLine(error.message) };
  }
  if (responseCode === undefined) {
    // nodemailer's own: the server takes none so large; an address that cannot be said by SMTP.
    const isOwn = response === undefined;
    if (isOwn && code === 'EMESSAGE') return rejected('5.3.4', error.message, false);
    if (isOwn && code === 'EENVELOPE') return rejected('5.1.3', error.message, true);
    return lostIn(underway, error.message);
  }
  const isOfMail = responseCode >= 500 && !OF_THE_SESSION.includes(responseCode);
  if (!isOfMail) return { end: 'failed', reason: oneLine(error.message) };
  const { status, words } = repliesIn(response ?? '');
  return rejected(status, `${responseCode} ${words}`, command === 'RCPT TO');
}

function lostIn({ hasBegun, hasEnded }: Underway, reason: string): SessionEnd {
  if (hasEnded) return { end: 'unknown' };
  return { end: hasBegun ? 'failed' : 'gone', reason: oneLine(reason) };
}

/** Of a command that the server does not know, or wants another one before: RFC 5321, RFC 4954. */
const OF_THE_SESSION: readonly number[] = [500, 502, 503, 504, 530, 534, 535, 538];

function rejected(status: string, reason: string, isOfRecipient: boolean): Submitted {
  return { end: 'rejected', status, reason: oneLine(reason), isOfRecipient };
}

/** RFC 2034: each line of a reply has the code, and the status of RFC 3463 behind it. */
function repliesIn(response: string): { readonly status: string; readonly words: string } {
  const status = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(response)?.[1] ?? UNKNOWN_STATUS;
  const lines = response.split('\n').map((line) => line.replace(LINE_BEGINS, ''));
  return { status, words: lines.join(' ') };
}

const LINE_BEGINS = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3}(?![\d.]))?[ -]?/;
const UNKNOWN_STATUS = '5.0.0';
const MAX_REASON_CHARACTERS = 300;

function oneLine(text: string): string {
  return withoutControls(text).trim().slice(0, MAX_REASON_CHARACTERS);
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
