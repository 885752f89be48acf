/**
 * What a filter in front of us has said (SpamAssassin, rspamd), as the config
 * names its fields: `spam: [{"header": "X-Spam-Flag", "pattern": "^yes"}]`.
 *
 * Believed only in the fields that our own MTA and its filters have written (border.ts), like
 * Authentication-Results: what a sender marks so is no mark. Pure.
 */
import type { HeaderField } from '../reading/header.ts';
import type { Verdict } from '../ticket/decision.ts';

export interface SpamRule {
  readonly header: string;
  readonly pattern: string;
}

export function spamVerdict(
  ours: readonly HeaderField[],
  rules: readonly SpamRule[],
): Verdict | null {
  for (const { header, pattern } of rules) {
    const field = ours.find(
      ({ name, value }) =>
        name === header.toLowerCase() && new RegExp(pattern, 'i').test(value.slice(0, 1000)),
    );
    if (field !== undefined) {
      return { check: 'spam', evidence: `${field.name}: ${field.value}`.slice(0, 200) };
    }
  }
  return null;
}
