/** `mailrobot staff`: who is away. Who gets their mail is decided in test/desk/away.test.ts. */
import { expect, test } from 'vitest';
import { makeDesk } from './desk.ts';

test('one of the staff is away until a day, and back', async () => {
  const desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@support-ticket.example'] }];
  });
  try {
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { stdout } = await desk.here(['staff', 'away', 'BOB', '--until', day]);
    expect(stdout).toContain(`bob is away until the end of`);
    expect((await desk.here(['staff', 'list'])).stdout).toMatch(
      new RegExp(`bob +all +${day} +bob@support-ticket\\.example`),
    );
    expect(await desk.here(['staff', 'away', 'bob', '--until', '24.12.'])).toMatchObject({
      exit: 2,
    });
    expect(await desk.here(['staff', 'away', 'eve'])).toMatchObject({ exit: 1 });
    expect((await desk.here(['staff', 'back', 'bob'])).stdout).toContain('bob is back.');
    expect(JSON.parse((await desk.here(['staff', 'list', '--json'])).stdout)).toMatchObject([
      { name: 'bob', away: null },
    ]);
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  } finally {
    desk.remove();
  }
});
