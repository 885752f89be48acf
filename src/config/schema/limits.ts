/** How much is read of a mail, and how many automatic answers go out. */
import * as v from 'valibot';
import { DEFAULT_LIMITS } from '../limits.ts';
import { cap, KIBIBYTE, limit, MEBIBYTE } from './values.ts';

export const Caps = v.optional(
  v.pipe(
    v.strictObject({
      address: cap(5, 24, 'To one address.'),
      domain: cap(50, 1, 'To one domain.'),
      ticket: cap(3, 24, 'About one ticket.'),
      total: cap(200, 1, 'In all.'),
      firstTime: cap(
        10,
        1,
        'In all, to people who write for the first time and prove nothing; `total` does not count them.',
      ),
      all: v.optional(
        v.pipe(
          v.strictObject({
            count: limit(20, [0, 1_000_000], 'Automatic answers.'),
            hours: limit(24, [1, 168], 'In so many hours.'),
          }),
          v.description('To one address, of all kinds; four times `address` if left out.'),
        ),
      ),
    }),
    v.description(
      'Past a cap, automatic answers stay away; mail is kept as ever. All but `all` count each kind of answer by itself.',
    ),
  ),
  {},
);

/** Octets of files that go out in one mail. */
export const Sizes = v.optional(
  v.pipe(
    v.strictObject({
      notification: limit(
        2 * MEBIBYTE,
        [0, 1024 * MEBIBYTE],
        'Of files in a mail to one of the staff; the others are named, and `get` brings them.',
      ),
      answer: limit(
        25 * MEBIBYTE,
        [0, 1024 * MEBIBYTE],
        'Of files in an answer; the others stay inside, and its author is told.',
      ),
      get: limit(10 * MEBIBYTE, [0, 1024 * MEBIBYTE], 'Of one file that `get` brings.'),
    }),
    v.description('Octets of files in the mails of the desk.'),
  ),
  {},
);

export const Limits = v.optional(
  v.pipe(
    v.strictObject({
      messageSize: limit(
        50 * MEBIBYTE,
        [1, 1024 * MEBIBYTE],
        'Octets of the largest message taken; a larger one is deferred (75).',
      ),
      headerSize: limit(
        DEFAULT_LIMITS.headerSize,
        [16 * KIBIBYTE, 16 * MEBIBYTE],
        'Octets of header that are read, of the mail and all its parts.',
      ),
      parts: limit(DEFAULT_LIMITS.parts, [1, 100_000], 'MIME parts that are read.'),
      depth: limit(DEFAULT_LIMITS.depth, [1, 1000], 'Multiparts within multiparts that are read.'),
      addresses: limit(DEFAULT_LIMITS.addresses, [1, 100_000], 'Addresses of To and Cc kept.'),
      attachments: limit(
        DEFAULT_LIMITS.attachments,
        [1, 100_000],
        'Attachments that are read; the first 20 are kept as files.',
      ),
      textSize: limit(
        DEFAULT_LIMITS.textSize,
        [KIBIBYTE, 64 * MEBIBYTE],
        'Octets of text parts that are read, in all.',
      ),
      seconds: limit(
        DEFAULT_LIMITS.seconds,
        [1, 120],
        'Seconds for reading a mail that is not plain; then it is read once more, within the strictest limits.',
      ),
      memory: limit(
        DEFAULT_LIMITS.memory / MEBIBYTE,
        [64, 4096],
        'Mebibytes of heap for reading a mail that is not plain.',
      ),
    }),
    v.description('How much of a mail is read.'),
  ),
  {},
);
