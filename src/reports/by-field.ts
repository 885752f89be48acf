/**
 * What stands in the fields of tickets: how often each choice, and what numbers come to. Of tickets
 * that were created in the period, with what stands there now. Pure.
 */
import type { Change } from '../ticket/change.ts';
import { ERASED } from '../ticket/erased.ts';
import type { Field } from '../ticket/field.ts';
import type { TicketId } from '../ticket/ticket.ts';

interface FieldOfQueue {
  readonly queue: string;
  readonly field: string;
  /** Tickets of the queue in which nothing stands there. */
  readonly without: number;
}

export interface ChoiceFigures extends FieldOfQueue {
  readonly type: 'choice';
  /** In the order of the config; then what it had before. */
  readonly values: readonly { readonly value: string; readonly tickets: number }[];
}

export interface NumberFigures extends FieldOfQueue {
  readonly type: 'number';
  readonly tickets: number;
  readonly sum: number;
  /** null if there is none. */
  readonly least: number | null;
  readonly median: number | null;
  readonly most: number | null;
}

export type FieldFigures = ChoiceFigures | NumberFigures;

export class ByField {
  readonly #values = new Map<TicketId, Map<string, string>>();

  add(change: Change): void {
    if (change.type !== 'ticket.field') return;
    const { ticket, field, value } = change;
    const known = this.#values.get(ticket) ?? new Map<string, string>();
    if (value === null || value === ERASED) known.delete(field);
    else known.set(field, value);
    this.#values.set(ticket, known);
  }

  of(queue: string, fields: readonly Field[], tickets: readonly TicketId[]): FieldFigures[] {
    return fields.flatMap((field): readonly FieldFigures[] => {
      const values = tickets.flatMap((id) => this.#values.get(id)?.get(field.name) ?? []);
      const of = { queue, field: field.name, without: tickets.length - values.length };
      if (field.type === 'choice')
        return [{ ...of, type: 'choice', values: counted(field, values) }];
      return field.type === 'number' ? [{ ...of, type: 'number', ...summed(values) }] : [];
    });
  }
}

function counted({ choices }: Field, values: readonly string[]): ChoiceFigures['values'] {
  const counts = new Map(choices.map((value) => [value, 0]));
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, tickets]) => ({ value, tickets }));
}

/** As a field has one; what stood there before the field was one of numbers is none. */
const NUMBER = /^(-?)(\d{1,15})(?:\.(\d{1,10}))?$/;
const PLACES = 10;

function summed(values: readonly string[]): Omit<NumberFigures, keyof FieldOfQueue | 'type'> {
  const sorted = values
    .flatMap((value) => unitsOf(value) ?? [])
    .toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const at = (n: number) => {
    const units = sorted.at(n);
    return units === undefined ? null : numberOf(units);
  };
  return {
    tickets: sorted.length,
    sum: numberOf(sorted.reduce((all, one) => all + one, 0n)),
    least: at(0),
    median: sorted.length === 0 ? null : at(Math.ceil(sorted.length / 2) - 1),
    most: at(-1),
  };
}

/** In the smallest that a field can have, so that a sum of many decimals has no more than they. */
function unitsOf(value: string): bigint | null {
  const [, sign, whole, part = ''] = NUMBER.exec(value) ?? [];
  if (whole === undefined) return null;
  const units = BigInt(`${whole}${part.padEnd(PLACES, '0')}`);
  return sign === '-' ? -units : units;
}

function numberOf(units: bigint): number {
  const digits = String(units < 0n ? -units : units).padStart(PLACES + 1, '0');
  const value = Number(`${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`);
  return units < 0n ? -value : value;
}
