/**
 * The reply to whoever has signed the mail: encrypted to the key that did, if that is good for it.
 *
 * If it is, and yet nothing can be encrypted to it now, there is no reply: what is said to somebody
 * in confidence goes out in no other way. Nothing of it is asked under the lock of the store.
 */
import type { Config } from '../config/config.ts';
import { keyringOf } from '../config/robots.ts';
import { seal } from '../pgp/sealed.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Said } from './said.ts';

export interface Reply extends Said {
  /** What goes out of it, encrypted and armored: then its secrets are nowhere else. */
  readonly sealed?: string;
  /** There are some in what is sealed. */
  readonly hasSecrets?: true;
  /** Why it does not go out. */
  readonly against?: Verdict;
}

export async function sealedReply(
  said: Said | null,
  { robot, signed }: RobotRun,
  config: Pick<Config, 'file'>,
): Promise<Reply | null> {
  if (said === null || signed === undefined) return said;
  const { fingerprint } = signed;
  const sealed = await seal(said.secretText ?? said.text, {
    keyring: keyringOf(robot, config),
    fingerprint,
  });
  switch (sealed.type) {
    case 'plain':
      return said;
    case 'sealed':
      return {
        ...{ ...said, secretText: null, sealed: sealed.armor },
        ...(said.secretText !== null && { hasSecrets: true }),
      };
    case 'failed':
      return { ...said, against: { check: 'not-encrypted', evidence: sealed.why } };
  }
}
