/**
 * `mailrobot ticket show`: one ticket with its messages, for people or as JSON; on a
 * terminal that it does not fit on, in a pager.
 */
import { pageOnTerminal } from '../programs.ts';
import type { Run } from '../run.ts';
import { inertJson } from '../terminal/inert.ts';
import { screen } from '../terminal/style.ts';
import { ticketPage } from '../terminal/ticket-page.ts';
import { namedTicket, openDesk } from './open-desk.ts';

export interface ShowOptions {
  readonly config: string;
  readonly full?: boolean;
  readonly json?: boolean;
}

export async function show(
  id: string,
  { config, full, json }: ShowOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const ticket = namedTicket(id, desk);
  const { isTTY, columns, rows } = process.stdout;
  if (json) {
    process.stdout.write(`${inertJson(ticket)}\n`);
    return;
  }
  const at = screen(isTTY, columns, run.environment);
  const page = ticketPage(ticket, at, full ?? false, desk.store.restingSince());
  const isLong = isTTY && page.split('\n').length > rows;
  const pager = run.environment['PAGER'] ?? 'less';
  const isShown = isLong && pager !== 'cat' && (await pageOnTerminal(pager, page));
  if (!isShown) process.stdout.write(page);
}
