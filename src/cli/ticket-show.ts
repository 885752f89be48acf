/**
 * `mailrobot ticket show`: one ticket with its messages, for people or as JSON; with
 * `--log` who did what with it, from the journal.
 */

import { fieldsIn } from '../config/fields-in.ts';
import type { Store } from '../journal/store.ts';
import { inertJson } from '../pages/inert.ts';
import type { LogEntry } from '../pages/ticket-log.ts';
import { ticketPage, ticketTitle } from '../pages/ticket-page.ts';
import { missingIn } from '../ticket/field.ts';
import { isLapsed } from '../ticket/lapsed-plan.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import { asOf } from '../ticket/snoozed.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { deskScreen, zoneOfReader } from './desk-screen.ts';
import { type Desk, namedTicket, openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';

export interface ShowOptions {
  readonly config: string;
  readonly full?: boolean;
  readonly log?: boolean;
  readonly json?: boolean;
}

export async function show(
  id: string,
  { config, full, log, json }: ShowOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const ticket = await withUnderWay(await namedTicket(id, desk), desk.store);
  const fields = (await fieldsIn(desk.config))(ticket.queue);
  const entries = log ? await logOf(ticket, desk, run) : null;
  if (json) {
    const missing = missingIn(ticket, fields);
    const shown = { ...ticket, ...(missing.length > 0 && { missing }) };
    process.stdout.write(`${inertJson(entries === null ? shown : { ...shown, log: entries })}\n`);
    return;
  }
  const at = deskScreen(desk, run);
  if (entries !== null) {
    const zone = at.style('dim', `Times are those of ${zoneOfReader(desk)}.`);
    const { logLines } = await import('../pages/ticket-log.ts');
    const lines = [ticketTitle(ticket, at), zone, ...logLines(entries, at)];
    await showPage(`${lines.join('\n')}\n`, run, { isTable: true });
    return;
  }
  const { store } = desk;
  const resting = await store.restingSince();
  const page = ticketPage(
    asOf(run.now(), ticket),
    at,
    full ?? false,
    resting,
    await plansAbout(ticket, store, run.now()),
    fields,
  );
  await showPage(page, run);
}

/** Reads the journal on from where the ticket began. */
async function logOf(
  { id, createdAt }: Ticket,
  desk: Desk,
  run: Run,
): Promise<readonly LogEntry[]> {
  const { log } = desk;
  const first = await log.firstSince(new Date(createdAt));
  const last = await log.last();
  const progress = progressOn(run);
  const { TicketLog } = await import('../pages/ticket-log.ts');
  const found = new TicketLog(id, zoneOfReader(desk));
  for await (const commit of log.commits(first - 1).read()) {
    found.add(commit);
    progress.at(() => `${Math.round((100 * (commit.seq - first)) / (last - first + 1))} % read`);
  }
  progress.end();
  return found.entries;
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
