/**
 * Tickets by what stands in their fields: the conditions of `ticket list --field`, and the order of
 * `--sort field:NAME`. Numbers are compared as numbers if the field is one, all else as text. Pure.
 */
import { type FieldType, valueIn } from './field.ts';
import type { TicketSummary } from './ticket.ts';

export interface NamedField {
  readonly name: string;
  /** null: queues have fields of several types by that name. */
  readonly type: FieldType | null;
}

export interface FieldCondition extends NamedField {
  /** `there` and `absent` look at no value. */
  readonly is: 'there' | 'absent' | '=' | '<' | '>';
  readonly value: string;
}

export function meets(ticket: TicketSummary, { is, value, ...field }: FieldCondition): boolean {
  const stands = valueIn(ticket, field.name)?.value;
  if (is === 'absent' || stands === undefined) return (is === 'absent') === (stands === undefined);
  if (is === 'there') return true;
  // What stood there before it was a number is neither more nor less than one.
  if (field.type === 'number' && is !== '=' && Number.isNaN(Number(stands))) return false;
  const order = compared(stands, value, field);
  return is === '=' ? order === 0 : is === '<' ? order < 0 : order > 0;
}

/** Smallest first; those in which nothing stands last. */
export function compareByField(field: NamedField): (a: TicketSummary, b: TicketSummary) => number {
  return (a, b) => {
    const [one, other] = [valueIn(a, field.name)?.value, valueIn(b, field.name)?.value];
    if (one === undefined || other === undefined) {
      return Number(one === undefined) - Number(other === undefined);
    }
    return compared(one, other, field);
  };
}

function compared(one: string, other: string, { type }: NamedField): number {
  if (type === 'number') {
    const [first, second] = [Number(one), Number(other)];
    const isNone = Number(Number.isNaN(first)) - Number(Number.isNaN(second));
    if (isNone !== 0) return isNone;
    if (!Number.isNaN(first)) return first - second;
  }
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a < b ? -1 : Number(a > b);
}
