/**
 * Carries an action out, and says of an answer when it goes: at the time that its author names, or
 * after the seconds of `undo` in which it can be taken back.
 *
 * Both need something that runs then, whatever mail comes in. Where nothing does, a time is refused,
 * and what has none goes at once: nothing waits that nobody would send. Pure.
 */
import { zoneFor } from '../dates/zone-name.ts';
import { hasClock, NO_CLOCK } from '../ticket/clock.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Action, ActionContext, DeskResult, Saying } from './action.ts';
import type { DeskContext } from './delivery.ts';
import { memberCalled } from './member.ts';
import { performed } from './perform.ts';

export async function performInTime(
  desk: DeskContext,
  ticket: Ticket,
  action: Action,
  context: Omit<ActionContext & Saying, 'notBefore' | 'isPromised' | 'withheld' | 'control'>,
): Promise<DeskResult | Refusal> {
  const time = await sendTime(action, context.by, desk);
  if ('refused' in time) return time;
  const { withheld = [], config } = desk;
  return performed(ticket, action, { ...context, ...time, withheld, control: config.control });
}

/** Of what is no answer of a person, nothing is said. */
async function sendTime(
  action: Action,
  by: string,
  { config, now, ran = async () => [] }: DeskContext,
): Promise<Pick<ActionContext, 'notBefore' | 'isPromised'> | Refusal> {
  if (action.type !== 'reply' || action.isAutomatic === true) return {};
  const { at: words } = action;
  if (words === undefined && config.undo === 0) return {};
  const isClocked = hasClock(await ran(), now);
  const undoable = new Date(now.getTime() + config.undo * 1000);
  if (words === undefined) return isClocked ? { notBefore: undoable.toISOString() } : {};
  if (!isClocked) return { refused: NO_CLOCK };
  const { readDate } = await import('../dates/phrase.ts');
  const zone = zoneFor(config, memberCalled(by, config.staff)?.name ?? null);
  const read = readDate(words, { now, zone });
  if ('refused' in read) return read;
  const at = read.at > undoable ? read.at : undoable;
  return { notBefore: at.toISOString(), isPromised: true };
}
