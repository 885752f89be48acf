/** Lines that only the desk writes to its staff: an answer that holds one is looked at once more. */
import { expect, test } from 'vitest';
import { isWordToStaff } from '../../src/desk/words-to-staff.ts';
import { unseenIn } from '../../src/ticket/found.ts';

test.each([
  '[the mail has no text and no files]',
  '> [a line of a header is no field; the whole mail is on ticket]',
  '> [a line of a header is no field; the whole mail is attached]',
  '[2 lines were found inside a multipart without its boundary]',
  'Created Friday, 20 November 2026, 11:00 (Europe/Berlin)',
  '> Snoozed    until Monday, 23 November 2026, 09:00 (Europe/Berlin), by kim',
  'Goes out   an answer, Monday, 23 November 2026, 09:00 (Europe/Berlin)',
  '[not sent yet: it goes out on Monday, 23 November 2026, 09:00 (Europe/Berlin)]',
  'SUPPORT-7102: your answer goes out in 30 seconds, at 11:00:30 (Europe/Berlin).',
  'SUPPORT-7102: your answer goes out on Monday, 23 November 2026, 09:00 (Europe/Berlin).',
  '> SUPPORT-7102: #3 of bob, for Monday, 23 November 2026, 09:00 (UTC), is taken back,',
  'SUPPORT-7102 is pending, and snoozed until Monday, 23 November 2026, 09:00 (UTC).',
  '> Your answer about SUPPORT-7102 goes out without these files:',
  'Your answer about SUPPORT-7102 has gone out, without these files:',
  `"meter.csv" is attached. ${unseenIn({ foundIn: 'compressed' })}`,
  `> "winmail.dat" is attached. ${unseenIn({})}`,
])('of the desk: %s', (line) => {
  expect(isWordToStaff(line)).toBe(true);
});

test.each(['"form.pdf" is attached.', '[the mail has no text]', 'No filter has looked into it.'])(
  'of a person: %s',
  (line) => {
    expect(isWordToStaff(line)).toBe(false);
  },
);
