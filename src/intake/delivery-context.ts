/** What a delivery is given, and how it reads the mail that it has received. */
import type { Config, LogPlace } from '../config/config.ts';
import type { Environment } from '../decision/envelope.ts';
import type { ForRobot } from '../decision/for-robot.ts';
import type { Mta } from '../journal/outbox.ts';
import type { Incoming } from '../journal/spool.ts';
import type { Store } from '../journal/store.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { readMessage } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { Verb } from '../ticket/decision.ts';
import type { Received } from './receive.ts';

/** What the store was told by `mailrobot doctor --roundtrip`, and is to tell it (trial.ts). */
export interface Trials {
  readonly isAwaited: (token: string) => boolean;
  /** False if it was noted before. */
  readonly note: (token: string, step: string, found: object) => boolean;
  /** By the sendmail of the config, from the null sender. Gives what goes wrong, or null. */
  readonly send: (mail: {
    readonly recipient: string;
    readonly octets: string;
  }) => Promise<string | null>;
}

export interface DeliveryContext {
  readonly verb: Verb;
  /** Prefix of the queue of mail whose address names none (`--queue`); null: the config's first. */
  readonly defaultQueue: string | null;
  readonly config: Config;
  /** The robot that its alias gives it to. */
  readonly robot?: ForRobot;
  readonly store: Store;
  /** Where what it makes goes. */
  readonly mta: Mta;
  readonly environment: Environment;
  /** Reads the mails that must not be read in this process. */
  readonly reader: ReaderProgram;
  readonly now: () => Date;
  /** Whether this delivery also does what others have left, or somebody else sees to it. */
  readonly chores: 'now' | 'later';
  /** Loaded for a mail that says that it is one of a trial. */
  readonly trials: (config: Config) => Promise<Trials>;
  /** Writes a line of a mail where the config wants it. */
  readonly writeLog: (line: string, place: LogPlace) => Promise<void>;
}

/** A received mail as people mean it. */
export function read(
  received: Received,
  incoming: Incoming,
  { config, reader }: Pick<DeliveryContext, 'config' | 'reader'>,
): Promise<ParsedMessage> {
  const mail = {
    ...received,
    wasInterrupted: incoming.wasInterrupted,
    // For those who are told of it.
    wantsHtml: config.notificationHtml && config.staff.length > 0,
    chunks: () => incoming.chunks(),
    openAttachment: (n: number) => incoming.attachment(n),
    forgetAttachments: () => incoming.forgetAttachments(),
  };
  return readMessage(mail, config.limits.reading, reader);
}
