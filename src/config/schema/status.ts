/** From where on `mailrobot status` warns. */
import * as v from 'valibot';
import { wholeNumber } from './values.ts';

const MOST_MINUTES = 365 * 24 * 60;

function threshold(warning: number, critical: number | undefined, most: number, what: string) {
  const above = wholeNumber([0, most], 'A warning from there on.');
  const far = wholeNumber([0, most], 'Critical from there on; never if left out.');
  return v.optional(
    v.pipe(
      v.strictObject({
        warning: v.optional(above, warning),
        critical: critical === undefined ? v.optional(far) : v.optional(far, critical),
      }),
      v.description(what),
    ),
    {},
  );
}

export const Status = v.optional(
  v.pipe(
    v.strictObject({
      unsentMinutes: threshold(15, 120, MOST_MINUTES, 'The oldest unsent mail is older.'),
      heldMinutes: threshold(24 * 60, undefined, MOST_MINUTES, 'The oldest held mail is older.'),
      failedAddresses: threshold(0, undefined, 1_000_000, 'More addresses fail.'),
      subscriberMinutes: threshold(
        60,
        24 * 60,
        MOST_MINUTES,
        'A subscriber has failed for longer.',
      ),
      robotMinutes: threshold(15, 4 * 60, MOST_MINUTES, 'A mail waits for its robot for longer.'),
      diskPercent: threshold(10, 2, 100, 'Less of the disk of the store is free.'),
      diskMegabytes: threshold(1024, 100, 100_000_000, 'Fewer mebibytes of it are free.'),
      inodesPercent: threshold(10, 2, 100, 'Fewer files can still be made on it.'),
    }),
    v.description('From where on mailrobot status warns.'),
  ),
  {},
);
