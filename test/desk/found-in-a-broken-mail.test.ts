/** A mail that is not shown whole has the raw mail as a file: what no filter has seen is in that, too. */
import { expect, test } from 'vitest';
import { BOB } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HIDDEN } from '../kit/hidden.ts';

const BROKEN = 'a line that is no field\nX-Field: y\n';

test('of a broken mail with a uuencoded file the notification has no raw mail, and says where it is', async () => {
  const { body = '' } = HIDDEN.find(({ header }) => header === '') ?? {};
  const desk = new Desk();
  await desk.deliver({ more: BROKEN, text: body });
  const { files, text } = desk.lastTo(BOB);
  expect(files).toEqual([]);
  expect(text).toContain('the whole mail is on ticket]');
  const [mail] = desk.ticket(7102).messages;
  expect(mail?.attachments.at(-1)).toMatchObject({ filename: 'message.eml', isUnpacked: true });
});

test('of any other broken mail the notification has it', async () => {
  const desk = new Desk();
  await desk.deliver({ more: BROKEN, text: 'Hello' });
  const { files, text } = desk.lastTo(BOB);
  expect(files.map(({ name }) => name)).toEqual(['message.eml']);
  expect(text).toContain('the whole mail is attached]');
});
