/**
 * A mail in a line: its octets as local(8) would hand them over, and what the environment
 * says of it.
 */
import type { Environment } from '../../src/decision/envelope.ts';
import type { Verb } from '../../src/ticket/decision.ts';
import { DOMAIN, NIC } from './config.ts';

export interface Mail {
  readonly from?: string;
  /** Of the To field. Without an @, it is at the desk's domain. */
  readonly to?: string;
  readonly subject?: string;
  readonly text?: string;
  /** null for none. */
  readonly id?: string | null;
  readonly date?: Date;
  /** Message-ID that it answers. */
  readonly answers?: string | null;
  /** More fields of its author; each line ended by LF. */
  readonly more?: string;
  /** What our own MTA found out: `dmarc=pass header.from=x.example`. */
  readonly results?: string;
  /** Fields that our MTA and its filters write on top. */
  readonly above?: string;
  /** Under which our MTA has it. */
  readonly queueId?: string;
  /** Of the envelope, if they are not those of the fields; null for a mail piped in by hand. */
  readonly sender?: string;
  readonly rcpt?: string | null;
  /** The recipient before our MTA has replaced it. */
  readonly original?: string;
  readonly login?: string;
  readonly verb?: Verb;
  /** Prefix that its alias names: `new --queue BILLING`. */
  readonly defaultQueue?: string;
}

export interface Arriving {
  readonly octets: Buffer;
  readonly environment: Environment;
  readonly verb: Verb;
  readonly defaultQueue?: string;
}

/** A mail without an `id` has one of its own for each `n`. */
export function mail(given: Mail = {}, n = 1, now = new Date()): Arriving {
  const { from = NIC, subject = "I can't login!", text = 'Hello', more = '', above = '' } = given;
  const { results, queueId, answers, login, verb = 'any', date = now } = given;
  const to = atDesk(given.to ?? 'new');
  const rcpt = given.rcpt === null ? undefined : atDesk(given.rcpt ?? to);
  const id = given.id === undefined ? `<${n}@${from.split('@')[1]}>` : given.id;
  const fields = [
    ...(results === undefined ? [] : [`Authentication-Results: mx.example; ${results}`]),
    ...(queueId === undefined && results === undefined
      ? []
      : [
          `Received: from a (a [203.0.113.1])\n\tby mx.example (Postfix) with ESMTP id ${queueId ?? `Q${n}`}; Fri, 2 Jan 2026 08:25:44 +0000`,
        ]),
    `From: ${from === NIC ? 'Nic Ferrier ' : ''}<${from}>`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${date.toUTCString()}`,
    ...(id === null ? [] : [`Message-ID: ${id}`]),
    ...(answers == null ? [] : [`In-Reply-To: ${answers}`]),
  ];
  return {
    octets: Buffer.from(`${above}${fields.join('\n')}\n${more}\n${text}\n`),
    environment:
      rcpt === undefined
        ? {}
        : {
            ...{ SENDER: given.sender ?? from, RECIPIENT: rcpt, CLIENT_ADDRESS: '203.0.113.1' },
            ...(given.original !== undefined && { ORIGINAL_RECIPIENT: atDesk(given.original) }),
            ...(login !== undefined && { SASL_USERNAME: login }),
          },
    verb,
    ...(given.defaultQueue !== undefined && { defaultQueue: given.defaultQueue }),
  };
}

/** What makes a mail one of several parts. */
export const MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';
export const HTML = 'MIME-Version: 1.0\nContent-Type: text/html\n';

/** Each with its header, such as `Content-Type: text/plain`. */
export function parts(...all: readonly (readonly [header: string, text: string])[]): string {
  return `${all.map(([header, text]) => `--b\n${header}\n\n${text}\n`).join('')}--b--`;
}

export function atDesk(address: string): string {
  return address.includes('@') ? address : `${address}@${DOMAIN}`;
}

/** What our MTA says of a mail whose From it has verified, by DKIM and SPF. */
export function provenFrom(address: string): string {
  const domain = address.split('@')[1];
  return `spf=pass smtp.mailfrom=${domain}; dmarc=pass header.from=${domain}`;
}

/** By DKIM alone: whoever has got it can send it again. */
export function signedBy(address: string): string {
  return `spf=pass smtp.mailfrom=evil.example; dmarc=pass header.from=${address.split('@')[1]}`;
}
