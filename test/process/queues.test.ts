/** Queues: each with a prefix, numbers, addresses and people of its own. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, shortMail, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
    ];
    config['staff'] = [
      { name: 'bob', addresses: ['bob@home.example'], queues: ['SUPPORT'] },
      { name: 'kim', addresses: ['kim@home.example'], queues: ['BILLING'] },
    ];
  });
});

afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const ids = async () =>
  JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout).map(
    ({ id }: { id: string }) => id,
  );

test('an alias says which queue its mail is for, and the people of that queue are told', async () => {
  const env = { RECIPIENT: 'billing@support-ticket.example' };
  for (const args of [
    ['new', '--queue', 'BILLING'],
    ['new', '--queue=billing'],
  ]) {
    expect(await desk.run(args, { input: shortMail(args.length), env })).toMatchObject({ exit: 0 });
  }
  expect(await ids()).toEqual(['BILLING-2', 'BILLING-1']);
  const to = desk.sent().map(({ args }) => args.split(' -- ')[1]);
  expect(to.filter((address) => address?.endsWith('@home.example'))).toEqual([
    'kim@home.example',
    'kim@home.example',
  ]);
  expect(desk.sent()[0]?.content).toContain('From: Billing <BILLING-1@support-ticket.example>');
});

test('an address that names a queue comes first', async () => {
  const env = { RECIPIENT: 'new@support-ticket.example' };
  await desk.here(['new', '--queue', 'BILLING'], { input: shortMail(1), env });
  expect(await ids()).toEqual(['SUPPORT-7102']);
});

test.each([[['--queue', 'SALES']], [['--queue']]])(
  '%j: the mail stays with the MTA',
  async (args) => {
    const ended = await desk.here(['new', ...args], { input: shortMail(1) });
    expect(ended).toMatchObject({
      exit: 75,
      stdout: expect.stringMatching(/^4\.3\.5 mailrobot: /),
    });
    expect(await ids()).toEqual([]);
  },
);

test('two queues with one prefix are an error that names the key', async () => {
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support' },
      { prefix: 'SUPPORT', address: 'invoices', name: 'Billing' },
    ];
  });
  expect((await desk.here(['ticket', 'list'])).stderr).toContain(
    '"queues.1.prefix" holds "SUPPORT", which another queue has already',
  );
});

test('queues that share their numbers count together, and a bare number is whichever has it', async () => {
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, numbers: 'shared' },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing', numbers: 'shared' },
      { prefix: 'SALES', address: 'sales', name: 'Sales' },
    ];
  });
  for (const [n, queue] of ['BILLING', 'SUPPORT', 'SALES', 'BILLING'].entries()) {
    await desk.here(['new', '--queue', queue], { input: shortMail(n) });
  }
  expect((await ids()).toSorted()).toEqual([
    'BILLING-7102',
    'BILLING-7104',
    'SALES-1',
    'SUPPORT-7103',
  ]);
  const shown = JSON.parse((await desk.here(['ticket', 'show', '7104', '--json'])).stdout);
  expect(shown.id).toBe('BILLING-7104');
  expect((await desk.here(['ticket', 'show', '1'])).stderr).toContain(
    'there is no ticket SUPPORT-1',
  );
});

test.each([[['--queue', 'BILLING']], [['reply', '--queue', 'BILLING']], [['reply']]])(
  '%j: who a notice comes from, and its loop mark, stay those of the first queue',
  async (args) => {
    await desk.here(['new'], { input: shortMail(1) });
    const address = 'support-7102@support-ticket.example';
    const env = { RECIPIENT: address, SENDER: 'mallory@evil.example' };
    const input = `From: mallory@evil.example\nTo: ${address}\nSubject: hm\nMessage-ID: <m@evil.example>\n\nhm\n`;
    expect(await desk.run(args, { input, env })).toMatchObject({ exit: 0 });
    const notice = desk.sent().find(({ content }) => content.includes('SUPPORT-7102 is held'));
    expect(notice?.content).toContain('From: Support <new@support-ticket.example>');
    expect(notice?.content).toContain('X-Loop: new@support-ticket.example');
  },
);

test('a mail that its alias has for a queue, and that is held, is let in to that queue', async () => {
  const env = { RECIPIENT: 'rechnung@support-ticket.example' };
  const border = 'Received: by mx.example; Sat, 28 Nov 2026 10:00:00 +0000';
  const input = `X-Spam-Flag: YES\n${border}\n${shortMail(1)}`;
  await desk.here(['new', '--queue', 'BILLING'], { input, env });
  const [held] = JSON.parse((await desk.here(['held', 'list', '--json'])).stdout);
  expect(held.queue).toBe('BILLING');
  await desk.here(['held', 'release', String(held.id)]);
  expect(await ids()).toEqual(['BILLING-1']);
});
