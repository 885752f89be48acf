/** The number of the next ticket: by queue. */
import type { JournalRecord } from '../record.ts';
import { editRows, type List } from './list.ts';

export const numbers: List<number> = ({ changes, restored }) => {
  const made = changes.flatMap((change) =>
    change.type === 'ticket.created' || change.type === 'ticket.named'
      ? [[change.queue, change.number + 1] as const]
      : [],
  );
  return [...made, ...Object.entries(restored?.numbers ?? {})].map(([key, number]) => ({
    type: 'change',
    key,
    after: (before) => Math.max(before ?? 0, number),
  }));
};

export type Numbers = Readonly<Record<string, number>>;

export function numbersAfter(known: Numbers, record: JournalRecord): Numbers {
  const after = new Map(Object.entries(known));
  editRows(after, numbers(record));
  return Object.fromEntries(after);
}

/**
 * Of queues that count together; one that counted before goes on. `known`: what each of them has.
 */
export function nextNumber(
  known: (queue: string) => number | null,
  queues: readonly string[],
  first: number,
): number {
  const found = queues.flatMap((queue) => known(queue) ?? []);
  return found.length === 0 ? first : Math.max(...found);
}
