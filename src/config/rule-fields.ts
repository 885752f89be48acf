/** What rules set fields to, held against the fields: for whoever checks a config. */
import { holesOfText } from '../addresses/address-pattern.ts';
import { readValue } from '../fields/value.ts';
import type { Config } from './config.ts';
import type { Problem } from './schema/config.ts';
import { checkFields } from './schema/fields.ts';
import { checkRules } from './schema/rules.ts';

/** What stands in a hole is known when a mail comes, and then left out if it may not stand there. */
export function problemsOfSet({ queues }: Pick<Config, 'queues'>): readonly Problem[] {
  return queues.flatMap(({ fields, match }, n) => {
    const known = checkFields(fields, '').rows.map(({ row }) => row);
    const key = `queues.${n}.match`;
    return checkRules(match, key).rows.flatMap(({ at, row: { set } }) =>
      Object.entries(set).flatMap(([name, text]) => {
        const field = known.find((one) => one.name === name);
        const read =
          field === undefined || holesOfText(text).length > 0 ? null : readValue(field, text);
        if (read === null || !('refused' in read)) return [];
        return [{ key: `${key}.${at}.set.${name}`, problem: `cannot be done: ${read.refused}` }];
      }),
    );
  });
}
