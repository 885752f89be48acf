/** One line of each mail, from which a stranger's words cannot break out. */
import { expect, test } from 'vitest';
import { KAY } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

test('a mail has its names, its ticket, what was decided, and how its author is known', async () => {
  const desk = new Desk({ log: 'syslog' });
  await desk.deliver({ queueId: '4dX1', id: '<1@ferrier.example>' });
  await desk.deliver({ queueId: '4dX1', id: '<1@ferrier.example>' });
  await desk.deliver({ to: 'support-7102', from: KAY, queueId: '4dX3', id: '<3@ferrier.example>' });
  await desk.deliver({
    queueId: '4dX4',
    id: null,
    more: 'Precedence: bulk\nList-Id: <a.example>\n',
  });
  expect(desk.logged).toEqual([
    'queue-id=4dX1 message-id=<1@ferrier.example> ticket=SUPPORT-7102 decision=opened trust=claimed checks=-',
    'queue-id=4dX1 message-id=<1@ferrier.example> ticket=SUPPORT-7102 decision=duplicate trust=claimed checks=-',
    'queue-id=4dX3 message-id=<3@ferrier.example> ticket=- decision=held trust=claimed checks=-',
    expect.stringMatching(
      /^queue-id=4dX4 message-id=- .* trust=claimed checks=[a-z-]+(,[a-z-]+)*$/,
    ),
  ]);
});

test('nothing is written without a log in the config', async () => {
  const desk = new Desk();
  await desk.deliver({});
  expect(desk.logged).toEqual([]);
});

test('whatever a stranger calls the mail, it is one line, and each field is there once', async () => {
  const desk = new Desk({ log: 'syslog' });
  const id = '<a b\u2028c\u0007 ticket=SUPPORT-1 decision=\u202eopened@ferrier.example>';
  await desk.deliver({ id, queueId: 'Q\u001b[2J' });
  const [line = ''] = desk.logged;
  expect(line).toMatch(/^[ -~]+$/);
  expect(line.split(' ').map((field) => field.split('=')[0])).toEqual([
    ...['queue-id', 'message-id', 'ticket', 'decision', 'trust', 'checks'],
  ]);
});

test('a long name is cut, and nothing of the mail but its names is written', async () => {
  const desk = new Desk({ log: 'syslog' });
  await desk.deliver({
    id: `<${'x'.repeat(900)}@ferrier.example>`,
    subject: 'SECRET',
    text: 'SECRET',
  });
  const [line = ''] = desk.logged;
  expect(line.length).toBeLessThan(400);
  expect(line).not.toMatch(/SECRET|nic|support-ticket\.example/);
});
