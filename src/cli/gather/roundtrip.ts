/**
 * Sends one mail through the MTA to the desk, known by a one-time address that the store is told
 * of first, and waits for what the delivery writes down of it, and for its answer (intake/trial.ts).
 *
 * Its very first line is a field that only our own MTA may write, if the config says by which id
 * it does. For the store's owner. Nothing of it is left.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TrialMail, trialAddress, trialId } from '../../addresses/trial-address.ts';
import type { Config } from '../../config/config.ts';
import { FORGED_DOMAIN, type RoundtripFacts } from '../../doctor/roundtrip.ts';
import { beginTrial, endTrial, notedOf } from '../../stores/files/trials.ts';
import type { Run } from '../run.ts';
import { type Place, sendBySmtp } from './smtp.ts';

const PATIENCE_SECONDS = 60;
const LOOK_AGAIN_MS = 200;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const TOKEN_CHARACTERS = 26;

export async function roundtrip(config: Config, place: Place, run: Run): Promise<RoundtripFacts> {
  const token = newToken();
  const mail: TrialMail = { step: 'there', token };
  const to = trialAddress(mail, config);
  beginTrial(config.store, token, run.now());
  try {
    const sent = await sendBySmtp(place, to, octetsOf(mail, config, run.now()));
    if ('problem' in sent) return { ...NOTHING, sent };
    const noted = (step: string) => waitFor(() => notedOf(config.store, token, step));
    const there = thereIn(await noted('there'));
    if (there === null) return { ...NOTHING, sent: { to, said: sent.said } };
    const answerProblem = problemIn(await noted('answer'));
    const isBack = answerProblem === null && (await noted('back')) !== null;
    return { ...NOTHING, sent: { to, said: sent.said }, there, answerProblem, isBack };
  } finally {
    endTrial(config.store, token);
  }
}

const NOTHING = {
  ...{ there: null, answerProblem: null, isBack: false },
  patienceSeconds: PATIENCE_SECONDS,
};

function newToken(): string {
  return [...randomBytes(TOKEN_CHARACTERS)].map((octet) => BASE32[octet % BASE32.length]).join('');
}

function octetsOf(mail: TrialMail, config: Config, now: Date): string {
  const { authservId } = config;
  const forged = `Authentication-Results: ${authservId}; dmarc=pass header.from=${FORGED_DOMAIN}`;
  return [
    ...(authservId === null ? [] : [forged]),
    `From: mailrobot doctor <doctor@${FORGED_DOMAIN}>`,
    `To: ${trialAddress(mail, config)}`,
    'Subject: mailrobot doctor',
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${trialId(mail, config)}`,
    'Auto-Submitted: auto-generated',
    '',
    'mailrobot doctor --roundtrip tries whether mail comes in, and is answered.',
    'Nobody has to read this.',
    '',
  ].join('\r\n');
}

/** null if it has not come in time. */
async function waitFor(look: () => unknown): Promise<unknown> {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const found = look();
    if (found !== null || performance.now() > end) return found;
    await sleep(LOOK_AGAIN_MS);
  }
}

function thereIn(found: unknown): RoundtripFacts['there'] {
  if (typeof found !== 'object' || found === null) return null;
  const textsOf = (name: string): readonly string[] => {
    const value = Object.entries(found).find(([key]) => key === name)?.[1];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return { recipients: textsOf('recipients'), believed: textsOf('believed') };
}

function problemIn(found: unknown): string | null {
  if (typeof found !== 'object' || found === null) return 'nothing was written down of it';
  return 'problem' in found && typeof found.problem === 'string' ? found.problem : null;
}
