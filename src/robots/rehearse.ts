/** What would become of a run, on what the store says now: nothing is committed. */
import type { RobotConfig } from '../config/robots.ts';
import type { Questions } from '../journal/facts.ts';
import type { WrittenDrafts } from '../letters/written-draft.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import { carriedOut } from './carry-out.ts';
import type { Became } from './end.ts';
import type { FinishContext } from './finish.ts';
import { lastLines, type RanMail } from './held-run.ts';
import { makePlan } from './make-plan.ts';
import { wantedOf } from './wanted.ts';

export interface Rehearsed {
  /** In a word, and why if it is not carried out. */
  readonly end: string;
  readonly written: WrittenDrafts;
  readonly silence: Verdict | null;
}

export async function rehearse(
  run: RobotRun,
  became: Became,
  robot: RobotConfig,
  mail: RanMail,
  context: FinishContext,
): Promise<Rehearsed> {
  const wanted = await wantedOf(became, robot, run, context);
  const nothing = { written: { changes: [], mails: [] }, silence: null };
  if (wanted.type === 'again') return { end: `run again: ${wanted.why}`, ...nothing };
  if (wanted.type === 'held') {
    return { end: `held: ${[wanted.why, ...lastLines(wanted.said)].join('\n')}`, ...nothing };
  }
  const { store } = context;
  const facts = (asked: Questions) => store.facts(asked);
  if (wanted.type === 'planned') {
    const plan = await makePlan(run, wanted, robot, mail, { facts }, context);
    if ('refused' in plan) return { end: `held: ${plan.refused}`, ...nothing };
    return { end: 'planned', written: plan.written, silence: null };
  }
  const done = await carriedOut(run, wanted, robot, mail, { facts }, context);
  if ('refused' in done) return { end: `held: ${done.refused}`, ...nothing };
  const { batch, silence, secretTexts } = done;
  const { changes, mails } = batch.written;
  // Nobody keeps them.
  const whole = mails.map((one, n) => {
    const text = secretTexts.get(n);
    return text === undefined ? one : { ...one, letter: { ...one.letter, text } };
  });
  return { end: wanted.type, written: { changes, mails: whole }, silence };
}
