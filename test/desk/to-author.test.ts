/** The head of what goes back to one of the staff, in the thread of their own mail. */
import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import { toAuthor } from '../../src/desk/to-author.ts';

const BOB = { name: 'bob', addresses: ['bob@home.example'] } as unknown as StaffPerson; // What it reads.

test('a mail that its author names by In-Reply-To and by References is named once', () => {
  // Nearest first, as they are read: what it answers, then the thread.
  const references = ['<2@desk.example>', '<2@desk.example>', '<1@desk.example>'];
  const mail = { subject: 'x', messageId: '<3@home.example>', references };
  expect(toAuthor(mail, BOB)).toMatchObject({
    ...{ to: { name: 'bob', address: 'bob@home.example' }, inReplyTo: '<3@home.example>' },
    references: ['<1@desk.example>', '<2@desk.example>', '<3@home.example>'],
  });
});
