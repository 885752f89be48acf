/**
 * What must go out and has not gone, for many hosts: rows of the list `outbox`, and beside each how it
 * stands (standing.ts).
 *
 * A hand-over has a lease (claims.ts). One whose lease has run out without a word is found lost here,
 * and nobody knows whether it has gone: what a person wrote goes once more, with the same Message-ID.
 * So a mail goes twice at most, and only if its host died between the answer of the MTA and our note.
 */

import { claimedOf, handOverBySmtp } from '../../journal/hand-over.ts';
import type {
  ClaimFilter,
  HandOver,
  Mta,
  UnsentAbout,
  UnsentMail,
  Withheld,
} from '../../journal/outbox.ts';
import { untilPatienceEnds } from '../../journal/patience.ts';
import { type OwnAttempt, submitted } from '../../journal/submitting.ts';
import { type Database, literal } from '../../postgres/client.ts';
import { close } from '../disk/disk.ts';
import { piecesOf } from '../disk/read-pieces.ts';
import { beginClaim, type Claim, type Leasing, withoutSecretOf } from './claims.ts';
import { committed } from './durably.ts';
import { byProgram, type ReadyMail, readyMail, type Sending } from './sending.ts';
import {
  claimable,
  ENDED,
  type Fates,
  fatesIn,
  json,
  textIn,
  UNKNOWN,
  UNSENT,
  unsentAbout,
  unsentIn,
} from './standing.ts';

const LEASE_SECONDS = 60;

export interface OutboxOptions extends Omit<Leasing, 'leaseSeconds'>, Omit<Sending, 'secretText'> {
  /** How long a hand-over is taken for alive after the last sign of it. */
  readonly leaseSeconds?: number;
}

export class DatabaseOutbox {
  readonly #leasing: Leasing;
  readonly #sending: Sending;
  /** Whose end was noted with their hand-over, until that is asked for again (`markSent`). */
  readonly #knownSent = new Set<string>();

  constructor({ leaseSeconds = LEASE_SECONDS, ...options }: OutboxOptions) {
    this.#leasing = { ...options, leaseSeconds };
    this.#sending = { ...options, secretText: (id) => this.#secretText(id) };
  }

  /** As each of them stands right now, oldest first. */
  async unsent(database: Database, about?: UnsentAbout): Promise<readonly UnsentMail[]> {
    const question = about === undefined ? UNSENT : unsentAbout(about, this.#leasing.now());
    return unsentIn(await database.query(question));
  }

  /** Of which no hand-over has begun. Nothing is written: who begins one has it. */
  async claim(
    database: Database,
    wanted: ClaimFilter,
    limit: number,
  ): Promise<readonly UnsentMail[]> {
    const now = this.#leasing.now();
    const found = unsentIn(await database.query(claimable(wanted, limit, now)));
    return claimedOf(found, wanted, limit, now);
  }

  /** What has become of mails since the last commit. */
  async fates(database: Database): Promise<Fates> {
    return fatesIn(await database.query(ENDED));
  }

  async handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver> {
    const ready = await readyMail(mail, this.#sending);
    if (typeof ready === 'string') return { end: 'impossible', error: ready };
    const begin = () => beginClaim(mail, ready.sum, this.#leasing);
    if (typeof mta === 'function') {
      const beginOwn = async () => this.#ownOf(mail, await begin(), ready);
      const going = submitted(mail, ready.size, mta, beginOwn).finally(() => close(ready.fd));
      return untilPatienceEnds(going, patienceMs);
    }
    try {
      const claim = await begin();
      if (claim === null) return { end: 'under way' };
      const how = await byProgram(mta, ready, this.#sending.directory, patienceMs, claim);
      return this.#noted(mail, claim, how);
    } finally {
      close(ready.fd);
    }
  }

  #ownOf(mail: UnsentMail, claim: Claim | null, { fd }: ReadyMail): OwnAttempt | null {
    if (claim === null) return null;
    return {
      octets: () => whileHeld(claim, piecesOf(fd)),
      end: async (how) => this.#noted(mail, claim, await claim.end(handOverBySmtp(how))),
    };
  }

  #noted({ id }: UnsentMail, claim: Claim, how: HandOver): HandOver {
    if (how.end === 'taken' && claim.isNoted) this.#knownSent.add(id);
    return how;
  }

  /** By a claim as of a hand-over: found lost if this process dies, and nothing has taken it back. */
  async withhold(mail: UnsentMail): Promise<Withheld | null> {
    const claim = await beginClaim(mail, null, this.#leasing);
    if (claim === null) return null;
    return { mail, holds: () => claim.holds(), letGo: () => claim.drop() };
  }

  /** Unless this process has noted it: nobody begins it again. */
  async markSent({ id }: Pick<UnsentMail, 'id'>): Promise<void> {
    if (this.#knownSent.delete(id)) return;
    const sent = json('sent');
    await this.#note(
      id,
      `INSERT INTO mailrobot.standing AS s (mail, ended) SELECT key, ${sent} FROM mail
        ON CONFLICT (mail) DO UPDATE SET ended = ${sent}`,
    );
  }

  /** Also of one that could not be begun. `lastTried` and `lastError` of the mail say how it was. */
  async noteFailure(mail: UnsentMail, isForGood: boolean): Promise<void> {
    const tried = mail.lastTried === null ? 'NULL' : literal(mail.lastTried);
    const error = mail.lastError === null ? 'NULL' : json(mail.lastError);
    const ended = isForGood ? json('failed') : 'NULL';
    await this.#note(
      mail.id,
      `INSERT INTO mailrobot.standing AS s (mail, tried, error, ended)
        SELECT key, ${tried}, ${error}, ${ended} FROM mail
        ON CONFLICT (mail) DO UPDATE
          SET (tried, error) = (excluded.tried, excluded.error),
            ended = CASE WHEN s.holder IS NULL THEN excluded.ended END
          WHERE s.ended IS NULL`,
    );
  }

  async isUnderWay({ id }: Pick<UnsentMail, 'id'>): Promise<boolean> {
    const [found] = await this.#leasing.connections.with((database) =>
      database.query({
        text: `SELECT 1 AS found FROM mailrobot.standing
          WHERE mail = $1 AND ended IS NULL AND until > clock_timestamp()`,
        values: [id],
      }),
    );
    return found !== undefined;
  }

  /** Whoever held such a lease has died, or was stopped for longer than that. */
  async findLost(limit: number): Promise<boolean> {
    const { connections } = this.#leasing;
    const isLost = 'ended IS NULL AND until < clock_timestamp()';
    await committed(
      connections,
      'local',
      `UPDATE mailrobot.standing SET ended = ${UNKNOWN} WHERE ${isLost} AND mail IN (
        SELECT mail FROM mailrobot.standing WHERE ${isLost}
          ORDER BY until LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
    );
    const { fates, rejected } = await connections.with((database) => this.fates(database));
    return [...fates, ...rejected].some(({ type }) => type !== 'reply.sent');
  }

  async #secretText(id: string): Promise<string | null> {
    const [row] = await this.#leasing.connections.with((database) =>
      database.query({ text: 'SELECT text FROM mailrobot.secrets WHERE mail = $1', values: [id] }),
    );
    return textIn(row?.['text']);
  }

  /** The row is looked at first, as by a commit. `change`: of `mail`, if the journal waits for it. */
  async #note(id: string, change: string): Promise<void> {
    const mail = literal(id);
    await committed(
      this.#leasing.connections,
      'on',
      `WITH mail AS MATERIALIZED (SELECT key FROM mailrobot.waiting_mail(${mail}) AS key)
        ${change};
      ${withoutSecretOf(mail)}`,
    );
  }
}

/** The final dot follows: it must not if somebody else may have begun meanwhile. */
async function* whileHeld(claim: Claim, octets: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* octets;
  if (!(await claim.holds())) throw new Error('its claim was lost');
}
