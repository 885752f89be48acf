/**
 * `mailrobot sendmail`: in the place of sendmail(1) on a box without an MTA.
 *
 * Mail to the desk's own domain goes back to `mailrobot serve` (--relay), any other
 * into Maildirs below --maildir, where `mailrobot mailbox` or any reader of Maildirs
 * shows it. Takes the options that mailrobot itself and mail clients give: -i (a lone
 * dot ends nothing), -f, -t (recipients from To, Cc, Bcc), -o and -F (read over).
 * Ends as sendmail does (sysexits.h): 0, 75 to try again, 67 for a recipient that
 * was refused, 64 for wrong usage.
 */
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { stdin } from '../delivery/stdin.ts';
import { headerFields } from '../message/header.ts';
import type { Run } from '../run.ts';
import { addToMaildir, maildirOf } from '../server/maildir.ts';
import { recipientsIn, submit } from '../server/submission.ts';
import { sameAddress } from '../ticket/ticket.ts';
import { Ended } from './refused.ts';

export interface SendmailOptions {
  readonly config: string;
  readonly maildir: string;
  readonly relay?: string;
  readonly i?: boolean;
  readonly t?: boolean;
  readonly f?: string;
  readonly o?: string;
}

const EX_USAGE = 64;
const EX_NOUSER = 67;
const EX_TEMPFAIL = 75;

export async function sendmail(
  named: readonly string[],
  options: SendmailOptions,
  run: Run,
): Promise<void> {
  const config = readConfig(options.config);
  const { mail, inHeader } = parts(await input(options), options.t === true);
  const recipients = [...new Set([...named, ...inHeader])];
  if (recipients.length === 0) throw new Ended(EX_USAGE, 'sendmail: no recipient is named');
  const sender = options.f === undefined || options.f === '<>' ? '' : options.f;
  const isOurs = (address: string) =>
    sameAddress(address.slice(address.lastIndexOf('@') + 1), config.domain);
  const ours = recipients.filter(isOurs);
  if (ours.length > 0) await relay({ sender, recipients: ours, mail }, options, config);
  for (const recipient of recipients.filter((address) => !isOurs(address))) {
    const head = `Return-Path: <${sender}>\nDelivered-To: ${recipient}\n`;
    const whole = Buffer.concat([Buffer.from(head), mail]);
    addToMaildir(maildirOf(options.maildir, recipient), whole, run.now());
  }
}

async function relay(
  submission: Parameters<typeof submit>[1],
  { relay: server }: SendmailOptions,
  { domain }: Config,
): Promise<void> {
  const [, host, port] = /^(.*):(\d+)$/.exec(server ?? '') ?? [];
  if (host === undefined) {
    throw new Ended(EX_NOUSER, `sendmail: mail to ${domain} needs --relay 127.0.0.1:2525`);
  }
  const submitted = await submit({ host, port: Number(port) }, submission);
  if (submitted.end === 'taken') return;
  const exit = submitted.end === 'refused' ? EX_NOUSER : EX_TEMPFAIL;
  throw new Ended(exit, `sendmail: ${submitted.reason}`);
}

/** Without -i (or -oi) a line that is a dot ends the mail. */
async function input({ i, o }: SendmailOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin()) chunks.push(chunk);
  const mail = Buffer.concat(chunks);
  if (i === true || o === 'i') return mail;
  const end = /^\.\r?\n/m.exec(mail.toString('latin1'))?.index;
  return end === undefined ? mail : mail.subarray(0, end);
}

/** With -t the header names recipients, and loses its Bcc. */
function parts(mail: Buffer, isInHeader: boolean) {
  if (!isInHeader) return { mail, inHeader: [] };
  const text = mail.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const header = text.slice(0, end);
  const inHeader = recipientsIn(headerFields(Buffer.from(header, 'latin1')));
  const kept = header.replace(/^bcc:.*\r?\n?(?:[ \t].*\r?\n?)*/gim, '').replace(/\r?\n$/, '');
  return { mail: Buffer.from(kept + text.slice(end), 'latin1'), inHeader };
}
