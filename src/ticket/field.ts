/**
 * Fields of a queue, and what a ticket has in them.
 *
 * What a field is, says the config; a ticket has texts by the names of fields, as they were right
 * when they were put there. So a ticket keeps them in a queue that has no such field, and under a
 * config that has it no more. Pure.
 */
export const FIELD_TYPES = ['text', 'number', 'date', 'choice'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** What a choice may be; of other types none. */
  readonly choices: readonly string[];
  /** The staff cannot close a ticket without it. */
  readonly required: boolean;
  /** What finds it in a mail (fields/pattern.ts). */
  readonly pattern?: string | undefined;
}

export interface FieldValue {
  /** A number as digits, a date as 2026-12-07. */
  readonly value: string;
  /** A pattern has found it in a mail: nobody of the staff has said it. */
  readonly isFound?: true;
}

export type FieldValues = Readonly<Record<string, FieldValue>>;

/** What a pattern has found in a mail. */
export interface FoundValue {
  readonly field: string;
  readonly value: string;
}

interface WithFields {
  readonly fields?: FieldValues;
}

/** Some names are those of what every object has. */
export function valueIn({ fields = {} }: WithFields, name: string): FieldValue | null {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}

/** In the order of the config; then those that the queue has no field for. */
export function valuesIn(
  { fields = {} }: WithFields,
  known: readonly Pick<Field, 'name'>[] = [],
): readonly (FieldValue & { readonly name: string })[] {
  const names = [...new Set([...known.map(({ name }) => name), ...Object.keys(fields)])];
  return names.flatMap((name) => {
    const found = valueIn({ fields }, name);
    return found === null ? [] : [{ name, ...found }];
  });
}

/** Required ones that it has not. */
export function missingIn(ticket: WithFields, fields: readonly Field[]): readonly string[] {
  return fields.flatMap(({ name, required }) =>
    required && valueIn(ticket, name) === null ? [name] : [],
  );
}
