/**
 * Step 2: who sent this mail to whom, as the MTA saw it.
 *
 * local(8) puts the envelope into the environment with every unusual character
 * turned into `_` (O'Brien becomes O_Brien), and writes it truthfully into the
 * first header fields. Those are believed only as the unbroken run above the
 * first other field, each once, and each equal to its environment value after
 * the same censoring: a sender can forge the fields but not their agreement
 * with the environment. Pure; by hand (no environment) the `From ` line and
 * nothing else speaks. Sender: '' is the null reverse-path (RFC 5321 4.5.5),
 * null is not known.
 */
import { headerFields } from './header.ts';

export interface Envelope {
  readonly sender: string | null;
  /** The address that the MTA delivered to, and the one that was written to, where they differ. */
  readonly recipients: readonly string[];
  /** What stood behind recipient_delimiter in the recipient's local part. */
  readonly extension: string | null;
  readonly clientAddress: string | null;
  readonly saslUsername: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Characters that local(8) leaves alone: the default of command_expansion_filter. */
const CENSORED = /[^1234567890!@%\-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]/g;
const RUN = ['return-path', 'x-original-to', 'delivered-to'] as const;
type RunField = (typeof RUN)[number];

export function readEnvelope(
  fromLine: string | null,
  header: Buffer,
  environment: Environment,
): Envelope {
  const run = readRun(header);
  const nullSender = run.get('return-path') === '' && isMailerDaemon(fromLine);
  const sender = nullSender
    ? ''
    : (believed(run.get('return-path'), environment['SENDER']) ??
      (environment['RECIPIENT'] === undefined ? senderOf(fromLine) : null));
  const recipients = [
    believed(run.get('delivered-to'), environment['RECIPIENT']),
    believed(run.get('x-original-to'), environment['ORIGINAL_RECIPIENT']),
  ].flatMap((address) => address ?? []);
  return {
    sender,
    recipients: [...new Set(recipients)],
    extension: environment['EXTENSION'] ?? null,
    clientAddress: environment['CLIENT_ADDRESS'] ?? null,
    saslUsername: environment['SASL_USERNAME'] ?? null,
  };
}

/** The header's value where it agrees with the environment, else the environment's. */
function believed(written: string | undefined, censored: string | undefined): string | null {
  if (censored === undefined || censored === '') return null;
  return written !== undefined && censor(written) === censor(censored) ? written : censored;
}

/** UTF-8 octets are censored one by one, so compare in octets. */
function censor(address: string): string {
  return Buffer.from(address, 'utf8').toString('latin1').replace(CENSORED, '_');
}

function readRun(header: Buffer): ReadonlyMap<RunField, string> {
  const run = new Map<RunField, string>();
  const twice = new Set<RunField>();
  for (const field of headerFields(header)) {
    const name = RUN.find((known) => known === field.name);
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

function isMailerDaemon(fromLine: string | null): boolean {
  return fromLine === null || /^From MAILER-DAEMON\s/i.test(fromLine);
}

function senderOf(fromLine: string | null): string | null {
  const address = /^From (\S+)\s/.exec(fromLine ?? '')?.[1];
  if (address === undefined) return null;
  return /^MAILER-DAEMON$/i.test(address) ? '' : address;
}
