/** How much is read of a mail, and how many automatic answers go out. */
import * as v from 'valibot';
import { DEFAULT_LIMITS } from '../limits.ts';
import { KIBIBYTE, limit, MEBIBYTE } from './values.ts';

/** How many automatic answers go out, in how many hours. */
export const CAPS = {
  address: { count: 5, hours: 24 },
  domain: { count: 50, hours: 1 },
  ticket: { count: 3, hours: 24 },
  total: { count: 200, hours: 1 },
  firstTime: { count: 10, hours: 1 },
};

/** Of one cap that stands in the config without them. */
const ALL = { count: 20, hours: 24 };

function capOf({ count, hours }: typeof ALL, what: string) {
  return v.pipe(
    v.strictObject({
      count: limit(count, [0, 1_000_000], 'Automatic answers.'),
      hours: limit(hours, [1, 168], 'In so many hours.'),
    }),
    v.description(what),
  );
}

export function capsSchema() {
  const cap = (standard: typeof ALL, what: string) => v.optional(capOf(standard, what), {});
  return v.pipe(
    v.strictObject({
      address: cap(CAPS.address, 'To one address.'),
      domain: cap(CAPS.domain, 'To one domain.'),
      ticket: cap(CAPS.ticket, 'About one ticket.'),
      total: cap(CAPS.total, 'In all.'),
      firstTime: cap(
        CAPS.firstTime,
        'In all, to people who write for the first time and prove nothing; `total` does not count them.',
      ),
      all: v.optional(
        capOf(ALL, 'To one address, of all kinds; four times `address` if left out.'),
      ),
    }),
    v.description(
      'Past a cap, automatic answers stay away; mail is kept as ever. All but `all` count each kind of answer by itself.',
    ),
  );
}

/** Octets of files that go out in one mail. */
export const SIZES = {
  notification: 2 * MEBIBYTE,
  answer: 25 * MEBIBYTE,
  get: 10 * MEBIBYTE,
};

export function sizesSchema() {
  return v.pipe(
    v.strictObject({
      notification: limit(
        SIZES.notification,
        [0, 1024 * MEBIBYTE],
        'Of files in a mail to one of the staff; the others are named, and `get` brings them.',
      ),
      answer: limit(
        SIZES.answer,
        [0, 1024 * MEBIBYTE],
        'Of files in an answer; the others stay inside, and its author is told.',
      ),
      get: limit(SIZES.get, [0, 1024 * MEBIBYTE], 'Of one file that `get` brings.'),
    }),
    v.description('Octets of files in the mails of the desk.'),
  );
}

/** As the config counts them: the memory in mebibytes. */
export const LIMITS = {
  ...DEFAULT_LIMITS,
  messageSize: 50 * MEBIBYTE,
  memory: DEFAULT_LIMITS.memory / MEBIBYTE,
};

export function limitsSchema() {
  return v.pipe(
    v.strictObject({
      messageSize: limit(
        LIMITS.messageSize,
        [1, 1024 * MEBIBYTE],
        'Octets of the largest message taken; a larger one is deferred (75).',
      ),
      headerSize: limit(
        LIMITS.headerSize,
        [16 * KIBIBYTE, 16 * MEBIBYTE],
        'Octets of header that are read, of the mail and all its parts.',
      ),
      parts: limit(LIMITS.parts, [1, 100_000], 'MIME parts that are read.'),
      depth: limit(LIMITS.depth, [1, 1000], 'Multiparts within multiparts that are read.'),
      addresses: limit(LIMITS.addresses, [1, 100_000], 'Addresses of To and Cc kept.'),
      attachments: limit(
        LIMITS.attachments,
        [1, 100_000],
        'Attachments that are read; the first 20 are kept as files.',
      ),
      textSize: limit(
        LIMITS.textSize,
        [KIBIBYTE, 64 * MEBIBYTE],
        'Octets of text parts that are read, in all.',
      ),
      seconds: limit(
        LIMITS.seconds,
        [1, 120],
        'Seconds for reading a mail that is not plain; then it is read once more, within the strictest limits.',
      ),
      memory: limit(
        LIMITS.memory,
        [64, 4096],
        'Mebibytes of heap for reading a mail that is not plain.',
      ),
    }),
    v.description('How much of a mail is read.'),
  );
}
