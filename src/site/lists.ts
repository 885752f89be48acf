/**
 * The lists of tickets as a run writes them. Where only some tickets have changed, the rows of the
 * others are those of the pages that are there.
 */
import { nameOf, namesOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import { type Block, blockOf, rowAmongOpen, rowInBlock } from './lists-html.ts';
import { partsAfter, partsOf } from './open-pages.ts';
import { type Row, rowsIn, rowsWith, sorted } from './rows.ts';
import type { RowsAside } from './rows-aside.ts';
import type { Site, UpTo } from './site.ts';
import { numbersIn, type PagesState, spansOf } from './state.ts';

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
  /** As they stood among those that are open. */
  readonly #stood: Pick<Row, 'id' | 'order'>[] = [];
  readonly #inBlocks = new Map<string, InBlock>();
  readonly #aside: RowsAside | null;

  /** `aside`: where the rows of all tickets go, if all are written anew. */
  constructor(site: Site, aside: RowsAside | null = null) {
    this.#site = site;
    this.#aside = aside;
  }

  /** `stood`: its place among those that are open, as its page had it before. */
  add(ticket: Ticket, stood: string | null): void {
    const path = this.#site.pathOf(ticket);
    const row = rowAmongOpen(ticket, path);
    if (this.#aside !== null) {
      if (row !== null) this.#open.set(ticket.id, row);
      this.#aside.add(nameOf(ticket), rowInBlock(ticket, path));
      return;
    }
    this.#open.set(ticket.id, row);
    if (stood !== null) this.#stood.push({ id: ticket.id, order: stood });
    for (const name of namesOf(ticket)) this.#inBlock(blockOf(name)).gone.add(ticket.id);
    this.#inBlock(blockOf(nameOf(ticket))).fresh.push(rowInBlock(ticket, path));
  }

  /**
   * Writes all that have changed; null if a page that must be there is not. `open`: all tickets that
   * are open, where the pages of those cannot be relied on; else null.
   */
  write(before: Listed, upTo: UpTo, open: readonly Ticket[] | null): Listed | null {
    const fresh = [...this.#open.values()].flatMap((row) => row ?? []);
    const parts =
      open === null
        ? partsAfter(before.open, { gone: this.#stood, fresh }, (n) =>
            this.#site.rowsOfOpen(before.open, n),
          )
        : partsOf(sorted([...fresh, ...this.#others(open)]));
    const blocks = parts === null ? null : this.#writeBlocks(before.blocks, open !== null);
    if (parts === null || blocks === null) return null;
    this.#site.writeOpen(parts, before.open, upTo);
    return { blocks, open: parts.map(({ page }) => page) };
  }

  #others(open: readonly Ticket[]): readonly Row[] {
    return open
      .filter(({ id }) => !this.#open.has(id))
      .flatMap((ticket) => rowAmongOpen(ticket, this.#site.pathOf(ticket)) ?? []);
  }

  #inBlock(block: Block): InBlock {
    const key = `${block.queue} ${block.n}`;
    const known = this.#inBlocks.get(key);
    if (known !== undefined) return known;
    const made: InBlock = { block, fresh: [], gone: new Set() };
    this.#inBlocks.set(key, made);
    return made;
  }

  #writeBlocks(before: Listed['blocks'], isAnew: boolean): Listed['blocks'] | null {
    const there = new Map(
      Object.entries(before).map(([queue, spans]) => [queue, new Set(numbersIn(spans))]),
    );
    let isOther = isAnew;
    for (const rows of this.#aside?.all() ?? []) {
      for (const { block, fresh } of inBlocks(rows)) {
        this.#site.writeBlock(block, sorted(fresh));
        there.set(block.queue, (there.get(block.queue) ?? new Set()).add(block.n));
      }
    }
    for (const { block, fresh, gone } of this.#inBlocks.values()) {
      const numbers = there.get(block.queue) ?? new Set();
      const isThere = numbers.has(block.n);
      const page = isThere ? this.#site.pageOfBlock(block) : '';
      if (page === null) return null;
      const rows = rowsWith(rowsIn(page), fresh, gone);
      if (rows.length > 0) this.#site.writeBlock(block, rows);
      else if (isThere) this.#site.removeBlock(block);
      if (rows.length > 0) numbers.add(block.n);
      else numbers.delete(block.n);
      isOther ||= isThere !== rows.length > 0;
      there.set(block.queue, numbers);
    }
    const queues = [...there]
      .filter(([, numbers]) => numbers.size > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (isOther) {
      this.#site.writeAll(
        queues.map(([queue, numbers]) => [queue, [...numbers].toSorted((a, b) => b - a)]),
      );
    }
    return Object.fromEntries(queues.map(([queue, numbers]) => [queue, spansOf(numbers)]));
  }
}

function inBlocks(
  rows: ReadonlyMap<TicketId, readonly Row[]>,
): Iterable<{ readonly block: Block; readonly fresh: readonly Row[] }> {
  const blocks = new Map<string, { readonly block: Block; readonly fresh: Row[] }>();
  for (const [name, own] of rows) {
    const block = blockOf(name);
    const key = `${block.queue} ${block.n}`;
    const known = blocks.get(key) ?? { block, fresh: [] };
    known.fresh.push(...own);
    blocks.set(key, known);
  }
  return blocks.values();
}
