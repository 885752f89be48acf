/** What a delivery is given, and how it reads the mail that it has received. */
import type { Config } from '../config/config.ts';
import type { Environment } from '../decision/envelope.ts';
import type { Mta } from '../journal/outbox.ts';
import type { Incoming } from '../journal/spool.ts';
import type { Store } from '../journal/store.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { readMessage } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { Verb } from '../ticket/decision.ts';
import type { Received } from './receive.ts';

export interface DeliveryContext {
  readonly verb: Verb;
  /** Prefix of the queue of mail whose address names none (`--queue`); null: the config's first. */
  readonly defaultQueue: string | null;
  readonly config: Config;
  readonly store: Store;
  /** Where what it makes goes. */
  readonly mta: Mta;
  readonly environment: Environment;
  /** Reads the mails that must not be read in this process. */
  readonly reader: ReaderProgram;
  readonly now: () => Date;
  /** Whether this delivery also does what others have left, or somebody else sees to it. */
  readonly chores: 'now' | 'later';
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
    chunks: () => incoming.chunks(),
    openAttachment: (n: number) => incoming.attachment(n),
    forgetAttachments: () => incoming.forgetAttachments(),
  };
  return readMessage(mail, config.limits.reading, reader);
}
