/**
 * The automatic answers of the last days, for the caps: `answered.log`, one line
 * `<commit> <epoch seconds> <ticket> <address> <kind>` an answer; older lines have no kind.
 *
 * Derived from the journal, append-only, and read from its end: what is asked costs as much
 * as there were answers in that time, with any number of tickets and of days. When half of
 * it is old, that half goes. A line that does not read is left out: at worst one answer
 * more goes out. What was read is known until the file is another one.
 */
import { join } from 'node:path';
import { ANSWERED_MS } from '../../journal/lists/answered.ts';
import type { Edit } from '../../journal/lists/list.ts';
import { ageOf, HOUR_MS, MINUTE_MS } from '../../ticket/age.ts';
import { type Answered, KINDS, type Kind } from '../../ticket/answered.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { appendLines, readText, remove, replace, sizeOf, stampOf } from '../disk/disk.ts';
import { lineBehind, wholeLinesFromEnd } from '../disk/read-pieces.ts';
import { Hold, type Memory } from './hold.ts';
import type { Applying, How, Stored } from './stored.ts';

const LINE = /^(\d+) (\d+) (\S+) (\S+)(?: (\S+))?$/;
const KIND: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind, kind]));
/** In the place of a ticket. */
const NO_TICKET = '-';
const MAX_LOG_BYTES = 256 * 1024;
/** What has become old since it was read is let go of at times. */
const KEPT_MS = 5 * MINUTE_MS;
/** By so much two clocks, or one that was set, may differ. */
const DISORDER_MS = HOUR_MS;

export class AnsweredLog implements Stored<Answered> {
  readonly file = 'answered.log';
  readonly #path: string;
  /** By its name. */
  readonly #end: Memory<End>;
  /** As it was read last, which is the same as long as the file is. */
  #read: { readonly stamp: string | null; readonly end: End } | null = null;

  constructor(root: string, hold = new Hold()) {
    this.#path = join(root, this.file);
    this.#end = hold.memory();
  }

  /** At least those since then, oldest first. */
  since(time: Date): readonly Answered[] {
    const from = time.getTime() - DISORDER_MS;
    const known = this.#end.known(this.file);
    if (known !== undefined && known.from > from) this.#end.forget(this.file);
    return this.#end.of(this.file, () => this.#endFrom(from)).found;
  }

  #endFrom(from: number): End {
    // Before it is read: what is appended meanwhile must not look old.
    const stamp = stampOf(this.#path);
    const read = this.#read;
    const since = read?.end.from ?? from;
    if (read?.stamp === stamp && since <= from && from - since < KEPT_MS) return read.end;
    const end = this.#readFrom(from);
    this.#read = { stamp, end };
    return end;
  }

  #readFrom(from: number): End {
    const [isTorn, lines] = wholeLinesFromEnd(this.#path);
    const found: Answered[] = [];
    let last = 0;
    for (const line of lines) {
      const entry = entryIn(line);
      if (entry === null) continue;
      if (last === 0) last = entry.seq;
      if (entry.answered.at.getTime() < from) break;
      found.push(entry.answered);
    }
    return { isTorn, last, from, found: found.reverse() };
  }

  /** Nothing is taken out but what is old. */
  write(edits: readonly Edit<Answered>[], { seq, how }: Applying): void {
    const answers = edits.flatMap((edit) => (edit.type === 'put' ? [edit.row] : []));
    if (answers.length === 0) return;
    const end = this.#end.known(this.file);
    if (end !== undefined && how === 'own' && end.last < seq) {
      this.#append(seq, answers, end);
      return;
    }
    this.#end.forget(this.file);
    const known: string[] = [];
    const [isTorn, lines] = wholeLinesFromEnd(this.#path);
    for (const line of lines) {
      const entry = entryIn(line);
      if (entry !== null && isBefore(entry, seq, how, answers)) break;
      known.push(line);
    }
    const added = answers
      .map((answered) => lineOf(seq, answered))
      .filter((line) => !takeOut(known, line));
    if (added.length === 0) return;
    appendLines(this.#path, added, isTorn);
    this.#forgetOld(answers);
  }

  /** Behind a last line of an earlier commit, so that none of them is there. */
  #append(seq: number, answers: readonly Answered[], end: End): void {
    const lines = answers.map((answered) => lineOf(seq, answered));
    this.#end.forget(this.file);
    appendLines(this.#path, lines, end.isTorn);
    const found = [...end.found, ...lines.flatMap((line) => entryIn(line)?.answered ?? [])];
    const after = { ...end, isTorn: false, last: seq, found };
    this.#end.put(this.file, after);
    this.#forgetOld(answers);
    this.#read = { stamp: stampOf(this.#path), end: after };
  }

  forget(): void {
    remove(this.#path);
  }

  nameOf(key: string): string {
    return key;
  }

  found(): ReadonlyMap<string, Answered> {
    const found = new Map<string, Answered>();
    for (const { seq, answered } of [...this.#fromEnd()].reverse()) {
      let n = 0;
      while (found.has(`${seq}.${n}`)) n += 1;
      found.set(`${seq}.${n}`, answered);
    }
    return found;
  }

  isRight(wanted: Answered, found: Answered | null): boolean {
    if (found !== null)
      return [wanted, { ...wanted, kind: null }].some((one) => isSame(one, found));
    const [last] = this.#fromEnd();
    return last !== undefined && isOld(wanted, last.answered.at);
  }

  *#fromEnd(): Generator<Entry> {
    const [, lines] = wholeLinesFromEnd(this.#path);
    for (const line of lines) {
      const entry = entryIn(line);
      if (entry !== null) yield entry;
    }
  }

  #forgetOld(answers: readonly Answered[]): void {
    const size = sizeOf(this.#path) ?? 0;
    if (size < MAX_LOG_BYTES) return;
    const now = new Date(Math.max(...answers.map(({ at }) => at.getTime())));
    const middle = entryIn(lineBehind(this.#path, Math.floor(size / 2)));
    if (middle === null || !isOld(middle.answered, now)) return;
    const lines = (readText(this.#path) ?? '').split('\n');
    const kept = lines.filter((line) => {
      const entry = entryIn(line);
      return entry !== null && !isOld(entry.answered, now);
    });
    replace(this.#path, kept.map((line) => `${line}\n`).join(''));
  }
}

function isOld({ at }: Answered, now: Date): boolean {
  return ageOf(at, now) > ANSWERED_MS;
}

function isSame(one: Answered, other: Answered): boolean {
  return lineOf(0, one) === lineOf(0, other);
}

/**
 * Nothing of that commit stands before it. A power cut may have kept a later line and lost this.
 */
function isBefore(entry: Entry, seq: number, how: How, answers: readonly Answered[]): boolean {
  if (entry.seq >= seq) return false;
  return (
    how !== 'rebooted' || answers.every(({ at }) => ageOf(entry.answered.at, at) > DISORDER_MS)
  );
}

/** One of them; false if there is none. */
function takeOut(lines: string[], line: string): boolean {
  const at = lines.indexOf(line);
  if (at >= 0) lines.splice(at, 1);
  return at >= 0;
}

/** How the log ends. */
interface End {
  readonly isTorn: boolean;
  /** Number of the commit of its last line; 0 if there is none. */
  readonly last: number;
  /** All since then (milliseconds), and maybe more. */
  readonly from: number;
  readonly found: readonly Answered[];
}

interface Entry {
  readonly seq: number;
  readonly answered: Answered;
}

function lineOf(seq: number, { at, address, ticket, kind }: Answered): string {
  const what = kind === null ? '' : ` ${kind}`;
  return `${seq} ${Math.floor(at.getTime() / 1000)} ${ticket ?? NO_TICKET} ${address}${what}`;
}

/** Of a busy desk hundreds are read for each mail, so nothing is taken apart twice. */
function entryIn(line: string): Entry | null {
  const parts = LINE.exec(line);
  const ticket = parts?.[3];
  const address = parts?.[4];
  if (!parts || ticket === undefined || address === undefined) return null;
  // Written by `write`, from a TicketId.
  const about = ticket === NO_TICKET ? null : (ticket as TicketId);
  const kind = KIND.get(parts[5] ?? '') ?? null;
  const answered = { at: new Date(Number(parts[2]) * 1000), address, ticket: about, kind };
  return { seq: Number(parts[1]), answered };
}
