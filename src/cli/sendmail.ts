/**
 * `mailrobot sendmail`: in the place of sendmail(1) on a box without an MTA.
 *
 * Mail to the desk's own domain goes back to `mailrobot serve` (--relay), any other
 * into Maildirs below --maildir, where `mailrobot mailbox` or any reader of Maildirs
 * shows it. Takes the options that mailrobot itself and mail clients give: -i (a lone
 * dot ends nothing), -f, -t (recipients from To, Cc, Bcc), -o and -F (ignored).
 * A mail without a Message-ID is given one, as Postfix does: copies of it are one mail, and
 * the next like it is another. Ends as sendmail does (sysexits.h): 0, 75 to try again, 67 for
 * a recipient that was refused, 64 for wrong usage.
 */
import { randomBytes } from 'node:crypto';
import { readConfig } from '../config/read.ts';
import { Relay } from '../doors/relay.ts';
import { recipientsIn } from '../doors/submission.ts';
import { addToMaildir, maildirOf } from '../feed/maildir.ts';
import { headerFields, headerOf, rawFields } from '../reading/header.ts';
import { sameAddress } from '../ticket/ticket.ts';
import { Ended } from './refused.ts';
import type { Run } from './run.ts';

export interface SendmailOptions {
  readonly config: string;
  readonly maildir: string;
  readonly relay?: string;
  readonly i?: boolean;
  readonly t?: boolean;
  readonly f?: string;
  readonly o?: readonly string[];
  /** Taken as sendmail(1) takes it, and not used. */
  readonly F?: string;
}

interface Submission {
  readonly sender: string;
  readonly recipient: string;
  readonly mail: Buffer;
}

const EX_USAGE = 64;
const EX_NOUSER = 67;
const EX_TEMPFAIL = 75;
const ID_OCTETS = 10;
const LF = 0x0a;
const CR = 0x0d;

export async function sendmail(
  operands: readonly string[],
  options: SendmailOptions,
  run: Run,
): Promise<void> {
  try {
    await handOver(operands, options, run);
  } catch (error) {
    if (error instanceof Ended) throw error;
    throw new Ended(EX_TEMPFAIL, `sendmail: ${error instanceof Error ? error.message : error}`);
  }
}

/** Options that are not known are ignored, as other MTAs ignore many of sendmail's. */
async function handOver(
  operands: readonly string[],
  options: SendmailOptions,
  run: Run,
): Promise<void> {
  const { domain } = readConfig(options.config);
  const { mail: written, inHeader } = parts(await input(options, run), options.t === true);
  const mail = withMessageId(written, domain);
  const named = operands.filter((operand) => !operand.startsWith('-'));
  const recipients = [...new Set([...named, ...inHeader])];
  if (recipients.length === 0) throw new Ended(EX_USAGE, 'sendmail: no recipient is named');
  const sender = options.f === undefined || options.f === '<>' ? '' : options.f;
  const isOurs = (address: string) =>
    sameAddress(address.slice(address.lastIndexOf('@') + 1), domain);
  for (const recipient of recipients.filter((address) => !isOurs(address))) {
    const head = `Return-Path: <${sender}>\nDelivered-To: ${recipient}\n`;
    const whole = Buffer.concat([Buffer.from(head), mail]);
    addToMaildir(maildirOf(options.maildir, recipient), whole, run.now());
  }
  const failures: Ended[] = [];
  for (const recipient of recipients.filter(isOurs)) {
    const failure = await relay({ sender, recipient, mail }, options.relay);
    if (failure !== null) failures.push(failure);
  }
  const worst = failures.find(({ exit }) => exit === EX_TEMPFAIL) ?? failures[0];
  if (worst !== undefined) throw worst;
}

async function relay(
  { sender, recipient, mail }: Submission,
  server: string | undefined,
): Promise<Ended | null> {
  const [, host, port] = /^(.*):(\d+)$/.exec(server ?? '') ?? [];
  if (host === undefined) {
    return new Ended(EX_NOUSER, `sendmail: mail to ${recipient} needs --relay 127.0.0.1:2525`);
  }
  const relay = new Relay({ host, port: Number(port), usesTls: false });
  const envelope = { sender, recipient, size: mail.length };
  const submitted = await relay.submit(envelope, async () => [mail]);
  await relay.close(0);
  switch (submitted.end) {
    case 'taken':
      return null;
    case 'rejected':
      return new Ended(EX_NOUSER, `sendmail: ${submitted.status} ${submitted.reason}`);
    case 'failed':
      return new Ended(EX_TEMPFAIL, `sendmail: ${submitted.reason}`);
    case 'unknown':
      return new Ended(EX_TEMPFAIL, 'sendmail: the connection was lost');
  }
}

/** Without -i (or -oi) a line that is a dot ends the mail. */
async function input({ i, o }: SendmailOptions, run: Run): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of run.stdin()) chunks.push(chunk);
  const mail = Buffer.concat(chunks);
  if (i === true || o?.includes('i') === true) return mail;
  const end = /^\.\r?\n/m.exec(mail.toString('latin1'))?.index;
  return end === undefined ? mail : mail.subarray(0, end);
}

function withMessageId(mail: Buffer, domain: string): Buffer {
  const header = headerOf(mail);
  const fields = mail[0] === LF || mail[0] === CR ? [] : headerFields(header);
  if (fields.some(({ name, value }) => name === 'message-id' && value !== '')) return mail;
  const eol = mail.includes('\r\n') ? '\r\n' : '\n';
  const isText = fields[0]?.name === '';
  const field = `Message-ID: <${randomBytes(ID_OCTETS).toString('hex')}@${domain}>${eol}`;
  return Buffer.concat([Buffer.from(isText ? field + eol : field), mail]);
}

/** With -t the header names recipients, and loses its Bcc. */
function parts(mail: Buffer, isInHeader: boolean) {
  if (!isInHeader) return { mail, inHeader: [] };
  const text = mail.toString('latin1');
  const end = /(?:^|\r?\n)\r?\n/.exec(text)?.index ?? text.length;
  const header = Buffer.from(text.slice(0, end), 'latin1');
  const fields = headerFields(header);
  const kept = rawFields(header).filter((_, n) => {
    const name = fields[n]?.name ?? '';
    return name !== 'bcc' && name !== 'resent-bcc';
  });
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const whole = Buffer.from(kept.join(eol) + text.slice(end), 'latin1');
  return { mail: whole, inHeader: recipientsIn(fields) };
}
