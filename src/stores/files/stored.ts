/**
 * How a list (journal/lists) lies on disk: what every format of one can do.
 *
 * A format writes the edits of a commit, also once more, and reads back what fsck compares with the
 * journal. Nothing here is fsynced: what a power cut takes is written again.
 */
import type { Edit } from '../../journal/lists/list.ts';
import type { TicketId } from '../../ticket/ticket.ts';

/** This process's own commit; one that another left; one that a power cut may have torn. */
export type How = 'own' | 'left' | 'rebooted';

export interface Applying {
  /** Sequence number of the commit. */
  readonly seq: number;
  readonly how: How;
}

export interface Stored<Row> {
  write(edits: readonly Edit<Row>[], applying: Applying): void;
  /**
   * True if there is a row with this key that does not read; left out if a row is more than one
   * line of a file.
   */
  isDamaged?(key: string): boolean;
  /** Before a rebuild makes it again. */
  forget(): void;
  /** What has all rows, relative to the store; left out if each has a file, with the row's name. */
  readonly file?: string;
  /** Of the row with this key. */
  nameOf(key: string): string;
  /** Rows by name. A format that cannot list them looks for the `wanted` keys. */
  found(wanted: Iterable<string>): ReadonlyMap<string, Row>;
  /** Whether it says what is wanted as far as this format can; null if no row was found. */
  isRight?(wanted: Row, found: Row | null): boolean;
}

/** The same of a list that follows from the tickets: a name stands for each key. */
export interface StoredKeys {
  /** Of one ticket: the key that it had, as far as that is known, and the one that it has. */
  write(before: string | null, after: string | null): void;
  /** Takes every other key of these tickets away. */
  keepOnly(keys: ReadonlyMap<TicketId, string | null>): void;
  forget(): void;
  nameOf(key: string): string;
  names(): readonly string[];
}
