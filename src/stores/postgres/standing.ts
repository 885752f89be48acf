/**
 * How the mails that must go out stand, as `mailrobot.standing` has it: what is asked, and what the
 * answer means. Pure.
 */
import { rejectedFates, unknownFate } from '../../journal/hand-over.ts';
import type { UnsentMail } from '../../journal/outbox.ts';
import { type DatabaseRow, literal, type Statement } from '../../postgres/client.ts';
import { type Change, goesAgain, isFate } from '../../ticket/change.ts';
import { type Sum, sentSum } from '../../ticket/mail.ts';
import type { Rejected } from '../../ticket/submitted.ts';
import { rowIn } from './rows.ts';
import { mustBeKnown } from './version.ts';

/** What is known for good. Nobody knows: `unknown`. */
export type Ended = 'sent' | 'failed' | 'unknown' | Rejected;

/** As it stands in a statement. */
export const UNKNOWN = json('unknown');

export const UNSENT: Statement = {
  text: `SELECT h.version, r.row, s.holder IS NOT NULL AS begun, s.refusals, s.tried, s.error
    FROM mailrobot.head h LEFT JOIN (mailrobot.rows r LEFT JOIN mailrobot.standing s ON s.mail = r.key)
      ON r.list = 'outbox' AND (s.ended IS NULL OR s.ended = ${UNKNOWN})`,
};

/** Oldest first. */
export function unsentIn(rows: readonly DatabaseRow[]): readonly UnsentMail[] {
  return inOrder(
    knownRows(rows).map(({ row, begun, refusals, tried, error }) => ({
      ...mailIn(row),
      isBegun: begun === true,
      refusals: Number(refusals ?? 0),
      lastTried: typeof tried === 'string' ? tried : null,
      lastError: textIn(error),
    })),
  );
}

/** Mails of which the journal does not know yet how they ended. */
export const ENDED: Statement = {
  text: `SELECT h.version, r.row, s.ended, s.sum, s.error
    FROM mailrobot.head h LEFT JOIN (mailrobot.standing s
        JOIN mailrobot.rows r ON r.list = 'outbox' AND r.key = s.mail)
      ON s.ended IS NOT NULL`,
};

/** As changes for the next commit. */
export interface Fates {
  /** But of those that were rejected. */
  readonly fates: readonly Change[];
  /** Of mails that the MTA has rejected for good. */
  readonly rejected: readonly Change[];
}

export function fatesIn(rows: readonly DatabaseRow[]): Fates {
  const mails = inOrder(
    knownRows(rows).map(({ row, ended, sum, error }) => ({
      ...{ ...mailIn(row), lastError: textIn(error) },
      // Written by this program.
      ended: parsed(ended) as Ended,
      sum: parsed(sum) as Sum | null,
    })),
  );
  return {
    fates: mails.flatMap((mail): readonly Change[] => {
      const { ended, sum, ticket, serial, id, lastError } = mail;
      const about = { ticket, serial, mail: id };
      if (ended === 'unknown') return [unknownFate(mail)];
      if (ended === 'sent') return [{ type: 'reply.sent', ...about, ...(sum && sentSum(sum)) }];
      if (ended === 'failed') return [{ type: 'reply.failed', ...about, reason: lastError ?? '' }];
      return [];
    }),
    rejected: mails.flatMap((mail) =>
      typeof mail.ended === 'string' ? [] : rejectedFates(mail, mail.ended),
    ),
  };
}

/** What a commit says of mails, as `mailrobot.append` takes it. */
export interface LettersOf {
  /** Nobody knows, and they go once more; if somebody has noted meanwhile that one has gone, that stays. */
  readonly again: readonly string[];
  readonly gone: readonly string[];
  /** JSON, of those that it keeps without. */
  readonly secrets: readonly { readonly mail: string; readonly text: string }[];
}

export function lettersOf(
  changes: readonly Change[],
  secretTexts: ReadonlyMap<string, string>,
): LettersOf {
  const fates = changes.filter(isFate);
  return {
    again: fates.filter(goesAgain).map(({ mail }) => mail),
    gone: fates.filter((fate) => !goesAgain(fate)).map(({ mail }) => mail),
    secrets: [...secretTexts].map(([mail, text]) => ({ mail, text: JSON.stringify(text) })),
  };
}

/** The version of the schema comes with each, and alone if there is none. */
function knownRows(rows: readonly DatabaseRow[]): readonly DatabaseRow[] {
  for (const { version } of rows.slice(0, 1)) mustBeKnown(version);
  return rows.filter(({ row }) => row !== null);
}

export function json(value: unknown): string {
  return literal(JSON.stringify(value));
}

export function textIn(value: unknown): string | null {
  const text = parsed(value);
  return typeof text === 'string' ? text : null;
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null;
}

function mailIn(row: unknown): UnsentMail {
  return rowIn('outbox', String(row));
}

function inOrder<Mail extends UnsentMail>(mails: readonly Mail[]): readonly Mail[] {
  const place = ({ id }: Mail) => Number(id.slice(id.indexOf('.') + 1));
  return mails.toSorted((a, b) => a.seq - b.seq || place(a) - place(b));
}
