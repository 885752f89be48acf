/**
 * Who sent this mail to whom, as the MTA saw it.
 *
 * local(8) puts the envelope into the environment with every unusual character
 * turned into `_` (O'Brien becomes O_Brien), and writes it truthfully into the
 * first header fields. Those are believed only as the unbroken run above the
 * first other field, each once, and each equal to its environment value after
 * the same censoring: a sender can forge the fields but not their agreement
 * with the environment. By hand there is no environment, and the mbox line
 * speaks. Pure. Sender: '' is the null reverse-path (RFC 5321 4.5.5), null is
 * not known; if nothing says who sent it, a null Return-Path is believed,
 * since that only keeps us silent.
 */
import { headerFields } from '../reading/header.ts';

export interface Envelope {
  readonly sender: string | null;
  /** The address that the MTA delivered to, and the one that was written to, if they differ. */
  readonly recipients: readonly string[];
  /** What stood behind recipient_delimiter in the recipient's local part. */
  readonly extension: string | null;
  /** Address and HELO of the host that handed the mail to our MTA. */
  readonly client: string | null;
  /** Who logged in to send it (SASL), if somebody did. */
  readonly login: string | null;
}

/** The envelope of a mail that came before, as its decision has it. */
export function envelopeOf({
  sender,
  recipients,
  client,
  login,
}: Omit<Envelope, 'extension'>): Envelope {
  const extension = /^[^-+@]*[-+]([^@]+)@/.exec(recipients[0] ?? '')?.[1] ?? null;
  return { sender, recipients, extension, client, login };
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Characters that local(8) leaves alone: the default of command_expansion_filter. */
const CENSORED_CHARACTERS =
  /[^1234567890!@%\-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]/g;
const RUN_FIELDS = ['return-path', 'x-original-to', 'delivered-to'] as const;
type RunField = (typeof RUN_FIELDS)[number];

export function readEnvelope(
  fromLine: string | null,
  header: Buffer,
  environment: Environment,
): Envelope {
  const run = readRun(header);
  const recipients = [
    believed(run.get('delivered-to'), environment['RECIPIENT']),
    believed(run.get('x-original-to'), environment['ORIGINAL_RECIPIENT']),
  ].flatMap((address) => address ?? []);
  return {
    sender: senderOf(run.get('return-path'), fromLine, environment['SENDER']),
    recipients: [...new Set(recipients)],
    extension: environment['EXTENSION'] ?? null,
    client: clientOf(environment),
    login: environment['SASL_USERNAME'] || null,
  };
}

function clientOf({ CLIENT_ADDRESS, CLIENT_HELO }: Environment): string | null {
  if (!CLIENT_ADDRESS) return null;
  return CLIENT_HELO ? `${CLIENT_ADDRESS} (${CLIENT_HELO})` : CLIENT_ADDRESS;
}

/** The header's value if it agrees with the environment, else the environment's. */
function believed(written: string | undefined, censored: string | undefined): string | null {
  if (censored === undefined || censored === '') return null;
  return written !== undefined && censor(written) === censor(censored) ? written : censored;
}

/** UTF-8 octets are censored one by one, so compare in octets. */
export function censor(address: string): string {
  return Buffer.from(address, 'utf8').toString('latin1').replace(CENSORED_CHARACTERS, '_');
}

function readRun(header: Buffer): ReadonlyMap<RunField, string> {
  const run = new Map<RunField, string>();
  const twice = new Set<RunField>();
  for (const field of headerFields(header)) {
    const name = RUN_FIELDS.find((known) => known === field.name);
    if (name === undefined) break;
    if (run.has(name)) twice.add(name);
    run.set(name, unquote(field.value));
  }
  for (const name of twice) run.delete(name);
  return run;
}

function unquote(value: string): string {
  return value.replace(/^<(.*)>$/, '$1');
}

function senderOf(
  returnPath: string | undefined,
  fromLine: string | null,
  censored: string | undefined,
): string | null {
  if (censored === '') return '';
  if (censored !== undefined) return believed(returnPath, censored);
  if (fromLine === null) return returnPath === '' ? '' : null;
  const address = /^From (\S+)\s/.exec(fromLine)?.[1];
  return address === undefined || address === 'MAILER-DAEMON' ? '' : address;
}
