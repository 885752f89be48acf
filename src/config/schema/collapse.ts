/** Which mails of a monitor are one matter: by sender, and by what their subject is like. */
import * as v from 'valibot';
import { AN_ADDRESS, Text } from './values.ts';

export function collapseSchema() {
  const rule = v.strictObject({
    from: v.pipe(
      v.string(AN_ADDRESS),
      v.regex(/^[^\s@]{1,64}@[^\s@]{1,253}$/, AN_ADDRESS),
      v.description('Address that the monitor writes from.'),
    ),
    subject: v.pipe(
      Text,
      v.description(
        'What its subject is like as a whole: * stands for any text, and case does not count.',
      ),
    ),
  });
  return v.pipe(
    v.array(rule, 'a list of rules'),
    v.maxLength(100, 'at most 100 rules'),
    v.description('Mails of monitors that are counted on one ticket while it is not resolved.'),
  );
}
