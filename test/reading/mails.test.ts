/**
 * Mails as people and programs send them, and what a person must see.
 *
 * `fixtures/mails/<name>.json` was written by hand from the RFCs, not taken from
 * a run: it names what its mail tests and leaves out the rest. Texts are
 * compared without blanks at line ends and blank lines at both ends.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ParsedMessage } from '../../src/reading/message.ts';
import type { Mailbox } from '../../src/ticket/ticket.ts';
import { readFile } from './read-file.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'mails');
const names = readdirSync(FOLDER).flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? []);

interface WantedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly size: number;
  readonly contentId?: string;
  readonly inline?: boolean;
  readonly foundIn?: string;
  readonly isUnpacked?: true;
  readonly sha256?: string;
}

interface Wanted {
  readonly why: string;
  readonly from?: Mailbox | null;
  readonly to?: readonly Mailbox[];
  readonly subject?: string;
  readonly messageId?: string | null;
  readonly date?: string | null;
  readonly text?: string;
  /** Lines of the text that no filter in front of us has seen, as `from-to place`. */
  readonly found?: readonly string[];
  /** Kinds of guesses, in their order. */
  readonly guesses?: readonly string[];
  /** What stands in the new lines, where some are not. */
  readonly newText?: string;
  readonly contains?: readonly string[];
  readonly lacks?: readonly string[];
  readonly attachments?: readonly WantedAttachment[];
  /** The ticket must say that it does not show the whole mail; else it must not. */
  readonly fault?: true;
}

const KEYS = new Set(
  'why from to subject messageId date text found guesses newText contains lacks attachments fault'.split(
    ' ',
  ),
);

const trimmed = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

function newText({ text, newLines }: ParsedMessage): string {
  const lines = text.split('\n');
  return newLines.flatMap(({ from, to }) => lines.slice(from - 1, to)).join('\n');
}

describe.each(names)('%s', (name) => {
  const wanted: Wanted = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
  const reading = readFile(join(FOLDER, `${name}.eml`));

  test(wanted.why, async () => {
    expect(Object.keys(wanted).filter((key) => !KEYS.has(key))).toEqual([]);
    const { message, files } = await reading;
    for (const key of ['from', 'to', 'subject', 'messageId', 'date'] as const) {
      if (key in wanted) expect(message[key], key).toEqual(wanted[key]);
    }
    if (wanted.text !== undefined) expect(trimmed(message.text)).toBe(trimmed(wanted.text));
    expect(message.foundLines.map(({ from, to, foundIn }) => `${from}-${to} ${foundIn}`)).toEqual(
      wanted.found ?? [],
    );
    const guesses = [...new Set(message.guesses.map(({ check }) => check))];
    if (wanted.guesses !== undefined) expect(guesses).toEqual(wanted.guesses);
    if (wanted.newText !== undefined) expect(newText(message)).toBe(wanted.newText);
    for (const part of wanted.contains ?? []) expect(message.text).toContain(part);
    for (const part of wanted.lacks ?? []) expect(message.text).not.toContain(part);
    if (wanted.attachments !== undefined) {
      const found = message.attachments.map(
        ({ filename, contentType, size, contentId, isInline, foundIn, isUnpacked, sha256 }, n) => ({
          filename,
          contentType,
          size,
          ...(contentId !== undefined && { contentId }),
          ...(isInline && { inline: true }),
          ...(foundIn !== undefined && { foundIn }),
          ...(isUnpacked && { isUnpacked }),
          ...(wanted.attachments?.[n]?.sha256 !== undefined && { sha256 }),
        }),
      );
      expect(found).toEqual(wanted.attachments);
    }
    expect(message.faults.length > 0).toBe(wanted.fault === true);
    files.forEach((octets, n) => {
      const digest = createHash('sha256').update(octets).digest('hex');
      expect(message.attachments[n]?.sha256).toBe(digest);
    });
  });
});
