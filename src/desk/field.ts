/**
 * What stands in a field of a ticket, as somebody says it; and what a ticket needs before the staff
 * can close it.
 *
 * A value that a ticket has brought from another queue, or under an older config, can be taken off,
 * and not set. Pure.
 */
import { readValue } from '../fields/value.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import { type Field, type FoundValue, missingIn, valueIn, valuesIn } from '../ticket/field.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { nameOf, sameAddress, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Action, ActionContext, DeskResult } from './action.ts';

export function setField(
  ticket: Ticket,
  { field: name, words }: Extract<Action, { type: 'field' }>,
  { by, fieldsOf }: Pick<ActionContext, 'by' | 'fieldsOf'>,
): DeskResult | Refusal {
  const fields = fieldsOf(ticket.queue);
  const field = fields.find((one) => one.name === name);
  const before = valueIn(ticket, name);
  if (field === undefined && (words !== '' || before === null))
    return unknown(name, ticket, fields);
  if (field === undefined || words === '')
    return changed(ticket, before === null ? null : [name, null], by);
  const read = readValue(field, words);
  if ('refused' in read) return read;
  // What a pattern has found is said now.
  const isSo = before?.value === read.value && before.isFound !== true;
  return changed(ticket, isSo ? null : [name, read.value], by);
}

function changed(
  { id: ticket }: Ticket,
  to: readonly [field: string, value: string | null] | null,
  by: string,
): DeskResult {
  const changes: readonly Change[] =
    to === null ? [] : [{ type: 'ticket.field', ticket, field: to[0], value: to[1], by }];
  return { changes, drafts: [] };
}

function unknown(name: string, { queue }: Ticket, fields: readonly Field[]): Refusal {
  const names = fields.map((field) => field.name).join(', ');
  const known = names === '' ? 'it has none' : `its fields are ${names}`;
  return { refused: `the queue ${queue} has no field "${name}": ${known}` };
}

/** What has been done so far (batch.ts). */
interface Done {
  readonly written: { readonly changes: readonly Change[] };
  readonly ticket: (id: TicketId) => Ticket | null;
}

/** What a mail that has come to a ticket says of fields in which nothing stands yet. */
export function foundChanges(batch: Done, found: readonly FoundValue[] = []): readonly Change[] {
  const added = batch.written.changes.find(({ type }) => type === 'message.added');
  const id = added === undefined ? null : ticketOf(added);
  const ticket = id === null ? null : batch.ticket(id);
  if (ticket === null) return [];
  return found
    .filter(({ field }) => valueIn(ticket, field) === null)
    .map(({ field, value }) => {
      return { type: 'ticket.field', ticket: ticket.id, field, value, isFound: true, by: FINDER };
    });
}

const FINDER = 'mailrobot';

/** Why the staff cannot close it, or null. Its requester can. */
export function unclosable(
  ticket: Ticket,
  { by, fieldsOf }: Pick<ActionContext, 'by' | 'fieldsOf'>,
): Refusal | null {
  if (ticket.requester !== null && sameAddress(by, ticket.requester.address)) return null;
  const missing = missingIn(ticket, fieldsOf(ticket.queue));
  const [first] = missing;
  if (first === undefined) return null;
  const id = nameOf(ticket);
  return {
    refused: `${id} cannot be closed without ${missing.join(', ')}: "field ${id} ${first} VALUE" sets it`,
  };
}

/** What the one that it is merged into has not, and its queue has a field for. */
export function fieldsBrought(
  { id: other, ...ticket }: Pick<Ticket, 'id' | 'fields'>,
  into: Ticket,
  { by, fieldsOf }: Pick<ActionContext, 'by' | 'fieldsOf'>,
): readonly Change[] {
  const fields = fieldsOf(into.queue);
  return valuesIn(ticket).flatMap(({ name, value, isFound }): readonly Change[] => {
    const field = fields.find((one) => one.name === name);
    if (field === undefined || valueIn(into, name) !== null) return [];
    const read = readValue(field, value);
    if ('refused' in read) return [];
    const as = { field: name, value: read.value, ...(isFound === true && { isFound }) };
    return [{ type: 'ticket.field', ticket: into.id, ...as, other, by }];
  });
}
