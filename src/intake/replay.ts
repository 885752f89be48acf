/**
 * A mail that was decided before, decided again by today's rules: `replay`.
 *
 * The envelope is the one that was written down with it, since the mail itself no
 * longer has it; of a mail that is not known, its header's. Changes nothing, and
 * sends nothing. A reference to a ticket that came later than the mail is followed
 * now, and was not then.
 */
import type { Config } from '../config/config.ts';
import { decide } from '../decision/decide.ts';
import { envelopeOf, readEnvelope } from '../decision/envelope.ts';
import { questionsOf } from '../decision/questions.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import { headerOf, messageIds } from '../reading/header.ts';
import { readStored } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { Decision } from '../ticket/decision.ts';

export interface Replayed {
  /** What was decided when it came; null for a mail that the store does not know. */
  readonly was: Decision | null;
  readonly is: Decision;
  /** Names of what differs, of DIFFERENCES. */
  readonly differs: readonly string[];
}

export interface ReplayContext {
  readonly config: Config;
  readonly store: Store;
  readonly reader: ReaderProgram;
  readonly now: () => Date;
}

/** `known`: its commit, if the caller knows which it is. */
export async function replay(
  raw: Buffer,
  known: RecordedMail | null,
  { config, store, reader, now }: ReplayContext,
): Promise<Replayed> {
  const message = await readStored(() => [raw], config.limits.reading, reader);
  const { fields } = message;
  const [id] = messageIds(fields, 'message-id');
  const then = known ?? (id === undefined ? null : ((await store.mailsNamed(id)).at(-1) ?? null));
  const decided = then?.decision ?? null;
  const envelope = decided === null ? readEnvelope(null, headerOf(raw), {}) : envelopeOf(decided);
  const verb = decided?.verb ?? 'any';
  const mail = { envelope, message, verb, defaultQueue: null };
  const facts = await store.facts(questionsOf(mail, config));
  const today = decide({ ...mail, now: now() }, config, facts).decision;
  const isByRule = decided !== null && decided.by !== 'release';
  return {
    was: decided,
    is: today,
    differs: !isByRule ? [] : DIFFERENCES.filter((name) => isOther(decided, today, name)),
  };
}

const DIFFERENCES = ['intent', 'trust', 'checks'] as const;

/** What a rule decides; where it went (`route`) also depends on what has come since. */
function isOther(a: Decision, b: Decision, name: (typeof DIFFERENCES)[number]): boolean {
  if (name !== 'checks') return a[name] !== b[name];
  const spoken = ({ spoke }: Decision) => spoke.map(({ check }) => check).join(' ');
  return spoken(a) !== spoken(b);
}
