/**
 * Queues that count their tickets together: a bare number is the ticket of whichever queue
 * has it, at every door.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDesk, shortMail, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeAll(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 1, numbers: 'shared' },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing', numbers: 'shared' },
    ];
    config['staff'] = [{ name: 'bob', addresses: ['bob@home.example'], sasl: ['bob'] }];
  });
  // Number 1 is SUPPORT's, all others are BILLING's.
  for (let n = 1; n <= 12; n += 1) {
    const queue = n === 1 ? 'SUPPORT' : 'BILLING';
    const ended = await desk.here(['new', '--queue', queue], { input: shortMail(n) });
    expect(ended).toMatchObject({ exit: 0, stdout: '' });
  }
});

afterAll(async () => {
  await desk.settled();
  desk.remove();
});

const show = async (id: string) =>
  JSON.parse((await desk.here(['ticket', 'show', id, '--json'])).stdout);

const ofBob = async (verb: string, local: string, body: string, more = {}) => {
  const to = `${local}@support-ticket.example`;
  const input = `From: bob@home.example\nTo: ${to}\nSubject: x\nMessage-ID: <${local}${body.length}@home.example>\nContent-Type: text/plain\n\n${body}\n`;
  const env = { RECIPIENT: to, SENDER: 'bob@home.example', SASL_USERNAME: 'bob', ...more };
  return desk.here([verb], { input, env });
};

test.each([
  [['close', '2'], { status: 'resolved' }],
  [['tag', '2', '+paid'], { tags: ['paid'] }],
  [['note', '2', '-m', 'Paid.'], { id: 'BILLING-2' }],
])('ticket %j', async (args, wanted) => {
  expect(await desk.here(['ticket', ...args])).toMatchObject({ exit: 0 });
  expect(await show('BILLING-2')).toMatchObject(wanted);
});

test('ticket merge finds both', async () => {
  expect(await desk.here(['ticket', 'merge', '3', '4', '--together'])).toMatchObject({
    exit: 0,
    stderr: '',
  });
  expect(await show('BILLING-3')).toMatchObject({ mergedInto: 'BILLING-4' });
});

test('events --ticket, and explain', async () => {
  const { stdout } = await desk.here(['events', '--ticket', '2', '--type', 'ticket.created']);
  expect(JSON.parse(stdout)).toMatchObject({ subject: 'BILLING-2' });
  const explained = await desk.run(['explain', '2', '--json']);
  expect(explained).toMatchObject({ exit: 0, stderr: '' });
  expect(JSON.parse(explained.stdout)).toMatchObject([{ decision: { route: 'BILLING' } }]);
});

test('apply, for the ticket and for what its command names', async () => {
  const orders = [
    { type: 'ticket.note', ticket: 5, text: 'Hm.' },
    { type: 'ticket.command', ticket: '5', command: 'merge 6 together' },
    { type: 'ticket.note', ticket: '99', text: 'Hm.' },
  ];
  const input = orders.map((order) => JSON.stringify(order)).join('\n');
  const results = (await desk.here(['apply'], { input })).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(results).toMatchObject([
    { result: 'done', ticket: 'BILLING-5' },
    { result: 'done', ticket: 'BILLING-5' },
    { result: 'error', error: 'there is no ticket SUPPORT-99' },
  ]);
  expect(await show('BILLING-5')).toMatchObject({ mergedInto: 'BILLING-6' });
});

test('mail to control@, for the ticket and for what the command names', async () => {
  const body = 'priority 7 high\n\nmerge 8 7 together\n\nshow 99\n';
  expect(await ofBob('control', 'control', body)).toMatchObject({ exit: 0 });
  expect(await show('BILLING-7')).toMatchObject({ priority: 'high' });
  expect(await show('BILLING-8')).toMatchObject({ mergedInto: 'BILLING-7' });
  const transcript = desk.sent().find(({ content }) => content.includes('> priority 7 high'));
  expect(transcript?.content).toContain('There is no ticket SUPPORT-99');
});

test('a field at the top of an answer', async () => {
  const ended = await ofBob('reply', 'billing-9', 'Merge: 10 together\n\nnote\n\nThe same.');
  expect(ended).toMatchObject({ exit: 0 });
  expect(await show('BILLING-9')).toMatchObject({ mergedInto: 'BILLING-10' });
});

test('the extension of an alias', async () => {
  const to = { EXTENSION: '11' };
  expect(await ofBob('reply', 'desk', 'note\n\nCall them.', to)).toMatchObject({ exit: 0 });
  expect((await show('BILLING-11')).messages).toContainEqual(
    expect.objectContaining({ text: expect.stringContaining('Call them.') }),
  );
});
