/**
 * Subscribers of the feed, one a line: how far each is, and what keeps it. Pure; what
 * its end has said is made inert.
 */
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';
import { table } from './table.ts';
import { columnTime, timeHeading } from './time.ts';

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

export function subscriberTable(subscribers: readonly SubscriberRow[], at: Screen): string {
  const headings = ['NAME', 'BY', 'BEHIND', 'FAILED', timeHeading('NEXT TRY', at), 'WHY'];
  const timeOf = columnTime(at);
  const rows = subscribers.map(({ name, type, behind, failing }) => [
    name,
    type,
    behind === 0 ? '-' : `${behind} ${behind === 1 ? 'commit' : 'commits'}`,
    failing === null ? '-' : `${failing.attempts}x`,
    failing === null ? '-' : timeOf(failing.nextTry),
    inertLine(failing?.error ?? ''),
  ]);
  return table(headings, rows, at);
}
