/**
 * The lists of tickets as a run writes them. Where only some tickets have changed, the rows of the
 * others are those of the pages that are there.
 */
import { nameOf, namesOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import { type Block, blockOf, rowAmongOpen, rowInBlock } from './lists-html.ts';
import { type Row, rowsIn, rowsWith, sorted } from './rows.ts';
import type { Site, UpTo } from './site.ts';
import type { PagesState } from './state.ts';

/** What the folder's state says of them. */
export type Listed = Pick<PagesState, 'blocks' | 'open'>;
export const NOTHING_LISTED: Listed = { blocks: {}, open: [] };

interface InBlock {
  readonly block: Block;
  readonly fresh: Row[];
  readonly gone: Set<string>;
}

export class Lists {
  readonly #site: Site;
  readonly #open = new Map<TicketId, Row | null>();
  readonly #inBlocks = new Map<string, InBlock>();

  constructor(site: Site) {
    this.#site = site;
  }

  add(ticket: Ticket): void {
    const path = this.#site.pathOf(ticket);
    this.#open.set(ticket.id, rowAmongOpen(ticket, path));
    for (const name of namesOf(ticket)) this.#inBlock(blockOf(name)).gone.add(ticket.id);
    this.#inBlock(blockOf(nameOf(ticket))).fresh.push(rowInBlock(ticket, path));
  }

  /** Writes all that have changed; null if a page that must be there is not. */
  async write(
    before: Listed,
    upTo: UpTo,
    ticketsNamed: (ids: readonly TicketId[]) => Promise<readonly Ticket[]>,
  ): Promise<Listed | null> {
    const blocks = this.#writeBlocks(before.blocks);
    if (blocks === null) return null;
    const rows = sorted(await this.#openRows(before.open, ticketsNamed));
    this.#site.writeOpen(rows, upTo);
    return { blocks, open: rows.map(({ id }) => id) };
  }

  #inBlock(block: Block): InBlock {
    const key = `${block.queue} ${block.n}`;
    const known = this.#inBlocks.get(key);
    if (known !== undefined) return known;
    const made: InBlock = { block, fresh: [], gone: new Set() };
    this.#inBlocks.set(key, made);
    return made;
  }

  #writeBlocks(before: Listed['blocks']): Listed['blocks'] | null {
    const there = new Map(Object.entries(before).map(([queue, all]) => [queue, new Set(all)]));
    for (const { block, fresh, gone } of this.#inBlocks.values()) {
      const isThere = there.get(block.queue)?.has(block.n) ?? false;
      const page = isThere ? this.#site.pageOfBlock(block) : '';
      if (page === null) return null;
      const rows = rowsWith(rowsIn(page), fresh, gone);
      const numbers = there.get(block.queue) ?? new Set();
      if (rows.length === 0) numbers.delete(block.n);
      else {
        numbers.add(block.n);
        this.#site.writeBlock(block, rows);
      }
      there.set(block.queue, numbers);
    }
    const queues = [...there]
      .filter(([, numbers]) => numbers.size > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([queue, numbers]) => [queue, [...numbers].toSorted((a, b) => b - a)] as const);
    this.#site.writeAll(queues);
    return Object.fromEntries(queues);
  }

  /**
   * A run that was killed may have written some of the pages that they were on, so whichever are on
   * none of them are asked for.
   */
  async #openRows(
    before: readonly string[],
    ticketsNamed: (ids: readonly TicketId[]) => Promise<readonly Ticket[]>,
  ): Promise<readonly Row[]> {
    const fresh = [...this.#open.values()].flatMap((row) => row ?? []);
    const others = before.filter((id) => !this.#open.has(asId(id)));
    const known = new Map(
      this.#site
        .openPages(before.length)
        .flatMap((page) => rowsIn(page).map((row) => [row.id, row])),
    );
    const missing = others.filter((id) => !known.has(id));
    const found = missing.length === 0 ? [] : await ticketsNamed(missing.map(asId));
    return [
      ...fresh,
      ...others.flatMap((id) => known.get(id) ?? []),
      ...found.flatMap((ticket) => rowAmongOpen(ticket, this.#site.pathOf(ticket)) ?? []),
    ];
  }
}

function asId(id: string): TicketId {
  // It was one when it was written.
  return id as TicketId;
}
