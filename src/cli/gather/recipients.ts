/** What the doctor has to know of recipients; by the owner of the store, who changes them. */
import { type Config, queueAddress } from '../../config/config.ts';
import { recipientsOf } from '../../config/recipients.ts';
import { robotAddresses } from '../../config/robots.ts';
import type { PostfixFacts, RecipientFacts } from '../../doctor/facts.ts';
import { valuesIn } from '../../mta/lines.ts';
import { filesFor, recipientsMap } from '../../mta/needs.ts';
import { Failure } from '../../outcome.ts';
import { openRecipients } from '../../recipients/open.ts';
import { lookUp } from '../postfix-programs.ts';
import type { Run } from '../run.ts';

export async function recipientFacts(
  config: Config,
  postfix: PostfixFacts | null,
  { environment }: Run,
): Promise<RecipientFacts | null> {
  try {
    const map = recipientsMap(config);
    if (map === null || recipientsOf(config) === null) return null;
    const tickets = `regexp:${filesFor(config).tickets}`;
    const maps = valuesIn(postfix?.settings.get('virtual_alias_maps') ?? '');
    const at = maps.findIndex((one) => one.replace(/^proxy:/, '') === map.replace(/^proxy:/, ''));
    // Behind LMTP no alias leads to a robot.
    const robots = postfix?.way === 'lmtp' ? [] : robotAddresses(config).names;
    const own = [
      queueAddress(config.queues[0], config).toLowerCase(),
      ...robots.map((name) => `${name}@${config.domain}`),
    ];
    const before = await Promise.all(
      maps.slice(0, Math.max(0, at)).map((one) => lookUp('postmap', own, one, environment)),
    );
    return {
      ...{ map, tickets },
      place: at < 0 ? 'missing' : maps.indexOf(tickets) > at ? 'before the tickets' : 'right',
      isDeskKept: own.every((address) => before.some(({ found }) => found.has(address))),
      problem: await problemOf(config, environment),
    };
  } catch (error) {
    // A mistake in the config has a finding of its own: mail is taken all the same.
    if (!(error instanceof Failure)) throw error;
    return {
      ...{ map: '', tickets: '', place: 'right', isDeskKept: true },
      problem: error.message,
    };
  }
}

async function problemOf(config: Config, environment: Run['environment']): Promise<string | null> {
  try {
    const { table } = await openRecipients(config, environment);
    return await table.problem();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
