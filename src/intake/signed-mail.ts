/**
 * A mail to a robot that wants a PGP signature: what is proven of it, what the decision asks the
 * store because of that, and the answer. Throws a Failure `config` if that cannot be found out.
 */
import { keyringOf } from '../config/robots.ts';
import type { ForRobot, Proof } from '../decision/for-robot.ts';
import { type Facts, hasActedIn, type Questions } from '../journal/facts.ts';
import type { Incoming } from '../journal/spool.ts';
import { prove } from '../pgp/prove.ts';
import { readStored } from '../reading/read.ts';
import type { DeliveryContext } from './delivery-context.ts';

export interface SignedMail {
  readonly ask: (asked: Questions) => Questions;
  readonly proofIn: (facts: Facts) => Proof;
}

export async function signedMail(
  incoming: Incoming,
  { name: robot }: ForRobot,
  { config, reader, now }: Pick<DeliveryContext, 'config' | 'reader' | 'now'>,
): Promise<SignedMail> {
  const proven = await prove(Buffer.concat([...incoming.chunks()]), {
    ...{ robot, domain: config.domain, now: now(), keyring: keyringOf(robot, config) },
    read: (mail) => readStored(() => [mail], config.limits.reading, reader),
  });
  if (proven.type === 'unsigned') {
    return { ask: (asked) => asked, proofIn: () => ({ ...proven, isAgain: false }) };
  }
  const { signed, author } = proven;
  const act = { actor: signed.fingerprint, messageId: signed.sum };
  return {
    ask: (asked) => ({
      ...asked,
      acts: [...asked.acts, act],
      addresses: [...asked.addresses, ...(author === null ? [] : [author.address])],
    }),
    proofIn: (facts) => ({ ...proven, isAgain: hasActedIn(facts, act) }),
  };
}
