/**
 * The day that words in a field of that type mean: of the clock, and of the zone of whoever says
 * them. Loaded when such a field is set.
 */
import { zoneFor } from '../dates/zone-name.ts';
import { readValue } from '../fields/value.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Action, ActionContext, Saying } from './action.ts';

type FieldAction = Extract<Action, { readonly type: 'field' }>;

export async function withDay(
  action: FieldAction,
  { queue }: Pick<Ticket, 'queue'>,
  context: Pick<ActionContext, 'by' | 'staff' | 'fieldsOf'> & Saying,
): Promise<FieldAction | Refusal> {
  const field = context.fieldsOf(queue).find(({ name }) => name === action.field);
  if (field?.type !== 'date' || action.words === '') return action;
  if (!('refused' in readValue(field, action.words))) return action;
  const { readDate } = await import('../dates/phrase.ts');
  const { now, by } = context;
  const read = readDate(action.words, { now, zone: zoneFor(context, by), mayBePast: true });
  return 'refused' in read ? read : { ...action, words: read.date };
}
