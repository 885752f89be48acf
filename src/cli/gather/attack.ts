/**
 * Sends forgeries (doctor/forgeries.ts) through the MTA, each known by its one-time Message-ID,
 * then one true mail of the staff once more, known by its envelope sender, and gives what the
 * delivery has decided of each. None is carried out: a mail that is late is known for days, and
 * nothing becomes of it. For the store's owner, and only if the MTA has left the Message-ID of a
 * mail as it was.
 */
import { trialId, trialSender } from '../../addresses/trial-address.ts';
import { type Config, folderOf } from '../../config/config.ts';
import { type Attacked, type Forgery, forgeriesFor } from '../../doctor/forgeries.ts';
import { FORGED_DOMAIN } from '../../doctor/roundtrip.ts';
import { beginTrial, endTrial, notedOf } from '../../stores/files/trials.ts';
import type { Run } from '../run.ts';
import { replayOf } from './replayed.ts';
import { newToken, textIn, textsIn, waitFor } from './roundtrip.ts';
import { type Place, sendBySmtp } from './smtp.ts';

const PATIENCE_SECONDS = 30;

export async function attack(config: Config, place: Place, run: Run): Promise<readonly Attacked[]> {
  const tried = await Promise.all(
    forgeriesFor(config).map((forgery) =>
      tryOne(forgedMail(forgery, config, run), config, place, run),
    ),
  );
  const forged = tried.map(({ attacked }) => attacked);
  const replay = await replayOf(config, run);
  const why =
    replay === null
      ? 'none of the staff has written to one of the newest tickets by mail'
      : tried.every(({ isSenderKept }) => !isSenderKept)
        ? 'no mail comes in with the sender of its envelope'
        : null;
  if (replay === null || why !== null) {
    run.explain(`mailrobot: no replay was sent, since ${why}`);
    return forged;
  }
  const mail = { ...replay, name: REPLAY, sender: trialSender };
  const { attacked } = await tryOne(() => mail, config, place, run);
  return [...forged, 'trust' in attacked ? { ...attacked, isReplay: true } : attacked];
}

const REPLAY = 'a true mail of the staff, sent again';
const FORGER = `forger@${FORGED_DOMAIN}`;

interface Tried {
  readonly attacked: Attacked;
  /** It has come in with the sender of its envelope as it was sent. */
  readonly isSenderKept: boolean;
}

interface MailToSend {
  readonly name: string;
  readonly to: string;
  readonly octets: Buffer;
  readonly sender: (token: string) => string;
}

async function tryOne(
  mailWith: (token: string) => MailToSend,
  config: Config,
  place: Place,
  run: Run,
): Promise<Tried> {
  const token = newToken();
  const { name, to, octets, sender } = mailWith(token);
  beginTrial(folderOf(config.store), token, run.now());
  const sent = await sendBySmtp(place, to, octets, sender(token));
  if ('problem' in sent) {
    endTrial(folderOf(config.store), token);
    return { attacked: { name, refused: sent.problem }, isSenderKept: false };
  }
  const found = await waitFor(
    () => notedOf(folderOf(config.store), token, 'forgery'),
    PATIENCE_SECONDS,
  );
  if (found === null) return { attacked: { name, lost: true }, isSenderKept: false };
  endTrial(folderOf(config.store), token);
  const text = (key: string) => textIn(found, key);
  const attacked = {
    ...{ name, trust: text('trust'), intent: text('intent'), why: text('why') },
    ...{ person: text('person') || null, copied: text('copied') || null },
    checks: textsIn(found, 'checks'),
  };
  return { attacked, isSenderKept: text('sender') === sender(token) };
}

function forgedMail(forgery: Forgery, config: Config, run: Run): (token: string) => MailToSend {
  const { name, to } = forgery;
  return (token) => {
    const id = trialId({ step: 'forgery', token }, config);
    const octets = Buffer.from(octetsOf(forgery, id, run.now()));
    return { name, to, octets, sender: () => FORGER };
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
