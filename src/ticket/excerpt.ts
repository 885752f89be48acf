/**
 * Where in a ticket the words of a search are: for each the line that it is in, of the newest
 * message that has it. A line that somebody wrote comes before one that they only quoted, a line
 * before the name of a file or a person. What its subject or its requester has is no excerpt, since
 * every list shows those. Pure.
 */
import { folded } from './folded.ts';
import { type Mailbox, type Message, mailboxText, type Note, type Ticket } from './ticket.ts';

/** Offsets in a line, the end not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Excerpt {
  /** Of the message. */
  readonly serial: number;
  readonly isNote: boolean;
  /** One line, as it was written (NFC). */
  readonly line: string;
  /** Where the words are in it, in order. */
  readonly hits: readonly Span[];
}

const MOST = 3;
/** Of a word in a line, which may be a mail: more than one screen has room for. */
const MOST_HITS = 500;

export function excerptsOf(ticket: Ticket, words: readonly string[]): readonly Excerpt[] {
  const shown = folded([ticket.subject, ...named(ticket.requester)].join('\n'));
  const left = new Set(words.map(folded).filter((word) => !shown.includes(word)));
  const found: Excerpt[] = [];
  for (const message of ticket.messages.toReversed()) {
    for (const line of linesOf(message)) {
      if (left.size === 0 || found.length === MOST) break;
      const inIt = folded(line);
      const here = [...left].filter((word) => inIt.includes(word));
      if (here.length === 0) continue;
      for (const word of here) left.delete(word);
      found.push({
        ...{ serial: message.serial, isNote: message.direction === 'internal' },
        ...{ line: line.normalize('NFC'), hits: hitsIn(line, words.map(folded)) },
      });
    }
  }
  return found.toSorted((a, b) => a.serial - b.serial);
}

/** What was written first, then what was quoted, then names. */
function linesOf(message: Message | Note): readonly string[] {
  const lines = message.text.split('\n');
  const isWritten = new Array<boolean>(lines.length).fill(message.direction !== 'in');
  for (const { from, to } of message.direction === 'in' ? message.newLines : []) {
    isWritten.fill(true, from - 1, to);
  }
  return [
    ...lines.filter((_, n) => isWritten[n]),
    ...lines.filter((_, n) => !isWritten[n]),
    ...message.attachments.map(({ filename }) => filename),
    ...(message.direction === 'internal' ? [] : [message.subject]),
    ...(message.direction === 'internal' ? [] : [message.from, ...message.to].flatMap(named)),
  ];
}

function named(person: Mailbox | null): readonly string[] {
  return person === null ? [] : [mailboxText(person)];
}

/** Folding may make a character longer: each is counted by what it is folded to. */
function hitsIn(line: string, words: readonly string[]): readonly Span[] {
  const inIt = folded(line);
  const origins: number[] = [];
  let at = 0;
  for (const char of line.normalize('NFC')) {
    for (let n = char.toLowerCase().length; n > 0; n -= 1) origins.push(at);
    at += char.length;
  }
  origins.push(at);
  const hits: Span[] = [];
  for (const word of words) {
    let next = inIt.indexOf(word);
    for (let n = 0; next >= 0 && n < MOST_HITS; n += 1) {
      const [from = at, last = at] = [origins[next], origins[next + word.length - 1]];
      hits.push({ from, to: Math.max(last + 1, origins[next + word.length] ?? at) });
      next = inIt.indexOf(word, next + word.length);
    }
  }
  return hits.toSorted((a, b) => a.from - b.from);
}
