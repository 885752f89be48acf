/**
 * What can be done to a ticket, and what comes of it: the words that all doors of the
 * desk share (mail, terminal, feed).
 *
 * An action is a plain value; grammar.ts reads it from words, perform.ts says what it
 * changes. A refusal is one line for whoever gave the command.
 */

import type { OwnAddresses } from '../addresses/own-address.ts';
import type { StaffMember } from '../config/config.ts';
import type { FieldsOf } from '../config/fields-in.ts';
import type { Facts } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { TicketDraft, TranscriptDraft } from '../letters/draft.ts';
import type { Change } from '../ticket/change.ts';
import type { NamedTicket } from '../ticket/id.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type {
  Attachment,
  Mailbox,
  OutgoingMessage,
  Priority,
  Status,
  TicketId,
} from '../ticket/ticket.ts';

/** The mail that a staff member replied by. Tickets, changes and drafts have its raw mail as `written`. */
export interface StaffMail {
  /** Its raw mail. */
  readonly raw: string;
  readonly attachments: (ticket: TicketId, serial: number) => readonly Attachment[];
  /** Files of it that do not go out, each with the reason. */
  readonly notSent?: readonly string[];
  /** Its HTML does not go out: it says other words than its text. */
  readonly isPlainAlone?: true;
}

export type Action =
  | {
      readonly type: 'reply' | 'note';
      readonly text: string;
      /** Of a reply: files of snippets. */
      readonly enclosed?: readonly OwnFile[];
      /** Of a reply: the same as HTML that is safe to show, as its draft has it. */
      readonly html?: string;
      readonly staffMail?: StaffMail;
      /** Somebody who is not on the ticket: they alone get it. */
      readonly to?: Mailbox;
      /** Where the requester wants it, if not at the address on record. */
      readonly requesterAt?: Mailbox;
      /** Who gets it as well, this once. */
      readonly also?: readonly Mailbox[];
      /** Nobody has written before: its subject is that of the ticket. */
      readonly begins?: true;
      /** A robot says it, to the requester alone. */
      readonly isAutomatic?: true;
      /** When it is to go out, in the words of its author. */
      readonly at?: string;
      /** The status that is ordered with it. */
      readonly gives?: Status;
    }
  /** Of the answer that it stands above: when it goes out, in the words of its author. */
  | { readonly type: 'send'; readonly at: string }
  /** That answer; the newest that can still be taken back, if left out. */
  | { readonly type: 'undo'; readonly serial?: number }
  | { readonly type: 'status'; readonly status: Status }
  /** Until a date, in the words of whoever says it; null: no longer. `isPending`: and pending. */
  | { readonly type: 'snooze'; readonly until: string | null; readonly isPending?: true }
  /** null is nobody. */
  | { readonly type: 'assign'; readonly to: string | null }
  | { readonly type: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly type: 'priority'; readonly priority: Priority }
  /** A field of its queue; no words take off what stands there. */
  | { readonly type: 'field'; readonly field: string; readonly words: string }
  | { readonly type: 'retitle'; readonly subject: string }
  | {
      readonly type: 'cc';
      readonly add: readonly string[];
      readonly remove: readonly string[];
      /** And whoever wrote the mail that is answered, or the last one of somebody who is not on it. */
      readonly isWriter?: true;
    }
  /** null is whoever wrote the mail that is answered, or the last one of somebody who is not on it. */
  | { readonly type: 'requester'; readonly to: string | null }
  /** null is whoever says it. */
  | { readonly type: 'watch'; readonly person: string | null; readonly isWatching: boolean }
  /** `isTogether`: also if people of the one are not on the other, and will see each other. */
  | { readonly type: 'merge'; readonly into: NamedTicket; readonly isTogether?: true }
  /** The message of this serial begins a ticket of its own. */
  | { readonly type: 'split'; readonly serial: number }
  /** To the queue of that prefix. */
  | { readonly type: 'move'; readonly queue: string }
  /** What was said last goes to somebody outside. */
  | { readonly type: 'forward'; readonly to: string; readonly text: string }
  /** Whose mail was stopped; null is everybody whose was. */
  | { readonly type: 'unmute'; readonly address: string | null }
  /** The requester's address. */
  | { readonly type: 'block' | 'unblock' };

/** Who acts, and what is known around the ticket. */
export interface ActionContext {
  readonly by: string;
  readonly staff: readonly StaffMember[];
  /** What came back from an address: of everybody whom the action could write to. */
  readonly addresses: Facts['addresses'];
  /** Other tickets that the action names, and what those were merged into. */
  readonly tickets: Facts['tickets'];
  /** The desk's own addresses, which are nobody's. */
  readonly own: OwnAddresses;
  /** Those of the queue of that prefix. */
  readonly fieldsOf: FieldsOf;
  /** Prefixes of the queues that count their tickets together. */
  readonly sharing: readonly string[];
  /** The number of the next ticket of its queue, or of the one that it goes to. */
  readonly nextNumber: number;
  /** An answer does not go out before that (RFC 3339). */
  readonly notBefore?: string;
  /** Its author has named that time. */
  readonly isPromised?: true;
  /** Answers that nobody hands over while this is decided and committed. */
  readonly withheld: readonly UnsentMail[];
  /** Local part of the address that takes commands. */
  readonly control: string;
}

/** When a date is said. */
export interface Saying {
  readonly now: Date;
  /** The desk's; that of the host if left out. */
  readonly timeZone?: string | undefined;
}

export interface DeskResult {
  readonly changes: readonly Change[];
  readonly drafts: readonly (TicketDraft | TranscriptDraft)[];
  /** The ticket that came of it, if one did. */
  readonly made?: TicketId;
  /** The answer that it has taken back. */
  readonly takenBack?: TakenBack;
}

export interface TakenBack {
  /** Where it stands: also a ticket that is merged into the one that was named. */
  readonly ticket: TicketId;
  readonly message: OutgoingMessage;
}

/** Lines ended by LF, without empty ones around them. */
export function asWritten(text: string): string {
  return `${text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()}\n`;
}
