/**
 * How the mails that must go out stand, as `mailrobot.standing` has it: what is asked, and what the
 * answer means. Pure.
 */
import { CLOCK_WAS_AHEAD_MS, rejectedFates, unknownFate } from '../../journal/hand-over.ts';
import type { ClaimFilter, UnsentAbout, UnsentMail } from '../../journal/outbox.ts';
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

/** All of them. */
export const UNSENT: Statement = {
  text: `SELECT h.version, r.row, s.holder IS NOT NULL AS begun, s.refusals, s.tried, s.error
    FROM mailrobot.head h LEFT JOIN (mailrobot.rows r LEFT JOIN mailrobot.standing s ON s.mail = r.key)
      ON r.list = 'outbox' AND (s.ended IS NULL OR s.ended = ${UNKNOWN})`,
};

/** Whether there is such a one. */
export function unsentAbout(about: UnsentAbout, now: Date): Statement {
  if (about === 'tried') return some('s.error IS NOT NULL', 1);
  if ('id' in about) return some('r.key = $1', 1, [about.id]);
  if ('ticket' in about) return some(`s.holder IS NULL AND strpos(r.row, '"ticket":null') > 0`, 1);
  return claimable(about, 1, now);
}

/** So many at most of which no hand-over has begun, longest untried first. */
export function claimable(wanted: ClaimFilter, limit: number, now: Date): Statement {
  const free = `s.holder IS NULL AND s.ended IS NULL AND ${mayGoBy(now)}`;
  if (wanted === 'all') return some(free, limit);
  if ('commit' in wanted) {
    return some(`${free} AND starts_with(r.key, $1)`, limit, [`${wanted.commit}.`]);
  }
  if ('ticket' in wanted) {
    return some(`${free} AND strpos(r.row, $1) > 0`, limit, [`"ticket":"${wanted.ticket}"`]);
  }
  // One that was tried at a time that is not yet has rested, too: a clock was ahead.
  const rested = `${free} AND (s.tried IS NULL OR s.tried COLLATE "C" < $1 OR s.tried COLLATE "C" > $2)`;
  return some(rested, limit, [wanted.restedSince.toISOString(), now.toISOString()]);
}

/** As `mayGo` says (hand-over.ts): else a row that may not go would take the place of another. */
function mayGoBy(now: Date): string {
  const notBefore = `coalesce(substring(r.row from '"notBefore":"([^"]*)"'), '')`;
  const [time, ahead] = [now, new Date(now.getTime() + CLOCK_WAS_AHEAD_MS)].map((one) =>
    literal(one.toISOString()),
  );
  const isPromised = `strpos(r.row, '"isPromised":true') > 0`;
  return `(${notBefore} COLLATE "C" <= ${time} OR (r.sort COLLATE "C" > ${ahead} AND NOT ${isPromised}))`;
}

function some(condition: string, limit: number, values: readonly string[] = []): Statement {
  return {
    text: `SELECT h.version, m.* FROM mailrobot.head h LEFT JOIN LATERAL (
      SELECT r.row, s.holder IS NOT NULL AS begun, s.refusals, s.tried, s.error
      FROM mailrobot.rows r LEFT JOIN mailrobot.standing s ON s.mail = r.key
      WHERE r.list = 'outbox'
        AND (s.ended IS NULL OR s.ended = ${UNKNOWN}) AND ${condition}
      ORDER BY coalesce(s.tried, r.sort) COLLATE "C"
      LIMIT ${Number.isFinite(limit) ? limit : 'ALL'}) AS m ON true`,
    values,
  };
}

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

/** In one commit. */
const ENDED_AT_ONCE = 500;

/** Mails of which the journal does not know yet how they ended: some of them. */
export const ENDED: Statement = {
  text: `SELECT h.version, e.*
    FROM mailrobot.head h LEFT JOIN LATERAL (SELECT r.row, s.ended, s.sum, s.error
      FROM mailrobot.standing s JOIN mailrobot.rows r ON r.list = 'outbox' AND r.key = s.mail
      WHERE s.ended IS NOT NULL LIMIT ${ENDED_AT_ONCE}) AS e ON true`,
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
