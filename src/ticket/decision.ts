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

/** What the alias says that the mail is; `any` if a person pipes it in. */
export type Verb = 'new' | 'reply' | 'control' | 'any';

/** `release`: a person has let it in. */
export type RoutedBy = 'address' | 'signed reference' | 'reference' | 'queue' | 'release';

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
  | 'confirm';

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
  readonly trust: Trust;
  readonly why: string;
  /** The ticket or queue that was found, and how. */
  readonly route: string;
  readonly by: RoutedBy;
  readonly intent: IntentName;
  /** Under whose name it has acted: with its Message-ID it does so once. */
  readonly actor?: string;
}
