/**
 * Sends forgeries (doctor/forgeries.ts) through the MTA, each known by its one-time Message-ID, and
 * gives what the delivery has decided of each. None is carried out: a mail that is late is known
 * for days, and nothing becomes of it. For the store's owner, and only if the MTA has left the
 * Message-ID of a mail as it was.
 */
import { trialId } from '../../addresses/trial-address.ts';
import type { Config } from '../../config/config.ts';
import { type Attacked, type Forgery, forgeriesFor } from '../../doctor/forgeries.ts';
import { FORGED_DOMAIN } from '../../doctor/roundtrip.ts';
import { beginTrial, endTrial, notedOf } from '../../stores/files/trials.ts';
import type { Run } from '../run.ts';
import { newToken, textIn, textsIn, waitFor } from './roundtrip.ts';
import { type Place, sendBySmtp } from './smtp.ts';

const PATIENCE_SECONDS = 30;

export async function attack(config: Config, place: Place, run: Run): Promise<readonly Attacked[]> {
  return Promise.all(forgeriesFor(config).map((forgery) => tryOne(forgery, config, place, run)));
}

async function tryOne(forgery: Forgery, config: Config, place: Place, run: Run): Promise<Attacked> {
  const { name, to } = forgery;
  const token = newToken();
  beginTrial(config.store, token, run.now());
  const octets = octetsOf(forgery, trialId({ step: 'forgery', token }, config), run.now());
  const sent = await sendBySmtp(place, to, octets, `forger@${FORGED_DOMAIN}`);
  if ('problem' in sent) {
    endTrial(config.store, token);
    return { name, refused: sent.problem };
  }
  const found = await waitFor(() => notedOf(config.store, token, 'forgery'), PATIENCE_SECONDS);
  if (found === null) return { name, lost: true };
  endTrial(config.store, token);
  const text = (key: string) => textIn(found, key);
  return {
    ...{ name, trust: text('trust'), intent: text('intent'), why: text('why') },
    person: text('person') || null,
    checks: textsIn(found, 'checks'),
  };
}

function octetsOf({ header, text }: Forgery, id: string, now: Date): string {
  return [
    ...header,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${id}`,
    '',
    ...text.split('\n'),
    '',
  ].join('\r\n');
}
