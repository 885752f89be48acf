/** From where on `mailrobot status` warns. */
import * as v from 'valibot';
import { wholeNumber } from './values.ts';

const MOST_MINUTES = 365 * 24 * 60;

/** Warnings from there on, and critical ones; never critical if that is left out. */
export const STATUS = {
  unsentMinutes: { warning: 15, critical: 120 },
  heldMinutes: { warning: 24 * 60 },
  failedAddresses: { warning: 0 },
  subscriberMinutes: { warning: 60, critical: 24 * 60 },
  robotMinutes: { warning: 15, critical: 4 * 60 },
  diskPercent: { warning: 10, critical: 2 },
  diskMegabytes: { warning: 1024, critical: 100 },
  inodesPercent: { warning: 10, critical: 2 },
};

interface Levels {
  readonly warning: number;
  readonly critical?: number;
}

function threshold({ warning, critical }: Levels, most: number, what: string) {
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

export function statusSchema() {
  return v.pipe(
    v.strictObject({
      unsentMinutes: threshold(
        STATUS.unsentMinutes,
        MOST_MINUTES,
        'The oldest unsent mail is older.',
      ),
      heldMinutes: threshold(STATUS.heldMinutes, MOST_MINUTES, 'The oldest held mail is older.'),
      failedAddresses: threshold(STATUS.failedAddresses, 1_000_000, 'More addresses fail.'),
      subscriberMinutes: threshold(
        STATUS.subscriberMinutes,
        MOST_MINUTES,
        'A subscriber has failed for longer.',
      ),
      robotMinutes: threshold(
        STATUS.robotMinutes,
        MOST_MINUTES,
        'A mail waits for its robot for longer.',
      ),
      diskPercent: threshold(STATUS.diskPercent, 100, 'Less of the disk of the store is free.'),
      diskMegabytes: threshold(
        STATUS.diskMegabytes,
        100_000_000,
        'Fewer mebibytes of it are free.',
      ),
      inodesPercent: threshold(STATUS.inodesPercent, 100, 'Fewer files can still be made on it.'),
    }),
    v.description('From where on mailrobot status warns.'),
  );
}
