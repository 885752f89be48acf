/**
 * What is decided of a mail, whole: by the mail itself (decision/decide.ts), and then by the robot
 * that its alias gives it to, by the plan of a robot that it may confirm, or by the rules of the queue
 * in which it opens a ticket.
 *
 * The same for a delivery, a preview and a replay.
 */
import { type Config, hasFields, hasRules } from '../config/config.ts';
import { type DecidedMail, decide } from '../decision/decide.ts';
import type { ForRobot, Proof } from '../decision/for-robot.ts';
import { oneTimeAddressIn } from '../decision/given.ts';
import type { Arrived } from '../decision/questions.ts';
import type { Facts } from '../journal/facts.ts';
import type { Ledger } from '../journal/ledger.ts';

export interface Deciding {
  readonly config: Config;
  readonly robot?: ForRobot | undefined;
  /** What a PGP signature proves, if the robot wants one. */
  readonly proof?: Proof | null;
  readonly now: () => Date;
  /** Left out where no mail confirms anything any more. */
  readonly store?: Pick<Ledger, 'robotPlan'>;
}

/** For the queue that its address belongs to, if that has holes. */
export async function arrived<Mail extends Arrived>(mail: Mail, config: Config): Promise<Mail> {
  if (!hasRules(config)) return mail;
  return (await import('./by-rules.ts')).withQueueOfAddress(mail, config);
}

/** `size`: octets of the whole mail. */
export async function decidedMail(
  mail: Arrived & { readonly size: number },
  facts: Facts,
  { config, robot, proof = null, now, store }: Deciding,
): Promise<DecidedMail> {
  const bare = decide({ ...mail, now: now() }, config, facts);
  if (robot !== undefined) {
    return (await import('../decision/for-robot.ts')).forRobot(bare, robot, config, proof);
  }
  const plainly = hasFields(config)
    ? (await import('./by-fields.ts')).withFound(bare, mail.message, config, facts)
    : bare;
  const address = oneTimeAddressIn(plainly.decision.recipients, config);
  if (address !== null) {
    const { byOneTimeAddress } = await import('./one-time.ts');
    return byOneTimeAddress(plainly, address, mail.message, facts, { config, now, store });
  }
  const { intent } = plainly;
  if (intent.type !== 'open' || intent.queue.match === undefined) return plainly;
  return (await import('./by-rules.ts')).byRules(plainly, mail.message, mail.size, config);
}
