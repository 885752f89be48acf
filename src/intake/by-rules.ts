/**
 * The rules of a queue (`match` in the config) on a mail that was decided: loaded for a desk that
 * has some, and for nobody else.
 *
 * They are asked of mail that opens a ticket in their queue. They change neither where it goes nor
 * who is believed to have written it; a robot that one of them names gets the mail only if the row
 * of the robot would let it in by an alias.
 */
import { capturesAmong } from '../addresses/address-pattern.ts';
import type { Config, QueueConfig } from '../config/config.ts';
import { robotNamed } from '../config/robots.ts';
import { addressesOfRules, type RuleConfig, rulesOf } from '../config/rules.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { forRobot } from '../decision/for-robot.ts';
import type { Arrived } from '../decision/questions.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { AskedMail } from '../rules/asked-mail.ts';
import { rulingOf, type Spoken, spokenOf, toldOf } from '../rules/match.ts';
import type { Verdict } from '../ticket/decision.ts';

/** An address with holes belongs to the queue whose rule asks for it. */
export function withQueueOfAddress<Mail extends Arrived>(mail: Mail, config: Config): Mail {
  const recipients = cameTo(mail.envelope.recipients, mail.message);
  const found = addressesOfRules(config).find(
    ({ address }) => capturesAmong(recipients, address, config.domain) !== null,
  );
  return found === undefined ? mail : { ...mail, defaultQueue: found.queue.prefix };
}

/** Throws a Failure `config` if a rule of its queue is wrong. */
export async function byRules(
  decided: DecidedMail,
  message: ParsedMessage,
  size: number,
  config: Config,
): Promise<DecidedMail> {
  const { intent, decision } = decided;
  if (intent.type !== 'open') return decided;
  const spoken = await rulesFor(decided, message, size, config);
  if (spoken.length === 0) return decided;
  const ruling = rulingOf(spoken);
  const against = ruling.run === null ? null : againstRun(ruling.run.to, decided, config);
  const ruled = { ...ruling, against };
  return {
    ...decided,
    intent: { ...intent, ruled },
    decision: { ...decision, rules: toldOf(spoken, ruled) },
  };
}

async function rulesFor(
  { intent, decision }: DecidedMail,
  message: ParsedMessage,
  size: number,
  config: Config,
): Promise<readonly Spoken[]> {
  if (intent.type !== 'open') return [];
  const recipients = cameTo(decision.recipients, message);
  const asked = new AskedMail(message, { recipients, size, found: intent.found ?? [] });
  return spokenOf(await rulesToAsk(intent.queue, config), asked, config.domain);
}

/** Those of a queue, as they are asked of a mail. */
export async function rulesToAsk(
  queue: QueueConfig,
  config: Config,
): Promise<readonly RuleConfig[]> {
  const rules = rulesOf(queue, config);
  if (queue.fields === undefined || rules.every((rule) => rule.if.field === undefined))
    return rules;
  const { inTheirForms } = await import('../config/rule-fields.ts');
  const { fieldsOf } = await import('../config/fields.ts');
  return inTheirForms(rules, fieldsOf(queue.prefix, config));
}

/** If nobody knows how it came, its header says. */
function cameTo(recipients: readonly string[], { to }: ParsedMessage): readonly string[] {
  return recipients.length > 0 ? recipients : to.map(({ address }) => address);
}

/** Why the robot does not get it. */
function againstRun(name: string, decided: DecidedMail, config: Config): Verdict | null {
  const { intent } = forRobot(decided, robotNamed(name, config), config);
  return intent.type === 'hold' ? intent.verdict : null;
}
