/**
 * The mails of `mailrobot doctor --roundtrip` and `--attack`, and what they show. For the store's
 * owner, since the store is told of them first.
 */
import type { DoctorFacts } from '../../doctor/facts.ts';
import type { Findings } from '../../doctor/finding.ts';
import { type Attacked, attackFindings } from '../../doctor/forgeries.ts';
import { roundtripFindings } from '../../doctor/roundtrip.ts';
import type { Run } from '../run.ts';
import { attack } from './attack.ts';
import { roundtrip } from './roundtrip.ts';

export interface Sent {
  readonly more: Findings;
  readonly attacks: readonly Attacked[];
}

/** One mail through the MTA and back, if there is one that answers; then the forgeries. */
export async function sendMails(
  { config, postfix }: DoctorFacts,
  isAttacked: boolean,
  run: Run,
): Promise<Sent> {
  const place = postfix?.smtp?.problem === null ? postfix.smtp.place : null;
  if (place === null) {
    run.explain('mailrobot: no mail was sent, since Postfix does not answer');
    return { more: [], attacks: [] };
  }
  const facts = await roundtrip(config, place, run);
  const more = roundtripFindings(facts, config);
  if (!isAttacked) return { more, attacks: [] };
  // By its Message-ID a forgery is known, and not carried out.
  if (facts.there?.isIdKept !== true) {
    run.explain('mailrobot: no forgery was sent, since no mail comes in with its Message-ID');
    return { more, attacks: [] };
  }
  const attacks = await attack(config, place, run);
  return { more: [...more, ...attackFindings(attacks, config)], attacks };
}
