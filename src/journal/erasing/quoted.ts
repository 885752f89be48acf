/**
 * Where others repeat what the person wrote: by whole lines of it, by their address, and by their
 * name. It is for a person to decide, so it says too much rather than too little. Pure.
 */
import { addressPlacesIn } from '../../addresses/named-in-text.ts';
import { type Change, ticketOf } from '../../ticket/change.ts';
import type { Mailbox, TicketId } from '../../ticket/ticket.ts';
import type { Quoted } from './erasure.ts';
import { addressesIn } from './person.ts';

/** A shorter line is said by many: it counts if it is marked as a quote, in the same ticket. */
const MIN_LINE_CHARACTERS = 16;
/** And a shorter name or subject is a word. */
const MIN_NAME_CHARACTERS = 5;

export class SaidByThem {
  readonly #lines = new Set<string>();
  readonly #short = new Map<TicketId, Set<string>>();
  readonly #names = new Set<string>();
  readonly #subjects = new Set<string>();

  /** Of a ticket of theirs: people give it as it stands, and lists have it. */
  addSubject(subject: string): void {
    this.#addLines(subject);
    const folded = subject.trim().toLowerCase();
    if (folded.length >= MIN_NAME_CHARACTERS) this.#subjects.add(folded);
  }

  add(text: string, ticket: TicketId): void {
    const short = this.#short.get(ticket) ?? new Set();
    this.#short.set(ticket, short);
    for (const bare of this.#addLines(text)) if (bare !== '') short.add(bare);
  }

  /** Gives those that are too short. */
  #addLines(text: string): readonly string[] {
    const bare = text.split('\n').map(bareLine);
    for (const line of bare) if (line.length >= MIN_LINE_CHARACTERS) this.#lines.add(line);
    return bare.filter((line) => line.length < MIN_LINE_CHARACTERS);
  }

  addName({ name }: Mailbox): void {
    const folded = name.trim().toLowerCase();
    if (folded.length >= MIN_NAME_CHARACTERS && folded.includes(' ')) this.#names.add(folded);
  }

  isIn(text: string): boolean {
    return text.split('\n').some((line) => this.#lines.has(bareLine(line)));
  }

  isQuotedIn(text: string, ticket: TicketId | null): boolean {
    const short = ticket === null ? undefined : this.#short.get(ticket);
    if (short === undefined) return false;
    return text
      .split('\n')
      .some((line) => line.trimStart().startsWith('>') && short.has(bareLine(line)));
  }

  /** Too little to go by, but in what a person of the staff has asked for. */
  hasSubjectIn(text: string): boolean {
    const folded = text.toLowerCase();
    return [...this.#subjects].some((subject) => folded.includes(subject));
  }

  isNamedIn(text: string): boolean {
    const folded = text.toLowerCase();
    return [...this.#names].some((name) => folded.includes(name));
  }
}

function bareLine(line: string): string {
  let at = 0;
  while (line[at] === '>' || line[at] === ' ') at += 1;
  return line.slice(at).trimEnd().toLowerCase();
}

/** Of a change that stays; `sender`: of the envelope of its mail. */
export function quotedIn(
  change: Change,
  said: SaidByThem,
  isPerson: (address: string) => boolean,
  sender: string | null,
): Quoted | null {
  const ticket = ticketOf(change);
  const why = (text: string, people: readonly Mailbox[] = []): Quoted['why'] | null => {
    const addresses = [...people.map(({ address }) => address), ...addressesIn(text)];
    if (addresses.some(isPerson)) return 'their address';
    const inLinks = addressPlacesIn(text).flatMap(({ address, whole }) => [address, whole]);
    if (inLinks.some(isPerson)) return 'their address';
    if (said.isIn(text) || said.isQuotedIn(text, ticket)) return 'their words';
    return said.isNamedIn(text) ? 'their name' : null;
  };
  switch (change.type) {
    case 'note.added': {
      const found = why(change.text);
      return found && { ticket, serial: change.serial, what: 'note', why: found };
    }
    case 'message.added': {
      const { subject, text, to, serial } = change.message;
      const found = why(`${subject}\n${text}`, to);
      return found && { ticket, serial, what: 'mail', why: found };
    }
    case 'mail.held': {
      const { id, subject, beginning = '' } = change.mail;
      const isRedirected = sender !== null && isPerson(sender);
      const found = isRedirected ? 'their address' : why(`${subject}\n${beginning}`);
      return found && { ticket: null, serial: id, what: 'held mail', why: found };
    }
    default:
      return null;
  }
}
