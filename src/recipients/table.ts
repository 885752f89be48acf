/**
 * Where recipients lie, whichever kind of table that is: what can be asked of it and done to it.
 *
 * A change is all or nothing, and one at a time: nobody else changes the table between what is
 * decided on and what is written. What the table cannot do is a Failure.
 */
import type { Recipient } from './recipient.ts';
import type { Table } from './rules.ts';

export type RecipientEdit =
  | ({ readonly type: 'added' /** Where it went. */; readonly before: string | null } & Recipient)
  /** `destination`: where it went. */
  | ({ readonly type: 'removed' } & Recipient);

export interface RecipientChange<T> {
  /** Addresses that it is about; of them and of all that they lead to is decided. */
  readonly about: readonly string[];
  /** On the rows as they are. Nothing is written if there are no edits. */
  readonly decide: (rows: Table) => {
    readonly edits: readonly RecipientEdit[];
    readonly result: T;
  };
  /** Before the edits count; if it throws, they never do. */
  readonly record: (edits: readonly RecipientEdit[]) => Promise<void>;
}

export interface RecipientTable {
  /** In the order of their addresses. */
  list(): Promise<readonly Recipient[]>;
  /** Why it cannot be changed, or null; a Failure says it as well. */
  problem(): Promise<string | null>;
  change<T>(change: RecipientChange<T>): Promise<T>;
}
