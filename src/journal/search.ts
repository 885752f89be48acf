/**
 * Tickets by the words in them, without an index: texts are read from the newest to the oldest,
 * until enough tickets are found.
 *
 * Commits come in blocks. The texts of a block are looked at as they were written first, then those
 * of each of its commits, and a record is read only if they hold a word; so a search costs little
 * more than reading the files does, and nothing has to be kept up to date at every mail. Words are
 * found within words, in any case; different ones may stand in different mails of a ticket. What
 * was only quoted, or stands in a note, counts.
 */
import { type Change, ticketOf } from '../ticket/change.ts';
import { folded } from '../ticket/folded.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';
import type { JournalRecord } from './record.ts';

/** Some commits, one behind the other. */
export interface SearchedBlock {
  /** All of what `text` of its commits says. */
  readonly text: string;
  /** How much of all has been read with it. */
  readonly share: number;
  /** Newest first. */
  readonly commits: () => Iterable<SearchedCommit>;
}

/** A commit that may have the words. */
export interface SearchedCommit {
  /** A line of JSON with all its texts in it. */
  readonly text: string;
  /** null if it does not read. */
  readonly record: () => JournalRecord | null;
}

/**
 * Those that have all words, so many at most; the one that had one last comes first. `blocks`:
 * newest first. `progress`: the share that was read.
 */
export function searchCommits(
  blocks: Iterable<SearchedBlock>,
  words: readonly string[],
  limit: number,
  progress: (share: number) => void,
): readonly TicketId[] {
  const search = new Search(words, limit);
  for (const block of blocks) if (search.isEndedBy(block, progress)) break;
  return search.found();
}

/** The same, of blocks that are waited for. */
export async function searchLater(
  blocks: AsyncIterable<SearchedBlock>,
  words: readonly string[],
  limit: number,
  progress: (share: number) => void,
): Promise<readonly TicketId[]> {
  const search = new Search(words, limit);
  for await (const block of blocks) if (search.isEndedBy(block, progress)) break;
  return search.found();
}

class Search {
  readonly #wanted: readonly string[];
  /** As they stand in JSON. */
  readonly #written: readonly string[];
  readonly #limit: number;
  /** In the order of the last word of each. */
  readonly #found = new Map<TicketId, Set<string>>();

  constructor(words: readonly string[], limit: number) {
    this.#wanted = [...new Set(words.map(folded))];
    this.#written = this.#wanted.map(writtenWord);
    this.#limit = limit;
  }

  /** Enough is found with this block. */
  isEndedBy({ text, share, commits }: SearchedBlock, progress: (share: number) => void): boolean {
    progress(share);
    if (!this.#mayHold(text)) return false;
    for (const commit of commits()) {
      if (this.#mayHold(commit.text) && this.#isEndedByCommit(commit)) return true;
    }
    return false;
  }

  found(): readonly TicketId[] {
    const all = [...this.#found];
    return all.flatMap(([id, known]) => (this.#isWhole(known) ? [id] : [])).slice(0, this.#limit);
  }

  #isEndedByCommit({ record }: SearchedCommit): boolean {
    const found = this.#found;
    for (const change of (record()?.changes ?? []).toReversed()) {
      const id = ticketOf(change);
      const text = id === null ? '' : folded(textOf(change));
      for (const word of text === '' ? [] : this.#wanted) {
        if (id === null || !text.includes(word)) continue;
        found.set(id, (found.get(id) ?? new Set()).add(word));
      }
    }
    if (found.size < this.#limit) return false;
    return firstOf(found.values(), this.#limit).every((known) => this.#isWhole(known));
  }

  #isWhole(known: ReadonlySet<string>): boolean {
    return known.size === this.#wanted.length;
  }

  #mayHold(text: string): boolean {
    const lower = folded(text);
    return this.#written.some((word) => lower.includes(word));
  }
}

/** As a word stands in the JSON of a text, folded. */
export function writtenWord(word: string): string {
  return JSON.stringify(folded(word)).slice(1, -1);
}

function textOf(change: Change): string {
  switch (change.type) {
    case 'ticket.created':
      return `${change.ticket}\n${change.subject}\n${named(change.requester)}`;
    case 'ticket.retitled':
      return change.to;
    case 'ticket.field':
      return change.value ?? '';
    case 'ticket.requester':
      return named(change.to);
    case 'ticket.participants':
      return change.added.map(named).join('\n');
    case 'ticket.tagged':
      return change.added.join('\n');
    case 'note.added':
      return [change.text, ...(change.attachments ?? []).map(({ filename }) => filename)].join(
        '\n',
      );
    case 'message.added': {
      const { subject, text, from, to, attachments } = change.message;
      const names = attachments.map(({ filename }) => filename);
      return [subject, text, named(from), ...to.map(named), ...names].join('\n');
    }
    default:
      return '';
  }
}

function named(person: Mailbox | null): string {
  return person === null ? '' : `${person.name} ${person.address}`;
}

function firstOf<T>(values: Iterable<T>, limit: number): readonly T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === limit) break;
    first.push(value);
  }
  return first;
}
