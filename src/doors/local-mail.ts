/**
 * What local(8) gives a command: header lines on top of the mail, and an environment
 * in which unusual characters are `_`. As Postfix 3.7 does it, read off a real one
 * (test/postfix/shim.test.ts compares the two). Pure.
 */
import { censor } from '../decision/envelope.ts';

/** Who hands over a mail, as an MTA knows it. */
export interface Peer {
  readonly address: string;
  readonly helo: string;
  /** SMTP or ESMTP; LMTP. */
  readonly protocol: string;
  /** Who logged in, and how (SASL). */
  readonly login: { readonly name: string; readonly method: string } | null;
}

export interface LocalEnvelope {
  /** Empty is the null sender. */
  readonly sender: string;
  /** As it was written in RCPT. */
  readonly recipient: string;
  /** The alias that names the command; the recipient where that is the same name. */
  readonly alias: string;
  readonly extension: string | null;
  readonly domain: string;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;
const two = (number: number) => String(number).padStart(2, '0');

/** The mbox line and the three fields that local(8) writes first; lines end with LF. */
export function headLines({ sender, recipient }: LocalEnvelope, now: Date): string {
  return [
    `From ${sender === '' ? 'MAILER-DAEMON' : sender}  ${asctime(now)}`,
    `Return-Path: <${sender}>`,
    `X-Original-To: ${recipient}`,
    `Delivered-To: ${recipient}`,
    '',
  ].join('\n');
}

/** RFC 5321 4.4. `id` names the transaction, as a queue id of Postfix does. */
export function receivedLine(
  { address, helo, protocol }: Peer,
  { by, id, recipient }: { readonly by: string; readonly id: string; readonly recipient: string },
  now: Date,
): string {
  const date = now.toUTCString().replace('GMT', '+0000');
  // A client may say anything: no word of it must pass for one of ours (smtpd.c,
  // NEUTER_CHARACTERS).
  const from = helo.replace(/[\s<>()\\";@]/g, '?');
  return `Received: from ${from} ([${address}])\n\tby ${by} (mailrobot) with ${protocol} id ${id}\n\tfor <${recipient}>; ${date}\n`;
}

/** asctime(3), in UTC. */
function asctime(now: Date): string {
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(two).join(':');
  const day = String(now.getUTCDate()).padStart(2);
  return `${DAYS[now.getUTCDay()]} ${MONTHS[now.getUTCMonth()]} ${day} ${time} ${now.getUTCFullYear()}`;
}

/** `owner` is whoever the command runs as. */
export function environmentOf(
  envelope: LocalEnvelope,
  { address, helo, protocol, login }: Peer,
  owner: { readonly home: string; readonly shell: string },
): Readonly<Record<string, string>> {
  const { sender, recipient, alias, extension, domain } = envelope;
  const local = recipient.slice(0, recipient.lastIndexOf('@'));
  const written = local.toLowerCase();
  const isAliased = written !== alias && written.split(/[+-]/)[0] !== alias;
  const plain: Readonly<Record<string, string | null>> = {
    SENDER: sender,
    RECIPIENT: isAliased ? `${alias}@${domain}` : recipient,
    ORIGINAL_RECIPIENT: recipient,
    LOCAL: isAliased || extension === null ? alias : written,
    DOMAIN: domain,
    EXTENSION: isAliased ? null : extension,
    USER: alias,
    LOGNAME: alias,
    CLIENT_ADDRESS: address,
    CLIENT_HELO: helo,
    CLIENT_HOSTNAME: 'unknown',
    CLIENT_PROTOCOL: protocol,
    SASL_METHOD: login?.method ?? null,
    SASL_USERNAME: login?.name ?? null,
  };
  const censored = Object.entries(plain).flatMap(([name, value]) =>
    value === null ? [] : [[name, censor(value)] as const],
  );
  return {
    ...Object.fromEntries(censored),
    HOME: owner.home,
    SHELL: owner.shell,
    PATH: '/usr/bin:/bin',
    LANG: 'C',
  };
}

/** A mail that has been here already (Delivered-To, as local(8) looks for it). */
export function isLoop(header: string, recipient: string): boolean {
  const wanted = `delivered-to: ${recipient.toLowerCase()}`;
  return header.split('\n').some((line) => line.trim().toLowerCase() === wanted);
}
