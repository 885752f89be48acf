/**
 * Mail that is given to an MTA by SMTP (doors/relay.ts): what the MTA says of it, and what a lost
 * connection means at each point.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Relay } from '../../src/doors/relay.ts';
import type { Submitted } from '../../src/ticket/submitted.ts';
import { type Point, type Say, startMta, type TestMta } from '../kit/mta.ts';

const NIC = 'nic@ferrier.example';
const MAIL = 'Subject: x\n\nHello.\n.\n..dots\nend\n';
const SHORT = { greetingMs: 300, commandMs: 300, blockMs: 300, endMs: 300 };

let mta: TestMta;
let relay: Relay | undefined;

afterEach(async () => {
  await relay?.close(0);
  await mta.close();
});

async function relayTo(say: Say = () => null, limits = SHORT): Promise<Relay> {
  mta = await startMta(say);
  relay = new Relay({ host: '127.0.0.1', port: mta.port, usesTls: false }, limits);
  return relay;
}

const at =
  (point: Point, said: string): Say =>
  (now) =>
    now === point ? said : null;

function submit(to: Relay, begin = async (): Promise<Buffer[] | null> => [Buffer.from(MAIL)]) {
  return to.submit({ sender: '', recipient: NIC, size: MAIL.length }, begin);
}

test('many mails go through one session, octet for octet', async () => {
  const to = await relayTo();
  for (let n = 0; n < 5; n += 1) expect(await submit(to)).toEqual({ end: 'taken' });
  expect(mta.mails).toEqual(Array(5).fill({ sender: '', recipient: NIC, content: MAIL }));
  expect(mta.sessions.total).toBe(1);
});

test('of many at once each goes once, through four sessions at most', async () => {
  const to = await relayTo();
  const ends = await Promise.all(Array.from({ length: 20 }, () => submit(to)));
  expect(ends).toEqual(Array(20).fill({ end: 'taken' }));
  expect(mta.mails).toHaveLength(20);
  expect(mta.sessions.most).toBe(4);
});

test('one for which no session is free in time has not gone', async () => {
  const long = { greetingMs: 60_000, commandMs: 60_000, blockMs: 60_000, endMs: 60_000 };
  mta = await startMta(at('end', 'silence'));
  relay = new Relay({ host: '127.0.0.1', port: mta.port, usesTls: false }, long, 200);
  const to = relay;
  const slow = [1, 2, 3, 4].map(() => submit(to));
  await vi.waitFor(() => expect(mta.ends).toHaveLength(4));
  expect(await submit(to)).toEqual({ end: 'failed', reason: 'too many mails are on their way' });
  mta.drop();
  expect(await Promise.all(slow)).toEqual(Array(4).fill({ end: 'unknown' }));
  expect(mta.ends).toHaveLength(4);
});

test('what a loopback server offers of TLS is left alone', async () => {
  const to = await relayTo(at('EHLO', '250-mta.example\r\n250 STARTTLS'));
  expect(await submit(to)).toEqual({ end: 'taken' });
  const other = new Relay({ host: '127.0.0.1', port: mta.port, usesTls: true }, SHORT);
  expect(await submit(other)).toMatchObject({ end: 'failed' });
  await other.close(0);
  expect(mta.mails).toHaveLength(1);
});

describe('what the MTA says', () => {
  const rejected = (status: string, reason: string, isOfRecipient: boolean): Submitted => ({
    ...{ end: 'rejected', status, reason, isOfRecipient },
  });
  const failed = { end: 'failed', reason: expect.stringContaining('4') };
  test.each([
    ['RCPT', '550 5.1.1 no such user', rejected('5.1.1', '550 no such user', true)],
    ['RCPT', '550-5.7.1 not\r\n550 5.7.1 here', rejected('5.7.1', '550 not here', true)],
    ['RCPT', '553 no', rejected('5.0.0', '553 no', true)],
    ['RCPT', '550 4.1.1 odd', rejected('5.0.0', '550 odd', true)],
    ['RCPT', '450 4.2.0 greylisted', failed],
    ['MAIL', '550 5.1.8 who are you', rejected('5.1.8', '550 who are you', false)],
    ['MAIL', '451 4.3.0 later', failed],
    ['MAIL', '421 4.3.2 going down', failed],
    ['MAIL', '530 5.7.0 Must issue a STARTTLS command first', { end: 'failed' }],
    ['DATA', '554 5.5.1 no valid recipients', rejected('5.5.1', '554 no valid recipients', false)],
    ['DATA', '451 4.3.0 later', failed],
    ['end', '554 5.7.1 spam', rejected('5.7.1', '554 spam', false)],
    ['end', '552 5.3.4 too large', rejected('5.3.4', '552 too large', false)],
    ['end', '452 4.3.1 no room', failed],
    ['end', '421 4.3.0 going down', failed],
    ['greeting', '554 5.3.2 not today', { end: 'failed' }],
    ['EHLO', '550 5.0.0 go away', { end: 'failed' }],
  ] as const)('at %s: %s', async (point, said, wanted) => {
    const to = await relayTo(at(point, said));
    expect(await submit(to)).toMatchObject(wanted);
    expect(mta.mails).toEqual([]);
  });

  test('is one bounded line without controls', async () => {
    const to = await relayTo(at('RCPT', `550 5.1.1 a\u001b[31m\u0000b\t${'x'.repeat(10_000)}`));
    const submitted = await submit(to);
    const reason = submitted.end === 'rejected' ? submitted.reason : '';
    expect(reason).toMatch(/^550 a \[31m b x+$/);
    expect(reason).toHaveLength(300);
  });

  test('a mail that is larger than it takes is rejected before it goes', async () => {
    const to = await relayTo();
    const large = { sender: '', recipient: NIC, size: 20_000_000 };
    expect(await to.submit(large, async () => [Buffer.from(MAIL)])).toMatchObject({
      ...{ end: 'rejected', status: '5.3.4', isOfRecipient: false },
    });
    expect(mta.points).not.toContain('MAIL');
  });

  test('after one that was not taken the next one has a session of its own', async () => {
    let count = 0;
    const to = await relayTo((point) => {
      if (point !== 'RCPT') return null;
      count += 1;
      return count === 1 ? '550 5.1.1 no' : null;
    });
    expect(await submit(to)).toMatchObject({ end: 'rejected' });
    expect(await submit(to)).toEqual({ end: 'taken' });
    expect(mta.sessions.total).toBe(2);
  });
});

describe('a connection that is lost', () => {
  const FAILED = { end: 'failed', reason: expect.stringMatching(/./) };
  test.each([
    ...(['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'mail'] as const).map(
      (point) => [point, FAILED] as const,
    ),
    ['end', { end: 'unknown' }],
  ] as const)('at %s', async (point, wanted) => {
    // A large one is still on its way when the server drops it.
    const large = [Buffer.from(MAIL), ...Array<Buffer>(300).fill(Buffer.alloc(65_536, 'x\n'))];
    const to = await relayTo(at(point, 'drop'));
    expect(await submit(to, async () => (point === 'mail' ? large : [Buffer.from(MAIL)]))).toEqual(
      wanted,
    );
    expect(mta.mails).toEqual([]);
  });

  test.each([
    ...(['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'] as const).map(
      (point) => [point, FAILED] as const,
    ),
    ['end', { end: 'unknown' }],
  ] as const)('or a server that says nothing at %s', async (point, wanted) => {
    const to = await relayTo(at(point, 'silence'));
    expect(await submit(to)).toEqual(wanted);
  });

  test('or a server that is not there', async () => {
    const to = await relayTo();
    await mta.close();
    expect(await submit(to)).toEqual({ ...FAILED, reason: expect.stringContaining('REFUSED') });
  });

  test('between two mails is opened anew for the same mail', async () => {
    const to = await relayTo();
    expect(await submit(to)).toEqual({ end: 'taken' });
    mta.drop();
    expect(await submit(to)).toEqual({ end: 'taken' });
    expect(mta.mails).toHaveLength(2);
  });

  test('when the next mail is offered, too, and that goes whole', async () => {
    let mails = 0;
    const to = await relayTo((point) => {
      if (point === 'MAIL') mails += 1;
      return point === 'MAIL' && mails === 2 ? 'drop' : null;
    });
    expect(await submit(to)).toEqual({ end: 'taken' });
    const begun = vi.fn(async () => [Buffer.from(MAIL)]);
    expect(await submit(to, begun)).toEqual({ end: 'taken' });
    expect(begun).toHaveBeenCalledTimes(1);
    expect(mta.mails.map(({ content }) => content)).toEqual([MAIL, MAIL]);
  });
});

test('the answer to the final dot is waited for longer than anything else', async () => {
  const say: Say = async (point) => {
    if (point === 'end') await new Promise((resolve) => setTimeout(resolve, 600));
    return null;
  };
  const to = await relayTo(say, { ...SHORT, endMs: 5000 });
  expect(await submit(to)).toEqual({ end: 'taken' });
});

test('of a mail that somebody else has got meanwhile no octet goes', async () => {
  const to = await relayTo();
  expect(await submit(to, async () => null)).toMatchObject({ end: 'failed' });
  expect(mta.points).not.toContain('mail');
  expect(mta.ends).toEqual([]);
});

test('what cannot be read ends the session without a final dot', async () => {
  const to = await relayTo();
  const broken = function* () {
    yield Buffer.from(MAIL);
    throw new Error('EIO');
  };
  expect(await to.submit({ sender: '', recipient: NIC, size: 1 }, async () => broken())).toEqual({
    ...{ end: 'failed', reason: expect.stringContaining('EIO') },
  });
  await expect(
    submit(to, async () => {
      throw new Error('no claim');
    }),
  ).rejects.toThrow('no claim');
  expect(mta.ends).toEqual([]);
  expect(await submit(to)).toEqual({ end: 'taken' });
});

describe('the end', () => {
  const slowAt = (point: Point): Say => at(point, 'silence');
  const reached = (point: Point) => vi.waitFor(() => expect(mta.points).toContain(point));

  test('waits for a mail that is on its way', async () => {
    const to = await relayTo(async (point) => {
      if (point === 'end') await new Promise((resolve) => setTimeout(resolve, 100));
      return null;
    });
    const going = submit(to);
    await reached('end');
    await to.close(5000);
    expect(await going).toEqual({ end: 'taken' });
    expect(await submit(to)).toMatchObject({ end: 'failed' });
  });

  test.each([
    ['greeting', 'failed'],
    ['RCPT', 'failed'],
    ['end', 'unknown'],
  ] as const)('cuts off what takes too long at %s: %s', async (point, end) => {
    const to = await relayTo(slowAt(point), {
      ...{ greetingMs: 60_000, commandMs: 60_000, blockMs: 60_000, endMs: 60_000 },
    });
    const going = submit(to);
    await reached(point);
    await to.close(10);
    expect(await going).toMatchObject({ end });
  });
});
