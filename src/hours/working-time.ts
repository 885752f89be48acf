/**
 * Working time of a queue: how much of it has passed, when so much of it began, and when there is
 * some again.
 *
 * Open times are found in blocks when they are asked for, so that a question costs as much as the
 * time that it is about; one object is for one run. Pure.
 */
import { DAY_MS } from '../ticket/age.ts';
import { type OpenHours, openTimes } from './open-times.ts';
import { lengthOf, type Span, within } from './spans.ts';

const BLOCK_MS = 64 * DAY_MS;
/** Nobody asks for more: what has waited so long has waited long enough. */
const MAX_BLOCKS_BACK = 60;
/** Who is closed for longer says no day. */
const MAX_BLOCKS_AHEAD = 7;

interface Block {
  readonly open: readonly Span[];
  readonly length: number;
}

export class WorkingTime {
  readonly #hours: OpenHours;
  readonly #blocks = new Map<number, Block>();

  constructor(hours: OpenHours) {
    this.#hours = hours;
  }

  /** Milliseconds of it between two instants; 0 if the second is not later. */
  between(from: number, to: number): number {
    if (!(to > from)) return 0;
    const [first, last] = [numberOf(from), numberOf(to)];
    if (first === last) return lengthOf(within(this.#block(first).open, { from, to }));
    let sum = lengthOf(within(this.#block(first).open, { from, to: BLOCK_MS * (first + 1) }));
    for (let n = first + 1; n < last; n += 1) sum += this.#block(n).length;
    return sum + lengthOf(within(this.#block(last).open, { from: BLOCK_MS * last, to }));
  }

  /** The latest instant since which so much of it has passed: ten years ago if it has not. */
  since(now: number, length: number): number {
    let left = length;
    const last = numberOf(now);
    for (let n = last; n > last - MAX_BLOCKS_BACK; n -= 1) {
      const { open } = this.#block(n);
      for (const { from, to } of within(open, { from: BLOCK_MS * n, to: now }).toReversed()) {
        if (to - from >= left) return to - left;
        left -= to - from;
      }
    }
    return BLOCK_MS * (last - MAX_BLOCKS_BACK);
  }

  isOpen(at: number): boolean {
    return this.between(at, at + 1) > 0;
  }

  /** The next instant at which it is open, `at` included; null if that is not within a year. */
  opens(at: number): number | null {
    const first = numberOf(at);
    for (let n = first; n < first + MAX_BLOCKS_AHEAD; n += 1) {
      const next = this.#block(n).open.find(({ to }) => to > at);
      if (next !== undefined) return Math.max(at, next.from);
    }
    return null;
  }

  #block(n: number): Block {
    const known = this.#blocks.get(n);
    if (known !== undefined) return known;
    const open = openTimes(this.#hours, { from: BLOCK_MS * n, to: BLOCK_MS * (n + 1) });
    const block = { open, length: lengthOf(open) };
    this.#blocks.set(n, block);
    return block;
  }
}

function numberOf(time: number): number {
  return Math.floor(time / BLOCK_MS);
}
