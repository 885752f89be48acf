/**
 * Sends one mail through the MTA to the desk, known by a one-time address that the store is told
 * of first, and waits for what the delivery writes down of it, and for its answer
 * (intake/trial.ts).
 *
 * Its very first line is a field that only our own MTA may write, if the config says by which id
 * it does. For the store's owner. Nothing of it is left, unless a mail is late.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TrialMail, trialAddress, trialId } from '../../addresses/trial-address.ts';
import { type Config, folderOf } from '../../config/config.ts';
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
  beginTrial(folderOf(config.store), token, run.now());
  const sent = await sendBySmtp(place, to, Buffer.from(octetsOf(mail, config, run.now())));
  const noted = (step: string) => waitFor(() => notedOf(folderOf(config.store), token, step));
  const there = 'problem' in sent ? null : await noted('there');
  const facts =
    'problem' in sent
      ? { ...NOTHING, sent }
      : { ...NOTHING, sent: { to, said: sent.said }, ...(await seen(there, mail, config, noted)) };
  // A mail that is late is known when it comes.
  const isAllHere = facts.isBack || 'problem' in sent || facts.answerProblem !== null;
  if (isAllHere) endTrial(folderOf(config.store), token);
  return facts;
}

async function seen(
  there: unknown,
  mail: TrialMail,
  config: Config,
  noted: (step: string) => Promise<unknown>,
): Promise<Partial<RoundtripFacts>> {
  if (there === null) return {};
  const answer = await noted('answer');
  const answerProblem = answer === null ? 'nothing was written down of it' : problemIn(answer);
  return {
    there: {
      recipients: textsIn(there, 'recipients'),
      believed: textsIn(there, 'believed'),
      below: textsIn(there, 'below'),
      isIdKept: textIn(there, 'messageId') === trialId(mail, config),
    },
    answerProblem,
    isBack: answerProblem === null && (await noted('back')) !== null,
  };
}

const NOTHING = {
  ...{ there: null, answerProblem: null, isBack: false },
  patienceSeconds: PATIENCE_SECONDS,
};

export function newToken(): string {
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
export async function waitFor(look: () => unknown, seconds = PATIENCE_SECONDS): Promise<unknown> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== null || performance.now() > end) return found;
    await sleep(LOOK_AGAIN_MS);
  }
}

function valueIn(found: unknown, key: string): unknown {
  return typeof found === 'object' && found !== null
    ? Object.entries(found).find(([name]) => name === key)?.[1]
    : undefined;
}

export function textIn(found: unknown, key: string): string {
  const value = valueIn(found, key);
  return typeof value === 'string' ? value : '';
}

export function textsIn(found: unknown, key: string): readonly string[] {
  const value = valueIn(found, key);
  return Array.isArray(value) ? value.map(String) : [];
}

function problemIn(found: unknown): string | null {
  return textIn(found, 'problem') || null;
}
