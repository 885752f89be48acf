/** A queue of the desk: where its mail comes in, how it counts, and what it says by itself. */
import * as v from 'valibot';
import {
  A_LANGUAGE,
  LOCAL_PART,
  limit,
  PREFIX,
  period,
  Signature,
  SignatureHtml,
  Text,
} from './values.ts';

export const Queue = v.strictObject({
  prefix: v.pipe(
    v.string(),
    v.regex(
      PREFIX,
      'up to 20 capital letters and digits, beginning with a letter, such as SUPPORT',
    ),
    v.description('First part of every ticket id of this queue: SUPPORT in SUPPORT-7102.'),
  ),
  address: v.pipe(
    v.string(),
    v.regex(LOCAL_PART, 'the part of an address before the @, such as new'),
    v.description('Local part of the address where new tickets come in: new in new@domain.'),
  ),
  name: v.pipe(Text, v.description('Display name in the From of our mail.')),
  first: limit(1, [1, 999_999_999], 'Number of the first ticket.'),
  numbers: v.optional(
    v.pipe(
      v.picklist(['own', 'shared'], 'own or shared'),
      v.description('Counts its tickets by itself, or with all queues that share their numbers.'),
    ),
    'own',
  ),
  language: v.optional(
    v.pipe(
      v.string(A_LANGUAGE),
      v.regex(/^[a-z]{2,3}$/, A_LANGUAGE),
      v.description("Of automatic mail, if the customer's own is not known, or has no text."),
    ),
    'en',
  ),
  signature: v.optional(
    v.pipe(Signature, v.description('Stands below a signature mark in every mail to customers.')),
    '',
  ),
  signatureHtml: SignatureHtml,
  quote: v.optional(
    v.pipe(
      v.picklist(['last', 'thread', 'none'], 'last, thread or none'),
      v.description('What stands below an answer: the last mail, all before it, or nothing.'),
    ),
    'last',
  ),
  bulk: v.optional(
    v.pipe(
      v.picklist(['hold', 'record', 'open'], 'hold, record or open'),
      v.description(
        'What becomes of mail to many, such as of a list or newsletter: held, and told once a day; recorded; or a ticket.',
      ),
    ),
    'hold',
  ),
  markedPerHour: limit(
    20,
    [0, 1_000_000],
    "Tickets an hour of mail with a machine's mark that a person may have written; the rest is held.",
  ),
  rating: v.optional(
    v.pipe(
      v.boolean(),
      v.description('Asks whoever was answered once, when their ticket is closed, how it went.'),
    ),
    false,
  ),
  // Only mail of this queue checks them (rules.ts): a wrong rule stops no other mail.
  match: v.optional(v.unknown()),
  // And only who deals with fields checks these (fields.ts).
  fields: v.optional(v.unknown()),
  // And whoever counts by hours checks these (hours.ts): wrong ones stop no mail at all.
  hours: v.optional(v.unknown()),
  due: v.optional(
    v.pipe(
      v.strictObject({
        answerHours: period(24 * 365, 'Hours without an answer after which the staff are told.'),
        remindDays: period(3650, 'Days without a word of the customer, who is then reminded once.'),
        closeDays: period(3650, 'Days after the reminder; then the ticket is closed.'),
      }),
      v.description('What is done by itself after a time; nothing if left out.'),
    ),
    {},
  ),
});
