/** Lines that only the desk writes to its staff: an answer that holds one is looked at once more. */
import { expect, test } from 'vitest';
import { isWordToStaff } from '../../src/desk/words-to-staff.ts';
import { unseenIn } from '../../src/ticket/found.ts';

test.each([
  '[the mail has no text and no files]',
  '> [a line of a header is no field; the whole mail is on ticket]',
  '> [a line of a header is no field; the whole mail is attached]',
  '[2 lines were found inside a multipart without its boundary]',
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
