/**
 * What a draft is written with, and what it becomes: a mail that a commit can hold, and,
 * where it is part of a ticket, the message there. Types, and the few things that all
 * writers share.
 */
import type { Config } from '../config/config.ts';
import type { Places, SigningKeys, Store } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Attachment } from '../ticket/ticket.ts';

export interface Writing {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  readonly places: Places;
  /** The octets of a file that goes along. */
  readonly read: (attachment: Attachment) => Buffer;
}

/** Files that lie in the store. */
export function readFrom(store: Pick<Store, 'attachment'>): Writing['read'] {
  return (attachment) => Buffer.concat([...store.attachment(attachment)]);
}

export interface Written {
  readonly changes: readonly Change[];
  readonly mails: readonly OutgoingMail[];
}

export interface OneWritten {
  /** The message that it is in its ticket, and what was wrong with its template. */
  readonly changes: readonly Change[];
  readonly mail: OutgoingMail;
}

export const NULL_SENDER = '';
