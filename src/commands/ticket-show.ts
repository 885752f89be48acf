/** `mailrobot ticket show`: one ticket with its messages, for people or as JSON. */
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
  const ticket = namedTicket(id, await openDesk(config, run));
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  process.stdout.write(json ? `${inertJson(ticket)}\n` : ticketPage(ticket, at, full ?? false));
}
