/** What rules ask of fields and set them to, held against the fields. */
import { holesOfText } from '../addresses/address-pattern.ts';
import { readValue } from '../fields/value.ts';
import type { Field } from '../ticket/field.ts';
import type { Config } from './config.ts';
import type { RuleConfig } from './rules.ts';
import type { Problem } from './schema/config.ts';
import { checkFields } from './schema/fields.ts';
import { checkRules } from './schema/rules.ts';

type Wanted = NonNullable<RuleConfig['if']['field']>[string];

/** What they ask for in the form in which it stands in a field: "7.50" is 7.5. */
export function inTheirForms(
  rules: readonly RuleConfig[],
  fields: readonly Field[],
): readonly RuleConfig[] {
  return rules.map((rule) => {
    const { field } = rule.if;
    if (field === undefined) return rule;
    const formed = Object.entries(field).map(([name, wanted]): [string, Wanted] => {
      const one = fields.find((known) => known.name === name);
      return [name, one === undefined || wanted === true ? wanted : formsOf(wanted, one)];
    });
    return { ...rule, if: { ...rule.if, field: Object.fromEntries(formed) } };
  });
}

function formsOf(wanted: string | readonly string[], field: Field): string[] {
  return listed(wanted).map((words) => {
    const read = readValue(field, words);
    return 'refused' in read ? words : read.value;
  });
}

function listed(wanted: string | readonly string[]): readonly string[] {
  return typeof wanted === 'string' ? [wanted] : wanted;
}

/** What stands in a hole is known when a mail comes, and then left out if it may not stand there. */
export function problemsOfValues({ queues }: Pick<Config, 'queues'>): readonly Problem[] {
  return queues.flatMap(({ fields, match }, n) => {
    const known = checkFields(fields, '').rows.map(({ row }) => row);
    const key = `queues.${n}.match`;
    const refused = (name: string, words: string, inner: string, why: string) => {
      const field = known.find((one) => one.name === name);
      const read = field === undefined ? null : readValue(field, words);
      if (read === null || !('refused' in read)) return [];
      return [{ key: `${key}.${inner}.${name}`, problem: `${why}: ${read.refused}` }];
    };
    return checkRules(match, key).rows.flatMap(({ at, row: { if: asked, set } }) => [
      ...Object.entries(asked.field ?? {}).flatMap(([name, wanted]) =>
        (wanted === true ? [] : listed(wanted)).flatMap((words) =>
          refused(name, words, `${at}.if.field`, 'never stands there'),
        ),
      ),
      ...Object.entries(set).flatMap(([name, text]) =>
        holesOfText(text).length > 0 ? [] : refused(name, text, `${at}.set`, 'cannot be done'),
      ),
    ]);
  });
}
