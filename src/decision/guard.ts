/**
 * Is this mail from a person? Every check of checks.ts is asked, but
 * for those that the trusted source it came through makes worthless.
 *
 * One mark of a machine that speaks to machines is enough; else what each of the others says
 * counts. What each of them said is kept for whoever asks why. Evidence is a stranger's text: cut,
 * and never obeyed. Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import { CHECKS, type GuardInput, type Says } from './checks.ts';

export interface Judgement {
  /** Names of the checks that were asked, in order. */
  readonly asked: readonly string[];
  /** What spoke against the mail, in the same order. */
  readonly spoke: readonly Verdict[];
  /** What of it only machines say to machines. */
  readonly machines: readonly Verdict[];
  /** What all of it says together; null if nothing spoke. */
  readonly says: Says | null;
  /** Nothing spoke but what relays put on whatever they pass on. */
  readonly isOfRelays: boolean;
  /** Nothing spoke but its subject. */
  readonly isOfSubject: boolean;
}

const EVIDENCE_LIMIT = 200;

export function guard(input: GuardInput): Judgement {
  const { source } = input;
  const asked = CHECKS.filter(({ notThrough }) => source === null || !notThrough?.includes(source));
  const names = input.fields.map(({ name }) => name).join(' ');
  const spoke = asked.flatMap((check) => {
    const mayFind = check.of?.some((piece) => names.includes(piece)) ?? true;
    const evidence = mayFind ? check.test(input) : null;
    return evidence === null ? [] : [{ check, evidence: evidence.slice(0, EVIDENCE_LIMIT) }];
  });
  const verdictOf = ({ check: { name }, evidence }: (typeof spoke)[number]): Verdict => ({
    check: name,
    evidence,
  });
  const isMadeSure = spoke.some(({ check }) => check.makesSure === true);
  const isMachine = ({ check }: (typeof spoke)[number]) =>
    check.says === 'machine' || (check.isOfSubject === true && isMadeSure);
  const machines = spoke.filter(isMachine).map(verdictOf);
  return {
    asked: [...new Set(asked.map(({ name }) => name))],
    spoke: spoke
      .filter((one, at) => spoke.findIndex(({ check }) => check.name === one.check.name) === at)
      .map(verdictOf),
    machines,
    says:
      machines.length > 0
        ? 'machine'
        : (WEAKER.find((says) => spoke.some(({ check }) => check.says === says)) ?? null),
    isOfRelays: spoke.every(({ check }) => check.isOfRelays === true),
    isOfSubject: spoke.every(({ check }) => check.isOfSubject === true),
  };
}

const WEAKER = ['bulk', 'maybe'] as const;
