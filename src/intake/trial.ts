/**
 * A mail of `mailrobot doctor --roundtrip`, which waits for it: it is decided like any other, and
 * what was decided is written down for the doctor, in the place of a commit. The first is answered
 * by the sendmail of the config; the answer comes in as the second. A forgery or a replay of
 * `--attack` is only decided. None of them takes a number, and nobody is told of it.
 */
import { type TrialMail, trialAddress, trialId } from '../addresses/trial-address.ts';
import { type Config, queueAddress } from '../config/config.ts';
import { fieldsOfOurs, type House } from '../decision/border.ts';
import { decide } from '../decision/decide.ts';
import type { Intent } from '../decision/intent.ts';
import { type Arrived, questionsOf } from '../decision/questions.ts';
import type { DeliveryContext } from './delivery-context.ts';

/** False if nobody waits for it: then it is a mail like any other. */
export async function takeTrial(
  trial: TrialMail,
  mail: Arrived,
  { config, store, now, trials: load }: DeliveryContext,
): Promise<boolean> {
  const trials = await load(config);
  const { step, token } = trial;
  if (!trials.isAwaited(token)) return false;
  const facts = await store.facts(questionsOf(mail, config));
  const { decision, intent } = decide({ ...mail, now: now() }, config, facts);
  const { message, envelope } = mail;
  const resultsAt = (authResults: House['authResults']) =>
    fieldsOfOurs(message.fields, envelope.client, { ...config, authResults }).flatMap(
      ({ name, value }) => (name === 'authentication-results' ? [value] : []),
    );
  const believed = resultsAt(config.authResults);
  const isFirst = trials.note(token, step, {
    ...{ recipients: envelope.recipients, sender: envelope.sender },
    messageId: message.messageId,
    ...{ trust: decision.trust, intent: decision.intent, why: decision.why },
    person: 'person' in intent ? (intent.person?.name ?? null) : null,
    copied: copiedIn(intent),
    checks: decision.spoke.map(({ check }) => check),
    believed,
    below: resultsAt('below').slice(resultsAt('above').length),
  });
  if (step === 'there' && isFirst) {
    const back = { step: 'back', token } as const;
    const recipient = trialAddress(back, config);
    const problem = await trials.send({ recipient, octets: answer(back, config, now()) });
    trials.note(token, 'answer', { problem });
  }
  return true;
}

/** Why it is known for a copy of a mail that was carried out. */
function copiedIn(intent: Intent): string | null {
  const doubt = 'doubt' in intent ? intent.doubt : null;
  return doubt?.check === 'copied' ? doubt.evidence : null;
}

function answer(back: TrialMail, config: Config, now: Date): string {
  return [
    `From: ${queueAddress(config.queues[0], config)}`,
    `To: ${trialAddress(back, config)}`,
    'Subject: mailrobot doctor',
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${trialId(back, config)}`,
    'Auto-Submitted: auto-replied',
    '',
    'mailrobot doctor --roundtrip has sent a mail through the mail server.',
    'This is the answer, on its way back. Nobody has to read it.',
    '',
  ].join('\n');
}
