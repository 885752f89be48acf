/**
 * Is this mail from a person? Every check of checks.ts is asked, but
 * for those that the trusted source it came through makes worthless.
 *
 * The first that speaks gives the verdict; what each of them said is kept for
 * whoever asks why. Evidence is a stranger's text: cut, and never obeyed. Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import { CHECKS, type GuardInput } from './checks.ts';

export interface Judgement {
  /** Names of the checks that were asked, in order. */
  readonly asked: readonly string[];
  /** What spoke against the mail, in the same order. */
  readonly spoke: readonly Verdict[];
}

const EVIDENCE_LIMIT = 200;

export function guard(input: GuardInput): Judgement {
  const { source } = input;
  const asked = CHECKS.filter(({ notThrough }) => source === null || !notThrough?.includes(source));
  const spoke = asked.flatMap(({ name, test }) => {
    const evidence = test(input);
    return evidence === null ? [] : [{ check: name, evidence: evidence.slice(0, EVIDENCE_LIMIT) }];
  });
  return { asked: asked.map(({ name }) => name), spoke };
}
