/**
 * `mailrobot ticket search`: tickets that have all of the words. Those in which one of the
 * words was written last come first; below each are the lines that have them.
 */

import { foundTable, plainExcerpt } from '../pages/found-list.ts';
import { excerptsOf } from '../ticket/excerpt.ts';
import { summary } from '../ticket/summary.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { deskScreen } from './desk-screen.ts';
import { openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';
import { limitOf } from './ticket-list.ts';

export interface SearchOptions extends AsJson {
  readonly config: string;
  readonly limit?: string;
}

export async function search(
  words: readonly string[],
  options: SearchOptions,
  run: Run,
): Promise<void> {
  const limit = limitOf(options);
  const wanted = words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  if (wanted.length === 0)
    throw new Refused('nothing is searched for: give at least one word', true);
  const desk = await openDesk(options.config, run);
  const { store } = desk;
  const progress = progressOn(run);
  const ids = await store.search(wanted, limit + 1, (share) => {
    progress.at(() => `${Math.round(100 * share)} % searched`);
  });
  progress.end();
  const tickets = await Promise.all(ids.slice(0, limit).map((id) => store.ticket(id)));
  const found = tickets.filter((ticket): ticket is Ticket => ticket !== null);
  if (
    writeAsJson(
      found.map((ticket) => foundRow(ticket, wanted)),
      options,
    )
  )
    return;
  const at = deskScreen(desk, run);
  if (found.length === 0)
    run.explain(`No ticket has ${wanted.map((word) => `"${word}"`).join(' and ')}.`);
  else await showPage(foundTable(found, wanted, at, run.now()), run, { isTable: true });
  if (ids.length > limit)
    run.explain(`There are more than these ${limit}: --limit ${2 * limit} shows more.`);
}

function foundRow(ticket: Ticket, words: readonly string[]): unknown {
  const excerpts = excerptsOf(ticket, words).map((excerpt) => ({
    ...{ serial: excerpt.serial, line: plainExcerpt(excerpt) },
  }));
  return { ...summary(ticket), excerpts };
}
