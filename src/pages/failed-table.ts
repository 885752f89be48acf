/**
 * Addresses that mail came back from, one a line: what was said last, and
 * whether they get mail. Pure; what a stranger's host has said is made inert.
 */
import { type FailedAddress, isFailing, restingOn } from '../ticket/failing.ts';
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';
import { table } from './table.ts';
import { columnTime, timeHeading } from './time.ts';

export function failedTable(failed: readonly FailedAddress[], at: Screen): string {
  const headings = ['ADDRESS', 'MAIL', 'CAME BACK', timeHeading('LAST', at), 'TICKET', 'WHY'];
  const timeOf = columnTime(at);
  const rows = failed.map((known) => {
    const last = known.failures.at(-1);
    return [
      inertLine(known.address),
      known.blockedBy !== undefined ? 'blocked' : isFailing(known) ? 'stopped' : 'goes out',
      `${known.failures.length}x`,
      last === undefined ? '' : timeOf(last.at),
      last?.ticket ?? '',
      inertLine(whyOf(known)),
    ];
  });
  return table(headings, rows, at);
}

function whyOf(known: FailedAddress): string {
  const { failures, blockedBy } = known;
  const last = failures.at(-1);
  if (blockedBy !== undefined) return `blocked by ${blockedBy}${restingOn(known)}`;
  return `${last?.status ?? ''} ${last?.reason ?? ''}`;
}
