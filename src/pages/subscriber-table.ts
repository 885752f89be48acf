/**
 * Subscribers of the feed, one a line: how far each is, and what keeps it. Pure; what
 * its end has said is made inert.
 */
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';
import { table } from './table.ts';
import { localTime } from './time.ts';

export interface SubscriberRow {
  readonly name: string;
  readonly type: string;
  /** Commits that it does not know yet. */
  readonly behind: number;
  readonly failing: {
    readonly attempts: number;
    readonly error: string;
    readonly nextTry: string;
  } | null;
}

const HEADINGS = ['NAME', 'BY', 'BEHIND', 'FAILED', 'NEXT TRY', 'WHY'] as const;

export function subscriberTable(subscribers: readonly SubscriberRow[], at: Screen): string {
  const rows = subscribers.map(({ name, type, behind, failing }) => [
    name,
    type,
    behind === 0 ? '-' : `${behind} ${behind === 1 ? 'commit' : 'commits'}`,
    failing === null ? '-' : `${failing.attempts}x`,
    failing === null ? '-' : localTime(failing.nextTry),
    inertLine(failing?.error ?? ''),
  ]);
  return table(HEADINGS, rows, at);
}
