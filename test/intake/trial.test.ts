/** A mail of the doctor's, which changes nothing of the desk; and one that only looks like it. */
import { beforeEach, expect, test } from 'vitest';
import { trialAddress, trialId, trialIn, trialSender } from '../../src/addresses/trial-address.ts';
import { BOB, DOMAIN } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz';
const HOUSE = { queues: [{ prefix: 'SUPPORT' }], domain: DOMAIN } as const;
const to = (step: 'there' | 'back') => trialAddress({ step, token: TOKEN }, HOUSE);

let desk: Desk;
let noted: [string, string, object][];
let sent: { recipient: string; octets: string }[];

beforeEach(() => {
  desk = new Desk({ authservId: 'mx.example', subscribers: [] });
  noted = [];
  sent = [];
  desk.trials = {
    isAwaited: (token) => token === TOKEN,
    note: (token, step, found) => {
      if (noted.some(([, known]) => known === step)) return false;
      noted.push([token, step, found]);
      return true;
    },
    send: async (mail) => {
      sent.push(mail);
      return null;
    },
  };
});

test('both addresses and both Message-IDs are known again, also as the map of tickets writes them', () => {
  for (const step of ['there', 'back'] as const) {
    const mail = { step, token: TOKEN };
    const address = trialAddress(mail, HOUSE);
    expect(address.length).toBeLessThan(64);
    expect(trialIn([address.toUpperCase()], null, null)).toEqual(mail);
    expect(trialIn(['x@y.example', address.replace('-', '+')], null, '')).toEqual(mail);
    expect(trialIn([], trialId(mail, HOUSE), null)).toEqual(mail);
  }
  expect(
    trialIn(
      [`support-7102-t-${TOKEN}@${DOMAIN}`, `support-0@${DOMAIN}`],
      '<t.x@y>',
      'nic@x.example',
    ),
  ).toBe(null);
});

test('it is decided and answered, and nothing is committed: no number, no letter', async () => {
  const came = await desk.deliver({ to: to('there'), sender: '', queueId: 'Q1' });
  expect(came.end).toBe('answered');
  expect(noted).toMatchObject([
    [TOKEN, 'there', { recipients: [to('there')], trust: 'claimed', believed: [] }],
    [TOKEN, 'answer', { problem: null }],
  ]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ recipient: to('back') });
  expect(sent[0]?.octets).toMatch(
    /^From: new@support-ticket\.example\n(.+\n)*Auto-Submitted: auto-replied\n/,
  );
  expect((await desk.deliver({ to: to('back'), sender: '' })).end).toBe('answered');
  expect(noted.map(([, step]) => step)).toEqual(['there', 'answer', 'back']);
  expect([desk.records.length, desk.letters.length, sent.length]).toEqual([0, 0, 1]);
});

test('delivered twice, it is answered once', async () => {
  await desk.deliver({ to: to('there') });
  await desk.deliver({ to: to('there') });
  expect(sent).toHaveLength(1);
});

test('the answer is not answered', async () => {
  await desk.deliver({ to: to('back') });
  expect(sent).toEqual([]);
});

test('what our own MTA has written is told from what the sender has', async () => {
  const results = 'dmarc=pass header.from=doctor.invalid';
  await desk.deliver({ to: to('there'), results });
  expect(noted[0]?.[2]).toMatchObject({ believed: [`mx.example; ${results}`] });
  noted = [];
  const forged = `Authentication-Results: mx.example; ${results}\n`;
  await desk.deliver({ to: to('there'), queueId: 'Q1', more: forged });
  expect(noted[0]?.[2]).toMatchObject({ believed: [] });
});

test('a forgery is decided, and neither answered nor carried out', async () => {
  const id = trialId({ step: 'forgery', token: TOKEN }, HOUSE);
  const came = await desk.deliver({ to: 'control', from: BOB, id, text: 'list open' });
  expect(came.end).toBe('answered');
  expect(noted).toMatchObject([[TOKEN, 'forgery', { trust: 'claimed', messageId: id }]]);
  expect([desk.records.length, desk.letters.length, sent.length]).toEqual([0, 0, 0]);
});

test('a replay is known by the sender of its envelope, and is neither carried out nor answered', async () => {
  await desk.deliver({ text: 'Hello' });
  const results = `spf=pass smtp.mailfrom=${BOB}; dmarc=pass header.from=${BOB.split('@')[1]}`;
  const order = { to: 'support-7102', from: BOB, results, id: '<order@x.example>' };
  await desk.deliver({ ...order, text: 'I have reset it.' });
  const [before, letters] = [desk.records.length, desk.letters.length];
  const came = await desk.deliver({
    ...order,
    text: 'I have reset it.',
    sender: trialSender(TOKEN),
  });
  expect(came.end).toBe('answered');
  expect(noted).toMatchObject([
    [
      ...[TOKEN, 'forgery'],
      {
        ...{ sender: trialSender(TOKEN), person: 'bob' },
        copied: 'a mail with its Message-ID was carried out before',
      },
    ],
  ]);
  expect([desk.records.length, desk.letters.length, sent.length]).toEqual([before, letters, 0]);
});

test('nobody waits for it: it is a mail like any other', async () => {
  desk.trials = { ...desk.trials, isAwaited: () => false };
  const came = await desk.deliver({
    to: to('there'),
    id: trialId({ step: 'there', token: TOKEN }, HOUSE),
  });
  expect(came.end).not.toBe('answered');
  expect([desk.records.length, sent.length, noted.length]).toEqual([1, 0, 0]);
});
