/**
 * Which of the people of the desk are written to about what, and when.
 *
 * Whoever works in the queue and wants mail about all of it. After one mail a
 * person is left alone for REST; what happens meanwhile comes together in the
 * next one, so that a flood makes a digest and no flood. Pure.
 */
import type { Notice } from '../ticket/notice.ts';
import type { NoticeDraft } from './draft.ts';

const REST_MS = 15 * 60 * 1000;

export interface Notifiable {
  readonly name: string;
  readonly addresses: readonly string[];
  /** All where left out. */
  readonly queues?: readonly string[] | undefined;
  readonly notify: 'all' | 'assigned' | 'none';
}

export function isTimeToNotify(
  { last, pending }: { readonly last: string | null; readonly pending: readonly Notice[] },
  now: Date,
): boolean {
  return pending.length > 0 && (last === null || Date.parse(last) + REST_MS <= now.getTime());
}

/** One for each person who is to know of any of it. */
export function notify(
  {
    pending,
    more,
  }: { readonly pending: readonly Notice[]; readonly more: Readonly<Record<string, number>> },
  staff: readonly Notifiable[],
): readonly NoticeDraft[] {
  return staff.flatMap(({ name, addresses, queues, notify: wants }) => {
    const [address] = addresses;
    const isHis = (queue: string) => queues === undefined || queues.includes(queue);
    const notices = pending.filter(({ queue }) => isHis(queue));
    const unlisted = Object.entries(more).filter(([queue]) => isHis(queue));
    if (wants !== 'all' || address === undefined || notices.length === 0) return [];
    return [
      {
        kind: 'notice',
        to: { name, address },
        notices,
        more: unlisted.reduce((sum, [, count]) => sum + count, 0),
      } as const,
    ];
  });
}
