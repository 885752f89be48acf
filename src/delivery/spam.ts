/**
 * What a filter in front of us has said (SpamAssassin, rspamd), as the config
 * names its fields: `spam: [{"header": "X-Spam-Flag", "pattern": "^yes"}]`.
 *
 * Believed only where our own MTA set it: above the first Received that is not
 * ours a sender cannot write, so only fields above the second Received count;
 * postfix/README.md says how to strip what comes from outside. Pure.
 */
import type { HeaderField } from '../message/header.ts';
import type { Verdict } from '../ticket/decision.ts';

export interface SpamRule {
  readonly header: string;
  readonly pattern: string;
}

export function spamVerdict(
  fields: readonly HeaderField[],
  rules: readonly SpamRule[],
): Verdict | null {
  const received = fields.flatMap(({ name }, at) => (name === 'received' ? [at] : []));
  const ours = fields.slice(0, received[1] ?? fields.length);
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
