/**
 * Whose mail this is, by its PGP signature, and what of it they have said.
 *
 * The signature must be about the whole mail (signed-part.ts), valid for gpgv by a key of the
 * robot's keyring (status.ts), and its text must be for this robot and day (first-line.ts). What
 * the robot gets is read of what is signed alone, as a mail of its own. Whether the same was
 * carried out before, the store is asked later, by `sum`.
 */
import { createHash } from 'node:crypto';
import { plainMailbox } from '../reading/addresses.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Proven, Signed } from '../ticket/signed.ts';
import { type For, whyNotFor } from './first-line.ts';
import { check } from './gnupg.ts';
import { signedPartOf } from './signed-part.ts';

export interface Proving extends For {
  readonly keyring: string;
  /** Reads a mail. */
  readonly read: (mail: Buffer) => Promise<ParsedMessage>;
}

export async function prove(mail: Buffer, { keyring, read, ...wanted }: Proving): Promise<Proven> {
  const part = signedPartOf(mail);
  if (part.type === 'unsigned') return part;
  const status = await check(part, keyring);
  if (status.type !== 'valid') return { type: 'unsigned', why: status.why };
  const { fingerprint, at, userId } = status;
  const why = whyNotFor(firstLineOf(await read(part.mail)).line, wanted);
  if (why !== null) return { type: 'unsigned', why };
  const signed = { fingerprint, at, sum: sumOf(part.octets, at) };
  return { type: 'signed', signed, author: plainMailbox(userId) };
}

/** The signed part of a mail that was proven, as a mail of its own; null if it is not that one. */
export function provenPart(mail: Buffer, { at, sum }: Signed): Buffer | null {
  const part = signedPartOf(mail);
  return part.type === 'signed' && sumOf(part.octets, at) === sum ? part.mail : null;
}

/**
 * Blanks do not count: at the ends of lines a signature of a text is not about them, so that the
 * same signature is good for many. With the time of it two orders of the same words are two.
 */
export function sumOf(octets: Buffer, at: string): string {
  const words = octets.toString('latin1').replace(/[ \t\r\n]+/g, '');
  return createHash('sha256').update(`${at}\n${words}`, 'latin1').digest('hex');
}

/** Without the line that says what it is for: the rest is what its author says. */
export function withoutFirstLine(message: ParsedMessage): ParsedMessage {
  const { at } = firstLineOf(message);
  const newLines = message.newLines.flatMap(({ from, to }) =>
    to <= at ? [] : [{ from: Math.max(from, at + 1), to }],
  );
  return { ...message, newLines };
}

/** `at`: its number, from 1. */
function firstLineOf({ text }: ParsedMessage): { readonly line: string; readonly at: number } {
  const lines = text.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => line !== '');
  return { line: lines[first] ?? '', at: first + 1 };
}
