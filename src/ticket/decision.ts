/**
 * Why a mail became what it became: written down with it, for `explain`.
 *
 * Plain values. Addresses and evidence in it are a stranger's words; whoever
 * shows them makes them inert.
 */
import type { Trust } from './ticket.ts';

/** What a check found, and the field or address that spoke. */
export interface Verdict {
  readonly check: string;
  readonly evidence: string;
}

/** Why a mail that a person may have written gets no automatic reply: its evidence is the mark. */
export const MARKED = 'marked';
/** Why an address gets no automatic reply whose name says that nobody reads there. */
export const NO_REPLY = 'no-reply';
/** Why there is no automatic reply to a mail whose Reply-To is of another domain than its From. */
export const REPLY_TO = 'reply-to';
/** Why a mail is held that seems to come from a web form that the config does not name. */
export const UNLISTED_FORM = 'unlisted-form';
/** Why a mail is held that goes to many. */
export const BULK = 'bulk';

/**
 * A subject about ours that programs write, and people: of an automatic reply, and of a receipt.
 */
export const AUTOMATIC_SUBJECT = 'automatic-subject';
export const RECEIPT = 'receipt';

/** It is told, and yet is no answer: if a machine wrote it, nothing has happened. */
export function answersNothing(mark: Verdict | null | undefined): boolean {
  return mark?.check === AUTOMATIC_SUBJECT || mark?.check === RECEIPT;
}

export function marked({ check, evidence }: Verdict): Verdict {
  return { check: MARKED, evidence: `${check}: ${evidence}` };
}

/** What the alias says that the mail is; `any` if a person pipes it in. */
export type Verb = 'new' | 'reply' | 'control' | 'run' | 'any';

/** `release`: a person has let it in. */
export type RoutedBy =
  | 'address'
  | 'signed reference'
  | 'reference'
  | 'subject'
  | 'queue'
  | 'release';

/**
 * What has become of a mail: kept in no ticket, held, a message of a ticket, sent back to its
 * author with what was wrong, carried out.
 */
export type Fate = 'recorded' | 'held' | 'ticket' | 'returned' | 'done';

export type IntentName =
  | 'open'
  | 'append'
  | 'hold'
  | 'record'
  | 'act'
  | 'control'
  | 'help'
  | 'confirm'
  | 'run'
  | 'plan';

/**
 * By the marks in it: a person, as far as one can tell; maybe one; nobody in particular; a machine.
 */
export type Writer = 'person' | 'maybe' | 'bulk' | 'machine';

/** A rule of a queue that spoke, by its name in the config; on what, and what it does, in words. */
export interface RuleSpoke {
  readonly rule: string;
  readonly evidence: string;
  readonly did: string;
}

export interface Decision {
  readonly messageId: string | null;
  readonly verb: Verb;
  readonly sender: string | null;
  readonly recipients: readonly string[];
  /** Whether To or Cc name one of them; null if there is no envelope. */
  readonly isNamed: boolean | null;
  /** Address and HELO of the host that handed the mail to our MTA. */
  readonly client: string | null;
  /** The SASL login, if there was one. */
  readonly login: string | null;
  /** Names of the checks that were asked, in order. */
  readonly asked: readonly string[];
  /** What spoke against the mail, in the same order. */
  readonly spoke: readonly Verdict[];
  /** Older ones do not say it. */
  readonly wrote?: Writer;
  readonly trust: Trust;
  readonly why: string;
  /** The ticket or queue that was found, and how. */
  readonly route: string;
  readonly by: RoutedBy;
  readonly intent: IntentName;
  /** What the rules of its queue have said, in order; left out if none has. */
  readonly rules?: readonly RuleSpoke[];
  /** Under whose name it has acted: with its Message-ID it does so once. */
  readonly actor?: string;
}
