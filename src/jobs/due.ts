/**
 * Does what is due: found by the store at a cost that does not grow with the tickets,
 * decided on each as it is under the lock, committed with the mail that goes out because
 * of it.
 *
 * `answerHours` of a queue that has hours are working time. Who may be due by them is asked by
 * plain time first; then by the instant since which so much working time has passed, so that nobody
 * is looked at who is not due.
 *
 * Whoever runs anyway does a little of it and begins at another ticket each time, so that
 * what a cap keeps back hides nothing else. Throws what the store throws.
 */

import { type Config, queueOf } from '../config/config.ts';
import { cappedBy, countedSince } from '../decision/caps.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { isForAll } from '../desk/concerned.ts';
import {
  DUE,
  type Due,
  doWhatIsDue,
  dueOf,
  patience,
  type Waited,
  type WorkingBetween,
  waitedOf,
} from '../desk/due.ts';
import { notificationsOf } from '../desk/tell.ts';
import { type Facts, failedIn, NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import type { Asked, Span } from '../journal/ledger.ts';
import { toWake } from '../journal/lists/waiting.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { Answered } from '../ticket/answered.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import { mayBeAnswered, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Stage } from '../ticket/waiting.ts';
import { DueHours } from './due-hours.ts';

interface DueDesk {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

export interface DueContext extends DueDesk {
  readonly hours: DueHours;
}

/** For one run. */
export function dueContext(desk: DueDesk): DueContext {
  return { ...desk, hours: new DueHours(desk.config, desk.now) };
}

export interface Candidate {
  readonly id: TicketId;
  readonly due: Due;
}

/** What became of a ticket of which something was due. */
export interface DueResult extends Candidate {
  /** The customer was not written to, or cannot be by now: then it stays due. */
  readonly end: 'done' | 'silent' | 'kept back';
  readonly why: string;
  /** If it is overdue, and its queue has hours. */
  readonly waited?: Waited;
}

const STAGES = ['desk', 'customer', 'reminded'] as const;
/** What is told to the staff, and to nobody outside. */
const INSIDE: readonly Due[] = ['overdue', 'wake'];

/** By how long they wait: `limit` at most of each queue and kind, the longest waiting first. */
export async function candidates(
  context: DueContext,
  limit: number,
): Promise<readonly Candidate[]> {
  const { config, store, now } = context;
  const woken = await toWake(store, now(), limit);
  const found: Candidate[] = woken.map((id) => ({ id, due: 'wake' }));
  for (const { prefix, due: rules } of config.queues) {
    for (const stage of STAGES) {
      const due = DUE[stage];
      const after = patience(due, rules);
      if (after === null) continue;
      const time = now();
      const waits = { stage, prefix, span: { until: new Date(time.getTime() - after), now: time } };
      const span = due === 'overdue' ? await byHours(waits, after, context) : waits.span;
      const ids = span === null ? [] : await store.waitingSince(stage, prefix, span, limit);
      found.push(...ids.map((id) => ({ id, due })));
    }
  }
  return found;
}

interface Waits {
  readonly stage: Stage;
  readonly prefix: string;
  readonly span: Span;
}

/** null if nobody has waited for so long, whatever the hours. */
async function byHours(
  { stage, prefix, span }: Waits,
  after: number,
  { config, store, hours }: DueContext,
): Promise<Span | null> {
  if (queueOf(prefix, config).hours === undefined) return span;
  if ((await store.waitingSince(stage, prefix, span, 1)).length === 0) return null;
  const own = await hours.of(prefix);
  if (own === null) return span;
  return { ...span, until: new Date(own.time.since(span.now.getTime(), after)) };
}

/** Those that are due now, but for what is kept back: what keeps back is read once for all. */
export async function dueNow(
  wanted: readonly Candidate[],
  { config, store, now, hours }: DueContext,
): Promise<{ readonly due: readonly Candidate[]; readonly keptBack: readonly DueResult[] }> {
  const inTheWay = await inTheWayOf(wanted, store);
  const due: Candidate[] = [];
  const keptBack: DueResult[] = [];
  for (const candidate of wanted) {
    const ticket = await store.ticket(candidate.id);
    if (ticket === null) continue;
    const working = await workingIn(ticket, hours);
    if (dueIn(ticket, config, now(), working) !== candidate.due) continue;
    const why = whyNotYet(ticket, candidate.due, inTheWay);
    if (why === null) due.push(candidate);
    else keptBack.push({ ...candidate, end: 'kept back', why });
  }
  return { due, keptBack };
}

function dueIn(ticket: Ticket, config: Config, time: Date, working: WorkingBetween): Due | null {
  return dueOf(ticket, queueOf(ticket.queue, config).due, time, working);
}

async function workingIn({ queue, waiting }: Ticket, hours: DueHours): Promise<WorkingBetween> {
  if (waiting?.for !== 'desk') return null;
  const own = await hours.of(queue);
  return own === null ? null : (from, to) => own.time.between(from, to);
}

/** All of these that are still due. The mails are the caller's to send. */
export async function carryOutDue(
  wanted: readonly Candidate[],
  context: DueContext,
  patienceSeconds?: number,
): Promise<{ readonly all: readonly DueResult[]; readonly mails: readonly UnsentMail[] }> {
  return context.store.exclusive(async (transaction) => {
    const facts = await transaction.facts(questionsOf(wanted, context));
    const { store } = transaction;
    const { batch, all } = await decided(wanted, facts, { ...context, store });
    const { changes, mails } = batch.written;
    if (changes.length === 0) return { all, mails: [] };
    return { all, mails: await transaction.commit({ changes, outgoing: mails }) };
  }, patienceSeconds);
}

/** What `carryOutDue` would do of it now; nothing is done. */
export async function previewDue(
  wanted: readonly Candidate[],
  context: DueContext,
): Promise<readonly DueResult[]> {
  const facts = await context.store.facts(questionsOf(wanted, context));
  return (await decided(wanted, facts, context)).all;
}

function questionsOf(wanted: readonly Candidate[], { config, now }: DueContext): Questions {
  return {
    ...NO_QUESTIONS,
    tickets: wanted.map(({ id }) => id),
    people: 'on them',
    away: true,
    answeredSince: countedSince(config.caps, now()),
  };
}

async function decided(
  wanted: readonly Candidate[],
  facts: Facts,
  {
    config,
    store,
    now,
    hours,
  }: Pick<DueContext, 'config' | 'now' | 'hours'> & { readonly store: Asked },
): Promise<{ readonly batch: Batch; readonly all: readonly DueResult[] }> {
  const time = now();
  const batch = new Batch({ config, now: time, facts, files: filesIn(store) });
  const all: DueResult[] = [];
  const inTheWay = await inTheWayOf(wanted, store);
  const answered: Answered[] = [...facts.answered];
  for (const { id, due } of wanted) {
    const ticket = batch.ticket(id);
    if (ticket === null) continue;
    const working = await workingIn(ticket, hours);
    if (dueIn(ticket, config, time, working) !== due) continue;
    const reason = whyNotYet(ticket, due, inTheWay);
    if (reason !== null) {
      all.push({ id, due, end: 'kept back', why: reason });
      continue;
    }
    const people = toldOf(ticket, config.staff);
    const reminder = { at: time, ticket: id, kind: 'reminder' } as const;
    const waited = due === 'overdue' ? waitedOf(ticket, time, working) : null;
    const row = { id, due, ...(waited !== null && { waited }) };
    const result = doWhatIsDue(ticket, due, queueOf(ticket.queue, config).due, {
      ...{ assignee: people.assignee, waited },
      failing: (address) => unansweredVerdict(address, failedIn(facts, address)),
      capped: (address) => cappedBy(answered, { ...reminder, address }, config.caps),
    });
    if ('refused' in result) {
      all.push({ id, due, end: 'kept back', why: result.refused.evidence });
      continue;
    }
    await batch.add(result.changes, result.drafts);
    const after = (changed: TicketId) => batch.ticket(changed);
    const absence = absenceIn(facts, time);
    await batch.add([], notificationsOf(result.changes, after, { ...config, absence }));
    for (const { to } of result.drafts) answered.push({ ...reminder, address: to.address });
    if (INSIDE.includes(due) && people.isNobody) {
      all.push({ ...row, end: 'silent', why: 'nobody of the staff gets mail about it' });
      continue;
    }
    const why = result.changes.flatMap((change) =>
      change.type === 'ticket.reminded' ? (change.silence?.evidence ?? []) : [],
    );
    all.push({ ...row, end: why.length > 0 ? 'silent' : 'done', why: why.join() });
  }
  return { batch, all };
}

/** Tickets of which a mail is held, and of which one of ours has not gone out. */
interface InTheWay {
  readonly held: ReadonlySet<TicketId | null>;
  readonly unsent: ReadonlySet<TicketId | null>;
}

const NOTHING_IN_THE_WAY: InTheWay = { held: new Set(), unsent: new Set() };

async function inTheWayOf(
  wanted: readonly Candidate[],
  store: Pick<Asked, 'held' | 'unsent'>,
): Promise<InTheWay> {
  if (wanted.every(({ due }) => INSIDE.includes(due))) return NOTHING_IN_THE_WAY;
  const mayBeAWord = (await store.held()).filter(({ reason }) => reason.check !== 'spam');
  return {
    held: new Set(mayBeAWord.map(({ ticket }) => ticket)),
    unsent: new Set((await store.unsent()).map(({ ticket }) => ticket)),
  };
}

/** The customer may have written, or has not got what we wrote. */
function whyNotYet(ticket: Ticket, due: Due, { held, unsent }: InTheWay): string | null {
  if (INSIDE.includes(due)) return null;
  if (mayBeAnswered(ticket)) return MAY_BE_ANSWERED;
  const { id, merged } = ticket;
  const all = [id, ...merged];
  if (all.some((one) => held.has(one))) return 'a mail to it is held: mailrobot held list';
  return all.some((one) => unsent.has(one)) ? 'a mail of ours has not gone out yet' : null;
}

const MAY_BE_ANSWERED =
  "a mail from another address, or with a machine's mark, may be the customer's";

/** Who works on it and wants mail, if somebody does; else all who get mail of its queue. */
function toldOf(
  { queue, assignee }: Ticket,
  staff: Config['staff'],
): { readonly assignee: string | null; readonly isNobody: boolean } {
  const known = staff.find(({ name, notify }) => name === assignee && notify !== 'none');
  if (known !== undefined) return { assignee: known.name, isNobody: false };
  return { assignee: null, isNobody: !staff.some((person) => isForAll(person, queue)) };
}

/** Read of each kind by a run that does it by the way. */
const MAX_CANDIDATES = 10_000;
const MAX_LOOKED_AT = 20;
const MAX_DONE = 10;
const PATIENCE_SECONDS = 1;

/**
 * Does a little of what is due, in a run that has something else to do. Gives the mails that it has
 * to send.
 */
export async function doALittle(desk: DueDesk): Promise<readonly UnsentMail[]> {
  const context = dueContext(desk);
  const all = await candidates(context, MAX_CANDIDATES);
  // While sendmail takes nothing, nothing more is written.
  const isStuck =
    all.length > 0 &&
    (await context.store.unsent('tried')).some(({ lastError }) => lastError !== null);
  if (all.length === 0 || isStuck) return [];
  const { asOf } = await context.store.facts(NO_QUESTIONS);
  const from = (asOf + 1) % all.length;
  const looked = [...all.slice(from), ...all.slice(0, from)].slice(0, MAX_LOOKED_AT);
  const wanted = (await dueNow(looked, context)).due.slice(0, MAX_DONE);
  return wanted.length === 0 ? [] : (await carryOutDue(wanted, context, PATIENCE_SECONDS)).mails;
}
