/**
 * What can happen to the desk: a Change is one fact of the journal.
 *
 * What a ticket looks like afterwards says apply-change.ts, what an address is then
 * failing.ts. A key that is added must be optional: older journals do not have it.
 */
import type { Fate, Verdict } from './decision.ts';
import type { HeldMail } from './held.ts';
import type { PlanMade } from './robot-plan.ts';
import type { RobotRun, RunEnd } from './robot-run.ts';
import type {
  Mailbox,
  Message,
  Note,
  Priority,
  Seen,
  Status,
  TicketId,
  Trust,
  Waiting,
} from './ticket.ts';

export interface NamedHeld {
  readonly to: string;
  readonly held: readonly number[];
  readonly ticket: TicketId | null;
}

/** What of a commit was erased: by numbers alone. */
export interface ErasedCommit {
  readonly seq: number;
  readonly texts: readonly number[];
  /** The raw mail that came in is removed. */
  readonly isMailGone: boolean;
  /** Mails of ours of which no copy stays: `n` is their number in the commit. */
  readonly copies: readonly { readonly n: number; readonly place: number }[];
}

export type Change =
  | {
      readonly type: 'ticket.created';
      readonly ticket: TicketId;
      readonly number: number;
      readonly queue: string;
      readonly subject: string;
      readonly requester: Mailbox | null;
      /** Of the requester, if their mail told. */
      readonly language?: string | null;
      /** The requester wrote for the first time, and nothing proves it. */
      readonly isFirstTime?: true;
      /** By which mails are found that repeat the first one (desk/repeats.ts). */
      readonly repeats?: string;
      /**
       * Whether the staff are told of it by a mail of its own, or by one about many tickets; left
       * out if nobody is told of new tickets in its queue.
       */
      readonly isToldAlone?: boolean;
    }
  | {
      readonly type: 'message.added';
      readonly ticket: TicketId;
      readonly message: Message;
      /** The staff of these queues are told of it by one mail about many tickets. */
      readonly toldLaterIn?: readonly string[];
    }
  | {
      readonly type: 'ticket.status';
      readonly ticket: TicketId;
      readonly from: Status;
      readonly to: Status;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.assigned';
      readonly ticket: TicketId;
      readonly from: string | null;
      readonly to: string | null;
      readonly by: string;
    }
  | ({
      readonly type: 'note.added';
      readonly ticket: TicketId;
    } & Pick<Note, 'serial' | 'text' | 'by' | 'written'> &
      Partial<Pick<Note, 'attachments'>>)
  | {
      readonly type: 'ticket.tagged';
      readonly ticket: TicketId;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly by: string;
    }
  | {
      readonly type: 'ticket.priority';
      readonly ticket: TicketId;
      readonly from: Priority;
      readonly to: Priority;
      readonly by: string;
    }
  /** null: nothing stands there any more. */
  | {
      readonly type: 'ticket.field';
      readonly ticket: TicketId;
      readonly field: string;
      readonly value: string | null;
      /** A pattern of the queue has found it in a mail. */
      readonly isFound?: true;
      /** The ticket that it stood in, which was merged into this one. */
      readonly other?: TicketId;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.retitled';
      readonly ticket: TicketId;
      readonly from: string;
      readonly to: string;
      readonly by: string;
    }
  /** It is somebody else's now; who had it before is a participant. */
  | {
      readonly type: 'ticket.requester';
      readonly ticket: TicketId;
      readonly from: Mailbox | null;
      readonly to: Mailbox;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.participants';
      readonly ticket: TicketId;
      readonly added: readonly Mailbox[];
      readonly removed: readonly string[];
      readonly by: string;
    }
  /** A person on the ticket wants no more mail about it, or wants it again. */
  | {
      readonly type: 'ticket.muted';
      readonly ticket: TicketId;
      readonly address: string;
      readonly isMuted: boolean;
      readonly by: string;
    }
  /** One of the staff watches it from now on, or does so no more. */
  | {
      readonly type: 'ticket.watched';
      readonly ticket: TicketId;
      readonly person: string;
      readonly isWatching: boolean;
      readonly by: string;
    }
  /** One of the staff has been shown it as it is: up to that message, and closed or not. */
  | ({
      readonly type: 'ticket.seen';
      readonly ticket: TicketId;
      readonly person: string;
    } & Seen)
  /** Its mail goes to another one from now on, which is told by `ticket.absorbed`. */
  | {
      readonly type: 'ticket.merged';
      readonly ticket: TicketId;
      readonly into: TicketId;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.absorbed';
      readonly ticket: TicketId;
      readonly other: TicketId;
      /** Nobody has answered the other one: since when, and when the desk was told of it. */
      readonly unanswered?: Pick<Waiting, 'since' | 'told'>;
    }
  /** It is in another queue from now on, and called and written to by that name. */
  | {
      readonly type: 'ticket.moved';
      readonly ticket: TicketId;
      readonly from: string;
      readonly queue: string;
      readonly into: TicketId;
      readonly by: string;
    }
  /** No ticket, but a name of that one. */
  | {
      readonly type: 'ticket.named';
      readonly ticket: TicketId;
      readonly number: number;
      readonly queue: string;
      readonly into: TicketId;
    }
  /** The other one belongs to the same matter; it has such a change, too. */
  | { readonly type: 'ticket.linked'; readonly ticket: TicketId; readonly other: TicketId }
  /** What opened it has come once more: it is counted, and recorded. */
  | { readonly type: 'ticket.repeated'; readonly ticket: TicketId }
  /** One of its messages begins another one. */
  | {
      readonly type: 'ticket.split';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly to: TicketId;
      readonly by: string;
    }
  /** Nobody has answered for long; who works on it, if somebody does. */
  | {
      readonly type: 'ticket.overdue';
      readonly ticket: TicketId;
      readonly since: string;
      /** Of its queue, if that has hours. */
      readonly workingSeconds?: number;
      readonly assignee: string | null;
    }
  /** It is not looked at until then; null: it is again. */
  | {
      readonly type: 'ticket.snoozed';
      readonly ticket: TicketId;
      readonly until: string | null;
      /** In which that was said (IANA). */
      readonly timeZone: string;
      readonly by: string;
    }
  /** That time has come; who works on it, if somebody does. */
  | {
      readonly type: 'ticket.woken';
      readonly ticket: TicketId;
      readonly until: string;
      readonly assignee: string | null;
    }
  /** The customer has been silent for long: they were written to, or why they were not. */
  | { readonly type: 'ticket.reminded'; readonly ticket: TicketId; readonly silence?: Verdict }
  /** Its requester is asked by that message how it went: once. */
  | { readonly type: 'ticket.asked'; readonly ticket: TicketId; readonly serial: number }
  /** And has said it, by that message's address. `person`: who of the staff it is about. */
  | {
      readonly type: 'ticket.rated';
      readonly ticket: TicketId;
      readonly serial: number;
      /** 1 to 5. */
      readonly score: number;
      readonly person?: string;
    }
  /** A template of the desk's own could not be used; `file` is relative to the templates folder. */
  | {
      readonly type: 'template.failed';
      readonly queue: string;
      readonly file: string;
      readonly problem: string;
    }
  /** A later copy of a message that came in proves more of who wrote it; `raw` is that copy's. */
  | {
      readonly type: 'message.proven';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly from: Trust;
      readonly to: Trust;
      readonly raw: string;
      /** It has no mark of a machine, which the message had. */
      readonly isUnmarked?: boolean;
      /** And its acknowledgement goes to somebody who writes for the first time. */
      readonly isFirstTime?: true;
    }
  /** A copy of this mail came before: number of its commit, and what had become of it. */
  | { readonly type: 'mail.again'; readonly earlier: number; readonly was: Fate }
  /** No automatic answer went out, and why. */
  | { readonly type: 'reply.silenced'; readonly ticket: TicketId; readonly reason: Verdict }
  /** Mail that is kept and belongs to no ticket: its raw mail and why. */
  | {
      readonly type: 'mail.recorded';
      readonly raw: string;
      readonly reason: string;
      readonly evidence: string;
      /** A machine wrote it: its raw mail is removed after a time. */
      readonly expires: boolean;
      /** It came back to this one of the staff, whose word lets it out to the ticket. */
      readonly returned?: { readonly ticket: TicketId; readonly person: string };
    }
  /** A machine has answered a mail that is in no ticket. */
  | {
      readonly type: 'mail.answered';
      readonly address: string;
      readonly about:
        | ('control' | 'help' | 'returned' | 'question')
        | ('robot' | 'plan' | 'proven-plan' | 'confirmed');
    }
  /** Their raw mails are removed; `mails` are the numbers of the commits that brought them. */
  | { readonly type: 'mail.expired'; readonly mails: readonly number[] }
  /** A mail of ours came back, by a report that carries our signature. */
  | {
      readonly type: 'mail.bounced';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly status: string;
      readonly reason: string;
    }
  /** A report on it came, whatever it says. */
  | { readonly type: 'mail.reported'; readonly ticket: TicketId; readonly serial: number }
  /** And its address failed for good (failing.ts counts). */
  | {
      readonly type: 'address.failed';
      readonly address: string;
      readonly ticket: TicketId;
      readonly serial: number;
      readonly status: string;
      readonly reason: string;
    }
  /** Mail from there opens nothing, and none of ours goes there. */
  | {
      readonly type: 'address.blocked';
      readonly address: string;
      readonly by: string;
      /** Whether it was proven that the mail which it rests on came from there. */
      readonly isProven?: boolean;
    }
  /** What came back from there is forgotten, and so is that it was blocked. */
  | { readonly type: 'address.cleared'; readonly address: string; readonly by: string }
  /** Mail for that address goes there from now on; `before`: where it went, if it did. */
  | {
      readonly type: 'recipient.added';
      readonly address: string;
      readonly destination: string;
      readonly before?: string;
      readonly by: string;
    }
  /** It is valid no more; `destination`: where its mail went. */
  | {
      readonly type: 'recipient.removed';
      readonly address: string;
      readonly destination: string;
      readonly by: string;
    }
  /** One of the staff is away until the end of that day, or until they are back; or is back. */
  | {
      readonly type: 'staff.away';
      readonly person: string;
      readonly until: string | null;
      readonly isAway: boolean;
      readonly by: string;
    }
  /** These of the staff have been mailed all notices that there were. */
  | {
      readonly type: 'staff.notified';
      readonly people: readonly string[];
      /** The held mails that each was told of, and the one ticket that the mail was about. */
      readonly named?: readonly NamedHeld[];
      /** It was the mail of the day about mail to many: all others are still to be told. */
      readonly isDaily?: true;
      /** It was the mail of the week: all others are still to be told. */
      readonly isWeekly?: true;
    }
  /** Nothing of it may be erased or removed from now on, or may be again. */
  | {
      readonly type: 'ticket.legalhold';
      readonly ticket: TicketId;
      readonly isOnHold: boolean;
      readonly by: string;
    }
  /** Words, addresses and files of a person, or of a ticket, are gone; `tickets` had some. */
  | {
      readonly type: 'person.erased';
      readonly tickets: readonly TicketId[];
      readonly commits: readonly ErasedCommit[];
      readonly by: string;
    }
  /**
   * Words of that mail are gone, since it had what must not be kept: from its octets, whose SHA-256
   * is another one, and from these texts.
   */
  | {
      readonly type: 'mail.blanked';
      /** Number of the commit that brought it. */
      readonly mail: number;
      readonly sha256: string;
      readonly commits: readonly Pick<ErasedCommit, 'seq' | 'texts'>[];
    }
  /** Mail that waits for a person to let it in or throw it away. */
  | { readonly type: 'mail.held'; readonly mail: HeldMail }
  /** What became of it; `held` is its id. */
  | {
      readonly type: 'mail.released' | 'mail.discarded';
      readonly held: number;
      readonly by: string;
    }
  /** Its mail waits for a robot; `by`: who has it tried once more, after it was held. */
  | ({ readonly type: 'robot.queued'; readonly by?: string } & Omit<
      RobotRun,
      'run' | 'since' | 'tries' | 'why' | 'next'
    >)
  /** It was tried in vain, so often by now, and is tried again then (RFC 3339). */
  | {
      readonly type: 'robot.failed';
      readonly run: number;
      readonly robot: string;
      readonly tries: number;
      readonly why: string;
      readonly next: string;
    }
  /** It waits no more. `silence`: why the reply that there was did not go out. */
  | {
      readonly type: 'robot.ended';
      readonly run: number;
      readonly robot: string;
      readonly end: RunEnd;
      readonly why: string;
      /** Its mail is in a ticket, which keeps it. */
      readonly isFiled?: true;
      readonly silence?: Verdict;
      readonly by?: string;
      /** The plan that was confirmed by its mail. */
      readonly plan?: number;
    }
  /** What it would do is told to the sender: they have to confirm it. */
  | ({ readonly type: 'robot.planned' } & PlanMade)
  /** Whoever was told of that plan has answered with a wrong number. */
  | { readonly type: 'robot.doubted'; readonly run: number; readonly robot: string }
  /** Nobody can confirm that plan any more: its time is over, or there is a newer one. */
  | {
      readonly type: 'robot.lapsed';
      readonly run: number;
      readonly robot: string;
      readonly why: 'expired' | 'replaced';
    }
  /**
   * The MTA has taken the mail, or never will. `mail` is its id in the outbox. No ticket: a notice.
   * `size` and `digest` (SHA-256, in hex) are those of the octets that it was given, if they are
   * known.
   */
  | {
      readonly type: 'reply.sent';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
      readonly size?: number;
      readonly digest?: string;
    }
  | {
      readonly type: 'reply.failed';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
      readonly reason: string;
    }
  /**
   * The process that handed it over is gone, and wrote no end. What a person wrote goes once more,
   * what a machine says does not.
   */
  | {
      readonly type: 'reply.unknown';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
      readonly again: boolean;
    }
  /**
   * It is taken back before it went out, and goes to nobody. `waiting`: for whom the ticket waits
   * again, if it is as it was before the answer.
   */
  | {
      readonly type: 'reply.undone';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
      readonly waiting?: Waiting | null;
      readonly by: string;
    };

/** The ticket that a change belongs to, or null for one about no ticket. */
export function ticketOf(change: Change): TicketId | null {
  return 'ticket' in change ? change.ticket : null;
}

export type MailFate = Extract<
  Change,
  { readonly type: 'reply.sent' | 'reply.failed' | 'reply.unknown' | 'reply.undone' }
>;

/** What has become of a mail in the outbox. */
export function isFate(change: Change): change is MailFate {
  const { type } = change;
  return (
    type === 'reply.sent' ||
    type === 'reply.failed' ||
    type === 'reply.unknown' ||
    type === 'reply.undone'
  );
}

export function goesAgain(fate: MailFate): boolean {
  return fate.type === 'reply.unknown' && fate.again;
}

/** Those that some of the changes belong to, each once. */
export function ticketsOf(changes: readonly Change[]): ReadonlySet<TicketId> {
  return new Set(changes.flatMap((change) => ticketOf(change) ?? []));
}
