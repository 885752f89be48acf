/** Fields as `ticket list` is asked for them, and what it shows of them; by the config of the desk. */
import { type Config, prefixesOf } from '../config/config.ts';
import { fieldsIn } from '../config/fields-in.ts';
import { inOneForm, readValue } from '../fields/value.ts';
import { fieldInWords } from '../pages/field.ts';
import type { Column } from '../pages/ticket-list.ts';
import { type Field, missingIn, valueIn } from '../ticket/field.ts';
import type { FieldCondition, NamedField } from '../ticket/field-filter.ts';
import type { TicketSummary } from '../ticket/ticket.ts';
import { Refused } from './refused.ts';

export class ListedFields {
  readonly #byQueue: ReadonlyMap<string, readonly Field[]>;

  private constructor(byQueue: ReadonlyMap<string, readonly Field[]>) {
    this.#byQueue = byQueue;
  }

  static async of(config: Config): Promise<ListedFields> {
    const fieldsOf = await fieldsIn(config);
    return new ListedFields(new Map(prefixesOf(config).map((one) => [one, fieldsOf(one)])));
  }

  missing(ticket: TicketSummary): readonly string[] {
    return missingIn(ticket, this.#byQueue.get(ticket.queue) ?? []);
  }

  /** As JSON gives it. */
  withMissing(ticket: TicketSummary): object {
    const missing = this.missing(ticket);
    return missing.length === 0 ? ticket : { ...ticket, missing };
  }

  /** `order`, `order=1234`, `order=` or `amount>100`. */
  condition(option: string, given: string): FieldCondition {
    const [, name = '', sign = '', value = ''] = /^([^=<>]*)([=<>]?)(.*)$/s.exec(given) ?? [];
    const field = this.named(option, name);
    if (sign === '') return { ...field, is: 'there', value: '' };
    if (sign === '=' && value === '') return { ...field, is: 'absent', value };
    if (sign !== '=' && value.startsWith('=')) {
      throw new Refused(
        `${option} has no ${sign}=, only =, < and >: ${name}${sign}${value.slice(1)}`,
        true,
      );
    }
    const is = sign === '<' || sign === '>' ? sign : '=';
    if (field.type !== 'number' && field.type !== 'date')
      return { ...field, is, value: inOneForm(value) };
    const read = readValue({ name, type: field.type, choices: [], required: false }, value);
    if ('refused' in read) throw new Refused(`${option}: ${read.refused}`, true);
    return { ...field, is, value: read.value };
  }

  named(option: string, name: string): NamedField {
    const all = [...this.#byQueue.values()].flat();
    const types = new Set(all.flatMap((one) => (one.name === name ? one.type : [])));
    const [type, other] = types;
    if (type !== undefined) return { name, type: other === undefined ? type : null };
    const names = [...new Set(all.map((one) => one.name))].join(', ');
    const known = names === '' ? 'the config has none' : `the fields are ${names}`;
    throw new Refused(`${option} names no field, but "${name}": ${known}`, true);
  }

  /** One for each of these fields, and one for what is missing, if something is. */
  columns(names: readonly string[], tickets: readonly TicketSummary[]): readonly Column[] {
    const asked = [...new Set(names)].map((name) => ({
      heading: name,
      cellOf: (ticket: TicketSummary) => {
        const found = valueIn(ticket, name);
        return found === null ? '-' : fieldInWords({ value: found.value });
      },
    }));
    if (!tickets.some((ticket) => this.missing(ticket).length > 0)) return asked;
    const cellOf = (ticket: TicketSummary) => this.missing(ticket).join(' ') || '-';
    return [...asked, { heading: 'MISSING', cellOf }];
  }
}
