/**
 * All rules of the queue that a mail is for, each with what speaks for it: for whoever writes
 * rules. By the mail and the config alone; whether it would open a ticket there is not asked.
 */
import { type Config, queueOf } from '../config/config.ts';
import { addressee } from '../decision/addressing.ts';
import { type Environment, readEnvelope } from '../decision/envelope.ts';
import { headerOf } from '../reading/header.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { readStored } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import { asked, type OfRule } from '../rules/asked.ts';
import { AskedMail } from '../rules/asked-mail.ts';
import type { FoundValue } from '../ticket/field.ts';
import { rulesToAsk } from './by-rules.ts';
import { arrived } from './decided.ts';

export interface RulesAsked {
  /** Prefix of the queue that it is for. */
  readonly queue: string;
  readonly rules: readonly OfRule[];
}

interface Asking {
  readonly config: Config;
  /** Prefix; null: that of its addresses. */
  readonly queue: string | null;
  readonly environment: Environment;
  readonly reader: ReaderProgram;
}

export async function rulesAsked(
  octets: Buffer,
  { config, queue: named, environment, reader }: Asking,
): Promise<RulesAsked> {
  const message = await readStored(() => [octets], config.limits.reading, reader);
  const envelope = readEnvelope(null, headerOf(octets), environment);
  const mail = await arrived({ envelope, message, verb: 'any', defaultQueue: null }, config);
  const queue =
    named === null ? addressee({ ...mail, to: message.to }, config).queue : queueOf(named, config);
  const to = message.to.map(({ address }) => address);
  const recipients = envelope.recipients.length > 0 ? envelope.recipients : to;
  const one = new AskedMail(message, {
    ...{ recipients, size: octets.length },
    found: await foundValues(queue.prefix, message, config),
  });
  return { queue: queue.prefix, rules: asked(await rulesToAsk(queue, config), one, config.domain) };
}

async function foundValues(
  queue: string,
  message: ParsedMessage,
  config: Config,
): Promise<readonly FoundValue[]> {
  if (queueOf(queue, config).fields === undefined) return [];
  return (await import('./by-fields.ts')).foundValues(queue, message, config);
}
