/**
 * What can be done to a ticket, and what comes of it: the words that all doors of the
 * desk share (mail, terminal, feed).
 *
 * An action is a plain value; grammar.ts reads it from words, perform.ts says what it
 * changes. A refusal is one line for whoever gave the command.
 */

import type { Facts } from '../journal/facts.ts';
import type { TicketDraft } from '../letters/draft.ts';
import type { Change } from '../ticket/change.ts';
import type { NamedTicket } from '../ticket/id.ts';
import type { Attachment, Priority, Status, TicketId } from '../ticket/ticket.ts';

/** The mail that a staff member replied by. Tickets, changes and drafts have its raw mail as `written`. */
export interface StaffMail {
  /** Its raw mail. */
  readonly raw: string;
  readonly attachments: (ticket: TicketId, serial: number) => readonly Attachment[];
}

export type Action =
  | { readonly type: 'reply' | 'note'; readonly text: string; readonly staffMail?: StaffMail }
  | { readonly type: 'status'; readonly status: Status }
  /** null is nobody. */
  | { readonly type: 'assign'; readonly to: string | null }
  | { readonly type: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly type: 'priority'; readonly priority: Priority }
  | { readonly type: 'retitle'; readonly subject: string }
  | { readonly type: 'cc'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly type: 'merge'; readonly into: NamedTicket }
  /** The message of this serial begins a ticket of its own. */
  | { readonly type: 'split'; readonly serial: number }
  /** What was said last goes to somebody outside. */
  | { readonly type: 'forward'; readonly to: string; readonly text: string }
  /** The requester's address. */
  | { readonly type: 'block' | 'unblock' };

/** Who acts, and what is known around the ticket. */
export interface ActionContext {
  readonly by: string;
  /** Names of the staff. */
  readonly staff: readonly string[];
  /** What came back from an address: of everybody whom the action could write to. */
  readonly addresses: Facts['addresses'];
  /** Other tickets that the action names, and what those were merged into. */
  readonly tickets: Facts['tickets'];
  /** The number of the next ticket of its queue. */
  readonly nextNumber: number;
}

export interface DeskResult {
  readonly changes: readonly Change[];
  readonly drafts: readonly TicketDraft[];
  /** The ticket that came of it, if one did. */
  readonly made?: TicketId;
}

/** Lines ended by LF, without empty ones around them. */
export function asWritten(text: string): string {
  return `${text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()}\n`;
}
