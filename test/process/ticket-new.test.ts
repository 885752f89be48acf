/** `mailrobot ticket new`: what it takes. What it does is decided in test/desk/begun.test.ts. */
import { expect, test } from 'vitest';
import { makeDesk } from './desk.ts';

test('the text comes by option or stdin, and what is wrong opens nothing', async () => {
  const desk = await makeDesk();
  try {
    const begin = (to: string, ...more: readonly string[]) => [
      ...['ticket', 'new', to, '--subject', 'Your tablet', ...more],
    ];
    for (const args of [
      begin('nobody', '-m', 'x'),
      begin('new@support-ticket.example', '-m', 'x'),
      begin('nic@ferrier.example', '-m', 'x', '--queue', 'SALES'),
      ['ticket', 'new', 'nic@ferrier.example', '-m', 'x'],
    ])
      expect((await desk.run(args)).exit, args.join(' ')).toBeGreaterThan(0);
    expect(
      await desk.run(begin('Nic <nic@ferrier.example>'), { input: 'Ready: ä.\n' }),
    ).toMatchObject({
      exit: 0,
      stdout: 'SUPPORT-7102: your mail is on its way to nic@ferrier.example.\n',
    });
    expect(desk.sent().map(({ content }) => content)).toEqual([
      expect.stringMatching(/^Subject: Your tablet$/m),
    ]);
  } finally {
    desk.remove();
  }
});
