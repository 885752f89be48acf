/**
 * The fields of a queue in the config (`fields`). Loaded by whoever deals with fields, and by no
 * mail of a queue that has none.
 */
import * as v from 'valibot';
import { MAX_PATTERN_SIZE, patternOf } from '../../fields/pattern.ts';
import { inOneForm, readValue } from '../../fields/value.ts';
import { FIELD_TYPES, type Field } from '../../ticket/field.ts';
import { type CheckedRows, checkRows } from './rows.ts';
import { areDistinct, Text } from './values.ts';

const A_NAME = 'small letters, digits, _ and -, at most 32, beginning with a letter';
const FIELD_NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const A_PATTERN = `a regular expression of RE2 (no look-around, no back-references), at most ${MAX_PATTERN_SIZE} steps large`;
const SOME_CHOICES = '1 to 100 texts that all differ';

const FieldRow = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string(A_NAME),
      v.regex(FIELD_NAME, A_NAME),
      v.description('Names it in commands, in rules, and wherever it is shown.'),
    ),
    type: v.pipe(
      v.picklist(FIELD_TYPES, FIELD_TYPES.join(', ')),
      v.description('What may stand in it.'),
    ),
    choices: v.optional(
      v.pipe(
        v.array(Text, SOME_CHOICES),
        v.minLength(1, SOME_CHOICES),
        v.maxLength(100, SOME_CHOICES),
        v.check((texts) => areDistinct(texts.map(inOneForm)), SOME_CHOICES),
        v.description('Of a choice: what it may be.'),
      ),
    ),
    required: v.optional(
      v.pipe(
        v.boolean('true or false'),
        v.description('The staff cannot close a ticket without it.'),
      ),
      false,
    ),
    pattern: v.optional(
      v.pipe(
        Text,
        v.check((text) => patternOf(text) !== null, A_PATTERN),
        v.description(
          "Finds it in a customer's mail, in the subject or the text: what its first group takes, or all of it. A regular expression of RE2; case does not count.",
        ),
      ),
    ),
  }),
);

export const Fields = v.pipe(
  v.array(FieldRow, 'a list of fields'),
  v.description('Fields of the tickets in this queue; see docs/fields.md.'),
);

type Row = Readonly<v.InferOutput<typeof FieldRow>>;

const MAX_FIELDS = 50;

/** `key`: where the list stands. */
export function checkFields(value: unknown, key: string): CheckedRows<Field> {
  if (value === undefined) return { rows: [], problems: [] };
  if (!Array.isArray(value) || value.length > MAX_FIELDS) {
    const problem = `must be a list of at most ${MAX_FIELDS} fields`;
    return { rows: [], problems: [{ key, problem }] };
  }
  const { rows, problems } = checkRows(value, FieldRow, key);
  const checked = rows.map(({ at, row }) => ({ at, row: fieldOf(row) }));
  const others = rows.flatMap(({ at, row }, n) => {
    const isTwice = rows.slice(0, n).some(({ row: { name } }) => name === row.name);
    const inner = `${key}.${at}`;
    return [
      ...(isTwice
        ? [
            {
              key: `${inner}.name`,
              problem: `holds "${row.name}", which another field has already`,
            },
          ]
        : []),
      ...aboutChoices(row, inner),
    ];
  });
  return { rows: checked, problems: [...problems, ...others] };
}

function fieldOf({ choices = [], ...row }: Row): Field {
  return { ...row, choices: choices.map(inOneForm) };
}

function aboutChoices({ name, type, choices }: Row, key: string) {
  if ((type === 'choice') !== (choices !== undefined)) {
    const problem =
      type === 'choice' ? 'is missing' : `stands at a field of the type ${type}, not choice`;
    return [{ key: `${key}.choices`, problem }];
  }
  const field: Field = { name, type, choices: (choices ?? []).map(inOneForm), required: false };
  return (choices ?? []).flatMap((choice, n) => {
    const read = readValue(field, choice);
    if (!('refused' in read) && choice === choice.trim()) return [];
    return [{ key: `${key}.choices.${n}`, problem: 'cannot be said: it is no plain line of text' }];
  });
}
