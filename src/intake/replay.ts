/**
 * A mail that was decided before, decided again by today's rules: `replay`.
 *
 * The envelope is the one that was written down with it, since the mail itself no
 * longer has it; of a mail that is not known, its header's. Changes nothing, and
 * sends nothing. A reference to a ticket that came later than the mail is followed
 * now, and was not then.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import { type RobotConfig, robotsOf } from '../config/robots.ts';
import { envelopeOf, readEnvelope } from '../decision/envelope.ts';
import { questionsOf } from '../decision/questions.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import { headerOf, messageIds } from '../reading/header.ts';
import { readStored } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { Decision } from '../ticket/decision.ts';
import { arrived, decidedMail } from './decided.ts';

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

/** `recorded`: its commit, if the caller knows which it is. */
export async function replay(
  raw: Buffer,
  recorded: RecordedMail | null,
  { config, store, reader, now }: ReplayContext,
): Promise<Replayed> {
  const message = await readStored(() => [raw], config.limits.reading, reader);
  const { fields } = message;
  const [id] = messageIds(fields, 'message-id');
  const then =
    recorded ?? (id === undefined ? null : ((await store.mailsNamed(id)).at(-1) ?? null));
  const decided = then?.decision ?? null;
  const envelope = decided === null ? readEnvelope(null, headerOf(raw), {}) : envelopeOf(decided);
  const verb = decided?.verb ?? 'any';
  const defaultQueue = prefixesOf(config).find((prefix) => prefix === decided?.route) ?? null;
  const known = { envelope, message, verb, defaultQueue, size: raw.length };
  const mail = await arrived(known, config);
  const facts = await store.facts(questionsOf(mail, config));
  const robot = verb === 'run' ? robotOf(then, config) : null;
  const today = (await decidedMail(mail, facts, { config, robot: robot ?? undefined, now }))
    .decision;
  // Nobody knows which robot its alias named.
  const isWithout = verb === 'run' && robot === null;
  if (decided !== null && isWithout) return { was: decided, is: decided, differs: [] };
  const isByRule = decided !== null && decided.by !== 'release';
  return {
    was: decided,
    is: today,
    differs: !isByRule ? [] : DIFFERENCES.filter((name) => isOther(decided, today, name)),
  };
}

/** That had it, if today's rules can say anything of that. */
function robotOf(mail: RecordedMail | null, config: Config): RobotConfig | null {
  const queued = mail?.changes.find((change) => change.type === 'robot.queued');
  const found = robotsOf(config).robots.find(({ name }) => name === queued?.robot);
  return found === undefined || found.proof !== undefined ? null : found;
}

const DIFFERENCES = ['intent', 'trust', 'checks', 'rules'] as const;

/** What a rule decides; where it went (`route`) also depends on what has come since. */
function isOther(a: Decision, b: Decision, name: (typeof DIFFERENCES)[number]): boolean {
  if (name === 'rules') return saidIn(a) !== saidIn(b);
  if (name !== 'checks') return a[name] !== b[name];
  const spoken = ({ spoke }: Decision) => spoke.map(({ check }) => check).join(' ');
  return spoken(a) !== spoken(b);
}

/** Which of them spoke, and what each does. */
function saidIn({ rules = [] }: Decision): string {
  return rules.map(({ rule, did }) => `${rule}: ${did}`).join('\n');
}
