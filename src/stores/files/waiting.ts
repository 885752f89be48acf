/**
 * Which tickets wait, by whom they wait for and since when, so that what is due is found
 * at a cost that does not grow with them: a mark (marks.ts) for each,
 * `waiting/<stage>-<QUEUE>/<hour, 2026112113>/<minute and second>-<ID>`.
 *
 * `desk` and `customer` until they have been told; `reminded` from then on. Derived from
 * the journal; after a power cut a mark may be left behind, so whoever finds one asks the
 * ticket itself, and recovery takes it away.
 */
import { join } from 'node:path';
import type { Span } from '../../journal/store.ts';
import type { Ticket, TicketId } from '../../ticket/ticket.ts';
import { type Stage, stageOf } from '../../ticket/waiting.ts';
import { isDirectory, names } from './disk.ts';
import type { Marks } from './marks.ts';

const FOLDER = 'waiting';

/** Relative to the folder of all marks; null for a ticket of which nothing can become due. */
export function markOf({ id, queue, waiting }: Ticket): string | null {
  const found = stageOf(waiting);
  if (found === null) return null;
  const { hour, rest } = stampOf(found.since);
  return join(`${found.stage}-${queue}`, hour, `${rest}-${id}`);
}

/** `2026112113` and `2510` of 2026-11-21T13:25:10Z. */
function stampOf(time: string): { readonly hour: string; readonly rest: string } {
  const digits = time.replace(/\D/g, '');
  return { hour: digits.slice(0, 10), rest: digits.slice(10, 14) };
}

export class Waiting {
  readonly #directory: string;
  readonly #marks: Marks;

  constructor(root: string, marks: Marks) {
    this.#directory = join(root, FOLDER);
    this.#marks = marks;
  }

  /** `before`: the ticket as it was, where it is known. */
  mark(before: Ticket | null, after: Ticket): void {
    const [old, now] = [before === null ? null : markOf(before), markOf(after)];
    if (old !== null && old !== now) this.#marks.remove(join(FOLDER, old));
    if (now !== null) this.#marks.add(join(FOLDER, now));
  }

  /** As Store.waitingSince promises it. */
  since(stage: Stage, queue: string, { until, now }: Span, limit: number): readonly TicketId[] {
    const [last, present] = [stampOf(until.toISOString()), stampOf(now.toISOString())];
    const isLong = (stamp: string) =>
      stamp <= last.hour + last.rest || stamp > present.hour + present.rest;
    const found: TicketId[] = [];
    const directory = join(this.#directory, `${stage}-${queue}`);
    for (const hour of names(directory).toSorted()) {
      if (found.length >= limit) break;
      if (hour > last.hour && hour < present.hour) continue;
      for (const name of names(join(directory, hour)).toSorted()) {
        if (isLong(hour + name.slice(0, 4))) found.push(ticketIn(name));
      }
    }
    return found.slice(0, limit);
  }

  /** Takes away every mark of these tickets that is not the one they should have. */
  keepOnly(tickets: ReadonlyMap<TicketId, string | null>): void {
    for (const mark of this.all()) {
      const right = tickets.get(ticketIn(mark.slice(mark.lastIndexOf('/') + 1)));
      if (right !== undefined && right !== mark) this.#marks.remove(join(FOLDER, mark));
    }
  }

  all(): readonly string[] {
    return filesBelow(this.#directory, '', 3);
  }
}

/** What lies at that depth, and what is no folder above it. */
function filesBelow(root: string, path: string, depth: number): readonly string[] {
  if (depth === 0 || (path !== '' && !isDirectory(join(root, path)))) return [path];
  return names(join(root, path)).flatMap((name) => filesBelow(root, join(path, name), depth - 1));
}

function ticketIn(name: string): TicketId {
  // Written by `mark`, of a TicketId.
  return name.slice(name.indexOf('-') + 1) as TicketId;
}
