/** Everything about a mail that its route hangs on, as plain values: decide.ts finds it out. */

import type { QueueConfig, StaffPerson } from '../config/config.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Suffix } from '../ticket/suffix.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { Confirmation, HeldOrder } from './given.ts';
import type { Trusted } from './trust.ts';

/** A ticket whose mail goes on in another one (linked-ticket.ts). */
export interface Linking {
  /** That it is opened in, if it is. */
  readonly queue: QueueConfig;
  /** That the mail belongs to. */
  readonly ticket: TicketId;
  /** Linked with it, of the wanted queue, and its author is on it; null if there is none. */
  readonly existing: {
    readonly ticket: TicketId;
    /** It has come of that ticket, and is not over: all that its author writes goes there. */
    readonly takesAll: boolean;
  } | null;
}

export interface Candidates {
  readonly queue: QueueConfig;
  readonly byAddress: TicketId | null;
  readonly bySignedReference: TicketId | null;
  readonly byReference: TicketId | null;
  /**
   * It names nothing of ours, but its subject the number of this ticket, which its author is on.
   */
  readonly bySubject: TicketId | null;
  /** It names a mail that this ticket knows, whoever it is from. */
  readonly answered: TicketId | null;
  /** The ticket goes on in another one. */
  readonly linking: Linking | null;
  /** Prefixes of other queues that it came to, or names; their people are told as well. */
  readonly alsoTold: readonly string[];
  /** A machine speaks to a machine. */
  readonly verdict: Verdict | null;
  /** It carries a mark of one, and a person may have written it. */
  readonly mark: Verdict | null;
  /** And that mark is one that relays put on whatever they pass on. */
  readonly isOfRelays: boolean;
  /** Or it is its subject alone, and it answers no mail. */
  readonly isMarkedBySubject: boolean;
  /** And it says that it goes to many. */
  readonly isToMany: boolean;
  /** Something says that a person wrote it to us. */
  readonly speaksForPerson: boolean;
  /** A filter in front of us calls it spam. */
  readonly spam: Verdict | null;
  /** It says that it is a mail of ours, no more speaks against it, and nothing proves it. */
  readonly claimedOurs?: Verdict | null;
  /** It looks like the mail of a web form that the config does not name. */
  readonly unlistedForm?: Verdict | null;
  /** Somebody of the desk wants no mail from there. */
  readonly blocked: Verdict | null;
  /** It was sent to the one-time address for the word of one of the staff. */
  readonly confirmation: Confirmation | null;
  /** Or to one that looks like it, and may count no more. */
  readonly isToConfirm: boolean;
  /** And says that word, or nearly. */
  readonly isTheWord: boolean;
  /** Or what is to be done with held mails that a notice has named. */
  readonly heldOrders: readonly HeldOrder[] | null;
  /** It is from whoever was given that address, as far as can be said. */
  readonly isByWhoeverIsAsked: boolean;
  /** It was sent to an address of the desk that is no queue and no ticket. */
  readonly service: Addressee['service'];
  /** Its subject asks for help, and it says nothing else. */
  readonly asksForHelp: boolean;
  /** It claims to be from this one of the staff, and nothing proves it. */
  readonly claimedStaff: string | null;
  /** What stands behind the ticket in its address. */
  readonly suffix: Addressee['suffix'];
  /** It was sent to a note address of the ticket, too. */
  readonly isNoteToo: boolean;
  /** Or to an address that the staff are given to answer it. */
  readonly isToAnswer: boolean;
  /** What its first line asks for in one word, which means something on one's own ticket alone. */
  readonly word: Suffix | null;
  readonly trusted: Trusted;
  /**
   * It was sent to an address that one of the staff was given before a restore; the ticket may be
   * lost.
   */
  readonly outdated: { readonly person: StaffPerson; readonly ticket: TicketId } | null;
  /** People in its To and Cc who are neither the desk nor its staff, if it is no forward. */
  readonly named: readonly Mailbox[];
  /** And one of them is on the ticket that it was sent to. */
  readonly namesAddressee: boolean;
  /** A thumb under a mail of ours, which answers nothing. */
  readonly isReaction: boolean;
  /** Neither names who got it. */
  readonly isBlind: boolean;
  /** It says of itself that it is a report: bounces do not always say whose mail came back. */
  readonly isReport: boolean;
  /** It is from the requester of the ticket, or from somebody who was brought in. */
  readonly isOnTicket: boolean;
  readonly isRequester: boolean;
  /** Whose reply address it came to, if it is from somebody else. */
  readonly addressOwner: StaffPerson | null;
  readonly isStrict: boolean;
}
