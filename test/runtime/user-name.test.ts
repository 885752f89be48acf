/** Who runs this, by its number. */
import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { nameOfUser, userName } from '../../src/runtime/user-name.ts';

test('the name is that of the system, whatever the environment says', () => {
  const { uid, username } = userInfo();
  expect(userName()).toBe(username);
  expect(nameOfUser(uid)).toBe(username);
  expect(nameOfUser(0)).toBe('root');
});

test('a user without a name is told by the number', () => {
  expect(nameOfUser(4_294_000_001)).toBe('user 4294000001');
});
