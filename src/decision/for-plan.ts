/**
 * A mail to the one-time address of a robot's plan: whether it confirms that.
 *
 * It does if it is from whoever was told, by no check automatic, and its own first line is the word
 * and the number that stand in the plan's mail, and nothing else. A wrong number counts; anything
 * else confirms nothing and uses nothing up: a person looks at it. Pure.
 */
import { isPlanAddressOf, planNumber } from '../addresses/plan-address.ts';
import type { AddressOfPlan } from '../addresses/signed-address.ts';
import { type Config, queueOf } from '../config/config.ts';
import { type Facts, failedIn } from '../journal/facts.ts';
import { commandingText, type ParsedMessage } from '../reading/message.ts';
import { marked, type Verdict } from '../ticket/decision.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { isLapsed } from '../ticket/lapsed-plan.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { DecidedMail } from './decide.ts';
import type { Intent } from './intent.ts';

export interface ToPlan {
  readonly address: AddressOfPlan;
  /** null if there is none by that number, or no more. */
  readonly plan: RobotPlan | null;
  readonly message: ParsedMessage;
  readonly now: Date;
}

export const CONFIRMING = 'confirm';

const NOT_THEIRS: Verdict = {
  check: 'not-asked',
  evidence:
    'it came to the address of a plan, and is not from whoever was told of it, or that address is not valid',
};

export function forPlan(
  decided: DecidedMail,
  given: ToPlan,
  config: Config,
  facts: Facts,
): DecidedMail {
  const { intent, decision } = decided;
  const isSpam = intent.type === 'hold' && intent.verdict.check !== NOT_THEIRS.check;
  if (intent.type === 'record' || isSpam) return decided;
  const became = intentOf(decided, given, config, facts);
  return {
    ...{ ...decided, intent: became },
    decision: { ...decision, route: '', by: 'address', intent: became.type },
  };
}

function intentOf(
  { decision, from, forged, mark, trusted }: DecidedMail,
  { address, plan, message, now }: ToPlan,
  config: Config,
  facts: Facts,
): Intent {
  const queue = queueOf(plan?.queue ?? null, config);
  const hold = (verdict: Verdict): Intent => ({ type: 'hold', queue, ticket: null, verdict });
  const { keys } = facts;
  const author = from?.address ?? '';
  if (!isPlanAddressOf(keys, address, author)) return hold(NOT_THEIRS);
  if (forged !== null) return hold(forged);
  const blocked = trusted.staff === null ? blockedVerdict(failedIn(facts, author)) : null;
  if (blocked !== null) return { type: 'record', verdict: blocked };
  const [spoke = mark] = decision.spoke;
  if (spoke !== null) return hold(marked(spoke));
  const number = numberIn(message);
  const { run, minute } = address;
  if (number === null) {
    const evidence = `its first line is not the word and the number of the plan for mail ${run}`;
    return hold({ check: 'not-confirmed', evidence });
  }
  const about = { type: 'plan', queue, run, to: author } as const;
  if (plan === null || plan.confirmed !== null || isLapsed(plan, now)) {
    return { ...about, says: 'nothing', plan: null };
  }
  const isRight = number === planNumber(keys, { run, minute, address: author });
  return { ...about, says: isRight ? 'confirmed' : 'wrong', plan };
}

const WORD_AND_NUMBER = new RegExp(`^${CONFIRMING} ([0-9]{4})$`, 'i');

/** Of the very first line that its author wrote. */
function numberIn(message: ParsedMessage): number | null {
  const [first = ''] = commandingText(message).trimStart().split('\n', 1);
  const number = WORD_AND_NUMBER.exec(first.trim())?.[1];
  return number === undefined ? null : Number(number);
}
