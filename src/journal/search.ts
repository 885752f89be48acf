/**
 * Tickets by the words in them, without an index: texts are read from the newest to the oldest,
 * until enough tickets are found.
 *
 * Commits come in blocks. The texts of a block are looked at as they were written first, then those
 * of each of its commits, and a record is read only if they hold a word; so a search costs little
 * more than reading the files does, and nothing has to be kept up to date at every mail. Words are found within words, in any case; different ones may
 * stand in different mails of a ticket. What was only quoted, or stands in a note, counts.
 */
import { type Change, ticketOf } from '../ticket/change.ts';
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
  const wanted = [...new Set(words.map(folded))];
  // As they stand in JSON.
  const written = wanted.map((word) => JSON.stringify(word).slice(1, -1));
  /** In the order of the last word of each. */
  const found = new Map<TicketId, Set<string>>();
  const isWhole = (known: ReadonlySet<string>) => known.size === wanted.length;
  const mayHold = (text: string) => {
    const lower = folded(text);
    return written.some((word) => lower.includes(word));
  };
  for (const { text: line, record } of commitsIn(blocks, mayHold, progress)) {
    if (!mayHold(line)) continue;
    for (const change of (record()?.changes ?? []).toReversed()) {
      const id = ticketOf(change);
      const text = id === null ? '' : folded(textOf(change));
      for (const word of text === '' ? [] : wanted) {
        if (id === null || !text.includes(word)) continue;
        found.set(id, (found.get(id) ?? new Set()).add(word));
      }
    }
    if (found.size >= limit && firstOf(found.values(), limit).every(isWhole)) break;
  }
  return [...found].flatMap(([id, known]) => (isWhole(known) ? [id] : [])).slice(0, limit);
}

function* commitsIn(
  blocks: Iterable<SearchedBlock>,
  mayHold: (text: string) => boolean,
  progress: (share: number) => void,
): Generator<SearchedCommit> {
  for (const { text, share, commits } of blocks) {
    progress(share);
    if (mayHold(text)) yield* commits();
  }
}

/** Case does not count, nor whether an accent is a character of its own (Unicode NFC). */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function textOf(change: Change): string {
  switch (change.type) {
    case 'ticket.created':
      return `${change.ticket}\n${change.subject}\n${named(change.requester)}`;
    case 'ticket.retitled':
      return change.to;
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
