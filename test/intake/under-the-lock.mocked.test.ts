/** While the store is locked, no mail is composed and none is read, whatever comes in. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { release } from '../../src/intake/release.ts';
import { doChores } from '../../src/jobs/chores.ts';
import type * as composing from '../../src/letters/compose.ts';
import type * as parsing from '../../src/reading/mail-parser.ts';
import { isLocked } from '../../src/stores/disk/lock.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { letterIn } from '../kit/outgoing.ts';

const seen = vi.hoisted(() => ({
  /** Called whenever a mail is composed or read. */
  note: (_: 'composed' | 'read'): void => {},
}));

vi.mock('../../src/letters/compose.ts', async (original) => {
  const { compose } = await original<typeof composing>();
  return {
    compose: (...given: Parameters<typeof compose>) => {
      seen.note('composed');
      return compose(...given);
    },
  };
});

vi.mock('../../src/reading/mail-parser.ts', async (original) => {
  const real = await original<typeof parsing>();
  return {
    ...real,
    parse: (...given: Parameters<typeof real.parse>) => {
      seen.note('read');
      return real.parse(...given);
    },
  };
});

const NIC = 'nic@ferrier.example';
const BOB = 'bob@home.example';
const NEW = 'new@support-ticket.example';
const TICKET = 'support-1@support-ticket.example';

let line: PipeLine;
afterEach(() => line.remove());

test('mails, staff mail, orders, held mail and notices: all of it outside of the lock', async () => {
  line = makePipeLine({
    config: { staff: [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }] },
  });
  const lock = join(line.dir, 'store', 'lock');
  const times = { composed: 0, read: 0, 'under the lock': 0 };
  seen.note = (what) => {
    times[what] += 1;
    if (isLocked(lock)) times['under the lock'] += 1;
  };
  let mails = 0;
  const deliver = (
    from: string,
    to: string,
    text: string,
    head = '',
    login = {},
    subject = 'Re: Hi',
  ) => {
    mails += 1;
    const fields = `From: ${from}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: <${mails}@a.example>\n${head}`;
    const envelope = { SENDER: from, RECIPIENT: to, ...login };
    return line.deliver(Buffer.from(`${fields}\n${text}\n`), envelope);
  };
  const mixed = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';
  const withFile = (text: string) =>
    `--b\n\n${text}\n--b\nContent-Disposition: attachment; filename=a.txt\n\na file\n--b--`;
  const asBob = { SASL_USERNAME: 'bob' };

  expect(await deliver(NIC, NEW, withFile('Hello.'), mixed)).toBe('opened');
  expect(await deliver(NIC, TICKET, 'One thing more.')).toBe('appended');
  expect(await deliver('eve@evil.example', TICKET, 'Let me in.')).toBe('held');
  expect(await deliver(BOB, TICKET, withFile('See the file.'), mixed, asBob)).toBe('carried-out');
  expect(await deliver(BOB, TICKET, 'Status: nonsense\n\nx', '', asBob)).toBe('returned');
  expect(await deliver(BOB, 'control@support-ticket.example', 'list', '', asBob)).toBe('answered');
  // The same once more, by another way.
  mails = 0;
  const above = 'Received: by mx.example with ESMTP id Q2; Fri, 2 Jan 2026 08:25:44 +0000\n';
  await deliver(NIC, NEW, withFile('Hello.'), `${above}${mixed}`);
  const forward = { type: 'forward', to: 'kay@other.example', text: '' } as const;
  const order = { type: 'act', ticket: 'SUPPORT-1', action: forward, by: 'bob' } as const;
  expect(await carryOut({ ...order, origin: null }, line.context)).toMatchObject({ end: 'done' });
  const [held] = await line.store.held();
  if (held === undefined) throw new Error('nothing is held');
  await release(held, 'bob', line.context);
  await doChores(line.context);

  // Others change what the decision rests on, each time that it is about to be committed.
  const exclusive = line.store.exclusive.bind(line.store);
  const transact = line.store.transact.bind(line.store);
  let changes = 0;
  const change = async () => {
    changes += 1;
    const made =
      changes % 2 === 1
        ? ({ type: 'address.blocked', address: BOB, by: 'kim' } as const)
        : ({ type: 'address.cleared', address: BOB, by: 'kim' } as const);
    await exclusive((transaction) => transaction.commit({ changes: [made], outgoing: [] }));
  };
  vi.spyOn(line.store, 'exclusive').mockImplementation(async (work, patience) => {
    await change();
    return exclusive(work, patience);
  });
  vi.spyOn(line.store, 'transact').mockImplementation(async (work) => {
    await change();
    return transact(work);
  });
  const inner = `--b\nContent-Type: message/rfc822\n\nFrom: ${NIC}\nSubject: x\n\nHelp me.\n--b--`;
  mails = 50;
  expect(await deliver(BOB, NEW, inner, mixed, asBob, 'Fwd: x')).toBe('opened');
  expect(changes).toBeGreaterThanOrEqual(4);
  const opened = (await line.store.ticket('SUPPORT-2'))?.requester;
  expect(opened?.address).toBe(NIC);
  vi.restoreAllMocks();
  await doChores(line.context);

  const outgoing = line.all().flatMap((record) => record.outgoing);
  expect(outgoing.map(letterIn).length).toBeGreaterThan(6);
  expect(await line.store.unsent()).toEqual([]);
  expect(times.composed).toBe(outgoing.length);
  expect(times.read).toBeGreaterThan(6);
  expect(times['under the lock']).toBe(0);
  // And that would have been seen.
  await line.store.exclusive(() => seen.note('composed'));
  expect(times['under the lock']).toBe(1);
});
