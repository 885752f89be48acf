/**
 * Every rule of a list asked of a mail, whether those above it have ended the matter or not. Pure.
 */
import type { RuleConfig } from '../config/rules.ts';
import type { AskedMail } from './asked-mail.ts';
import { fitting } from './conditions.ts';
import { evidenceOf } from './match.ts';

export interface OfRule {
  readonly rule: string;
  /** What speaks for it, or null if it does not fit. */
  readonly evidence: string | null;
  /** It fits, and no rule above it was enough. */
  readonly counts: boolean;
  readonly captures: Readonly<Record<string, string>>;
}

export function asked(
  rules: readonly RuleConfig[],
  mail: AskedMail,
  domain: string,
): readonly OfRule[] {
  let isOver = false;
  return rules.map((rule) => {
    const fits = fitting(rule.if, mail, domain);
    const counts = fits !== null && !isOver;
    isOver ||= counts && !rule.goOn;
    return {
      rule: rule.name,
      evidence: fits === null ? null : evidenceOf(fits),
      counts,
      captures: Object.fromEntries((fits?.captures ?? []).map(({ name, value }) => [name, value])),
    };
  });
}
