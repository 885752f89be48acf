/** One of the staff. */
import * as v from 'valibot';
import { isPlain } from '../../ticket/plain.ts';
import {
  AN_ADDRESS,
  areDistinct,
  HISTORY,
  Signature,
  SignatureHtml,
  Text,
  timeZone,
  wholeNumber,
} from './values.ts';

export const Address = v.pipe(
  v.string(AN_ADDRESS),
  v.regex(/^[^\s@-][^\s@]{0,63}@[^\s@]{1,253}$/, AN_ADDRESS),
  v.check((text) => isPlain(text) || /^\P{C}*$/u.test(text), AN_ADDRESS),
  v.maxLength(254, AN_ADDRESS),
);

function personSchema() {
  return v.strictObject({
    name: v.pipe(Text, v.description('How the desk calls the person.')),
    addresses: v.pipe(
      v.array(Address, 'a list of addresses'),
      v.minLength(1, 'at least one address'),
      v.description('Addresses that the person writes from; the first one gets mail.'),
    ),
    sasl: v.optional(
      v.pipe(v.array(Text, 'a list of logins'), v.description('SASL logins of the person.')),
      [],
    ),
    queues: v.optional(
      v.pipe(
        v.array(v.string(), 'a list of prefixes'),
        v.description('Prefixes of the queues that the person works in; all if left out.'),
      ),
    ),
    notify: v.optional(
      v.pipe(
        v.picklist(['all', 'concerned', 'assigned', 'none'], 'all, concerned, assigned or none'),
        v.description(
          'Of which tickets the person gets mail: of those of nobody too, that they have written on, or that they were given or watch.',
        ),
      ),
      'all',
    ),
    timeZone: timeZone('In which the person writes and reads dates; as for all if left out.'),
    digest: v.optional(
      v.pipe(
        v.literal('weekly', 'weekly'),
        v.description('The person gets one mail a week: what came, and what waits longest.'),
      ),
    ),
    signature: v.optional(
      v.pipe(
        Signature,
        v.description("Stands below the answers of the person, above the queue's own."),
      ),
    ),
    signatureHtml: SignatureHtml,
    history: v.optional(
      wholeNumber(
        HISTORY,
        'Earlier messages in a notification to the person; as for all if left out.',
      ),
    ),
  });
}

export function staffSchema() {
  return v.pipe(
    v.array(personSchema(), 'a list of people'),
    v.check(
      (staff) => areDistinct(staff.map(({ name }) => name)),
      'people with names that all differ',
    ),
    v.description('People of the desk, by their addresses and logins.'),
  );
}
