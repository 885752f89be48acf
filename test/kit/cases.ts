/** The mails of fixtures/cases, as Postfix would hand them to a door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../fixtures/cases');

export interface Case {
  readonly about: string;
  readonly before?: readonly string[];
  readonly arrange?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly exit: 0 | 75;
  readonly ticket: string | null;
}

/** Who sent a mail to whom, and the mail before local(8) wrote on top of it. */
export interface FromMta {
  readonly sender: string;
  readonly recipient: string;
  readonly mail: Buffer;
}

/** What no client can do by SMTP, or what an MTA in front would have done. */
export const NOT_BY: Readonly<Record<string, readonly [doors: string, reason: string]>> = {
  'alias-of-an-alias': ['lmtp', 'Postfix has replaced info@ by then'],
  'copy-of-a-held-mail': ['smtp', "a mark below the Received of serve is its sender's own"],
  'marked-as-spam': ['smtp', "a mark below the Received of serve is its sender's own"],
  'not-a-mail': ['smtp lmtp', 'an MTA writes a header on top, and ends the last line'],
};

/** Those that came by Postfix, one by one. */
export const PIPED: readonly string[] = readdirSync(FOLDER)
  .sort()
  .filter((name) => {
    const scenario = readCase(name);
    const isPiped = scenario.env?.['RECIPIENT'] !== undefined;
    const isPlain =
      scenario.arrange === undefined && ['new', 'reply'].includes(scenario.args[0] ?? '');
    return isPiped && isPlain && scenario.args.length === 1 && fromMta(name) !== null;
  });

export function readCase(name: string): Case {
  return JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8'));
}

export function octetsOfCase(name: string): Buffer {
  return readFileSync(join(FOLDER, name, 'in.eml'));
}

/** null for one that no MTA has handed over. */
export function fromMta(name: string): FromMta | null {
  const { env } = readCase(name);
  const withoutFrom = octetsOfCase(name)
    .toString('latin1')
    .replace(/^From .*\n/, '');
  const [head = ''] =
    /^(?:(?:Return-Path|X-Original-To|Delivered-To): .*\n)*/i.exec(withoutFrom) ?? [];
  const field = (field: string) => new RegExp(`^${field}: <?(.*?)>?$`, 'im').exec(head)?.[1];
  const sender = field('Return-Path') ?? env?.['SENDER'];
  const recipient = field('X-Original-To') ?? env?.['ORIGINAL_RECIPIENT'] ?? env?.['RECIPIENT'];
  if (sender === undefined || recipient === undefined) return null;
  const mail = Buffer.from(withoutFrom.slice(head.length), 'latin1');
  if (mail.length === 0 || name.startsWith('forged-')) return null;
  const decoded = (text: string) => Buffer.from(text, 'latin1').toString('utf8');
  return { sender: decoded(sender), recipient: decoded(recipient), mail };
}
