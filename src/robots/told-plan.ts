/**
 * What its sender is told of a plan, with the number that confirms it: encrypted to the key that
 * has signed the request, as a reply is (sealed-reply.ts). So only whoever has that key reads the
 * number.
 *
 * Nothing is encrypted under the lock of the store, so the number is made before: the commit looks
 * whether it still is the one.
 */
import { minuteOf, planNumber } from '../addresses/plan-address.ts';
import type { Config } from '../config/config.ts';
import { keyringOf } from '../config/robots.ts';
import { CONFIRMING } from '../decision/for-plan.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { Store } from '../journal/store.ts';
import { seal } from '../pgp/sealed.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import { planText } from './plan-words.ts';

export interface ToldPlan {
  readonly minute: number;
  readonly number: number;
  readonly text: string;
  /** What goes out of it. */
  readonly sealed?: string;
  /** Why it does not. */
  readonly against?: Verdict;
}

export async function toldPlan(
  run: RobotRun,
  sentences: readonly string[] | string,
  {
    config,
    store,
    now,
  }: {
    readonly config: Pick<Config, 'file' | 'domain'>;
    readonly store: Pick<Store, 'facts'>;
    readonly now: () => Date;
  },
): Promise<ToldPlan> {
  const { robot, signed, answerFrom, answerTo } = run;
  const minute = minuteOf(now());
  const { keys } = await store.facts(NO_QUESTIONS);
  const number = planNumber(keys, { run: run.run, address: answerTo?.address ?? '', minute });
  const word = { word: CONFIRMING, number };
  const text = planText({ robot: `${answerFrom}@${config.domain}`, sentences, ...word });
  const told = { minute, number, text };
  if (signed === undefined) return told;
  const { fingerprint } = signed;
  const sealed = await seal(text, { keyring: keyringOf(robot, config), fingerprint });
  switch (sealed.type) {
    case 'plain':
      return told;
    case 'sealed':
      return { ...told, sealed: sealed.armor };
    case 'failed':
      return { ...told, against: { check: 'not-encrypted', evidence: sealed.why } };
  }
}
