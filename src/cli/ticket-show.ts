/**
 * `mailrobot ticket show`: one ticket with its messages, for people or as JSON; on a
 * terminal that it does not fit on, in a pager.
 */

import type { Store } from '../journal/store.ts';
import { inertJson } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { ticketPage } from '../pages/ticket-page.ts';
import { isLapsed } from '../ticket/lapsed-plan.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { namedTicket, openDesk } from './open-desk.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';

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
  const ticket = await withUnderWay(await namedTicket(id, desk), desk.store);
  const { isTTY, columns } = process.stdout;
  if (json) {
    process.stdout.write(`${inertJson(ticket)}\n`);
    return;
  }
  const at = screen(isTTY, columns, run.environment);
  const { store } = desk;
  const resting = await store.restingSince();
  const page = ticketPage(
    ticket,
    at,
    full ?? false,
    resting,
    await plansAbout(ticket, store, run.now()),
  );
  await showPage(page, run);
}

/** That can still be confirmed, or wait for their robot. */
async function plansAbout({ id }: Ticket, store: Store, now: Date): Promise<readonly RobotPlan[]> {
  return (await store.robotPlans()).filter(
    (plan) =>
      !isLapsed(plan, now) &&
      (plan.onTicket === id || plan.rests.some(({ ticket }) => ticket === id)),
  );
}

/** What sendmail has right now, and has not ended with. */
async function withUnderWay(ticket: Ticket, store: Store): Promise<Ticket> {
  const serials: number[] = [];
  for (const mail of await store.unsent()) {
    if (mail.ticket === ticket.id && (await store.isUnderWay(mail))) serials.push(mail.serial);
  }
  if (serials.length === 0) return ticket;
  const messages = ticket.messages.map((message) =>
    message.direction === 'out' && serials.includes(message.serial)
      ? { ...message, delivery: 'under-way' as const }
      : message,
  );
  return { ...ticket, messages };
}
