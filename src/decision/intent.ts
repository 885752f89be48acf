/** What a mail is for, as its route finds it; desk/act.ts does it. */

import type { Capture } from '../addresses/address-pattern.ts';
import type { QueueConfig, StaffPerson } from '../config/config.ts';
import type { RoutedBy, Verdict } from '../ticket/decision.ts';
import type { FoundValue } from '../ticket/field.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { Signed } from '../ticket/signed.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { CustomerCommand } from './customer-command.ts';
import type { Confirmation, HeldOrder } from './given.ts';
import type { Ruled } from './ruling.ts';

/** A conversation that one of the staff has begun. */
export interface Begun {
  readonly by: string;
  readonly requester: Mailbox;
}

export interface ToRate {
  /** Whose requester was asked: the mail goes where that ticket's mail goes. */
  readonly ticket: TicketId;
  /** Serial of the message that asked. */
  readonly question: number;
  readonly score: number;
  /** Why it does not count; null if it does. */
  readonly against: Verdict | null;
}

export type Intent =
  | {
      readonly type: 'open';
      readonly queue: QueueConfig;
      /** Why it gets no acknowledgement, or null. */
      readonly silence: Verdict | null;
      /** With a machine's mark: of such tickets only so many are opened in an hour. */
      readonly isMarked?: true;
      /** One of the staff may pass on the mail of somebody else. */
      readonly mayBeOnBehalf: boolean;
      /** The ticket that its mail belongs to, and that is not opened again. */
      readonly linkedTo?: TicketId;
      /** One of the staff has written to this person, and to a queue as well: it is theirs. */
      readonly begun?: Begun;
      /** What the rules of the queue want of it. */
      readonly ruled?: Ruled;
      /** What stands in it for fields of the queue. */
      readonly found?: readonly FoundValue[];
    }
  | {
      readonly type: 'append';
      readonly ticket: TicketId;
      readonly mayReopen: boolean;
      readonly customerCommand: CustomerCommand | null;
      /** Who of the staff has answered by it, by a mail that has gone to the customer already. */
      readonly answeredBy?: string;
      /** It came to an address that rates that ticket (for-rating.ts). */
      readonly rating?: ToRate;
      /** Prefixes of other queues whose people are told as well. */
      readonly alsoTold?: readonly string[];
      /** What stands in it for fields of the ticket's queue. */
      readonly found?: readonly FoundValue[];
    }
  /** One of the staff writes to a ticket: what they order is done, what they say is sent. */
  | {
      readonly type: 'act';
      readonly ticket: TicketId;
      readonly queue: QueueConfig;
      readonly person: StaffPerson;
      /** Their proof is good for an answer and a note alone, for a note alone, or no more. */
      readonly may: 'command' | 'answer' | 'note' | 'nothing';
      /** Why it may be a copy that somebody else has sent. */
      readonly doubt: Verdict | null;
      readonly suffix: Addressee['suffix'];
      /** It was held, and a person has let it in. */
      readonly isLetIn?: true;
      /** It came back to its author, who says that it is meant as it stands. */
      readonly isMeant?: true;
    }
  /** A mail to the control address, or to the one that explains the desk. */
  | {
      readonly type: 'control' | 'help';
      readonly queue: QueueConfig;
      /** Who may give commands by it. */
      readonly person: StaffPerson | null;
      readonly doubt: Verdict | null;
    }
  /** One of the staff gives their word about a mail that was held, or came back. */
  | ({
      readonly type: 'confirm';
      readonly queue: QueueConfig;
      /** What is to be done with held mails instead, if it was a notice of them. */
      readonly heldOrders: readonly HeldOrder[] | null;
    } & Confirmation)
  | {
      readonly type: 'hold';
      readonly queue: QueueConfig;
      readonly ticket: TicketId | null;
      readonly verdict: Verdict;
      /** It may be theirs: they are asked. */
      readonly asked?: StaffPerson;
    }
  | { readonly type: 'record'; readonly verdict: Verdict }
  /** To the address of a robot's plan, from whoever was told of it (for-plan.ts). */
  | {
      readonly type: 'plan';
      readonly queue: QueueConfig;
      /** The mail that asked for it. */
      readonly run: number;
      readonly says: 'confirmed' | 'wrong' | 'nothing';
      /** null if it is over. */
      readonly plan: RobotPlan | null;
      /** Who was told. */
      readonly to: string;
    }
  /** For a robot (for-robot.ts). */
  | {
      readonly type: 'run';
      readonly robot: string;
      readonly queue: QueueConfig;
      /** The ticket that it belongs to, if it does. */
      readonly ticket: TicketId | null;
      /** Who of the staff wrote it. */
      readonly person: StaffPerson | null;
      /** What proves its author. */
      readonly signed?: Signed;
      /** What stands in the address that it came to, and that address. */
      readonly captures?: readonly Capture[];
      readonly cameTo?: string;
      /** A rule gives it the mail, which is in that ticket already. */
      readonly isFiled?: true;
    };

export interface Routed {
  readonly intent: Intent;
  readonly by: RoutedBy;
}
