/**
 * One-time addresses of `mailrobot doctor --roundtrip`: `support-0-t-k3v…@` for the mail that it
 * sends, and `support-0-u-k3v…@` for the answer that comes back. No ticket has the number 0, and
 * the aliases and maps of tickets bring them here. A mail is a trial's if the store was told of
 * its token (130 bits) before; its Message-ID holds it, too, in case the address gets lost. A
 * forgery of `--attack` has that alone, since it is sent to another address; and a replay, which
 * keeps its Message-ID, the sender of its envelope. Pure.
 */
export type TrialStep = 'there' | 'back' | 'forgery';

export interface TrialMail {
  readonly step: TrialStep;
  readonly token: string;
}

/** The tickets of its first queue have aliases. */
interface Desk {
  readonly domain: string;
  readonly queues: readonly [{ readonly prefix: string }, ...unknown[]];
}

const LETTER: Readonly<Record<TrialStep, string>> = {
  there: 't',
  back: 'u',
  forgery: 'f',
};
const ADDRESS = /^[a-z0-9]+[-+]0-([tu])-([a-z2-7]{26})@/i;
/** Nobody's domain (RFC 2606). */
const SENDER = /^f\.([a-z2-7]{26})@doctor\.invalid$/i;
const ID = /^<([tuf])\.([a-z2-7]{26})@/i;

export function trialAddress(
  { step, token }: TrialMail,
  { queues: [queue], domain }: Desk,
): string {
  return `${queue.prefix.toLowerCase()}-0-${LETTER[step]}-${token}@${domain}`;
}

export function trialId({ step, token }: TrialMail, { domain }: Pick<Desk, 'domain'>): string {
  return `<${LETTER[step]}.${token}@${domain}>`;
}

/** The envelope of a replay says so: of a true mail nothing else can be changed. */
export function trialSender(token: string): string {
  return `f.${token}@doctor.invalid`;
}

/** By its recipients, its Message-ID or its sender; null for every other mail. */
export function trialIn(
  recipients: readonly string[],
  messageId: string | null,
  sender: string | null,
): TrialMail | null {
  const replayed = SENDER.exec(sender ?? '')?.[1];
  if (replayed !== undefined) return { step: 'forgery', token: replayed.toLowerCase() };
  const found =
    recipients.map((one) => ADDRESS.exec(one)).find(Boolean) ?? ID.exec(messageId ?? '');
  const [, letter, token] = found ?? [];
  if (letter === undefined || token === undefined) return null;
  const steps: readonly TrialStep[] = ['there', 'back', 'forgery'];
  const step = steps.find((one) => LETTER[one] === letter.toLowerCase());
  return step === undefined ? null : { step, token: token.toLowerCase() };
}
