/** Recorded and discarded mail goes after a time, by the runs that happen anyway. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compose } from '../../../src/letters/compose.ts';
import { locked } from '../../../src/stores/disk/lock.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import { makePipeLine, type PipeLine } from '../../corpus/pipe-line.ts';
import { extract } from './extract.ts';

/** In the past: what is being received is judged by its file's time, which is the real one. */
let today = new Date();
let line: PipeLine;
afterEach(() => line.remove());

const days = (count: number) => {
  today = new Date(today.getTime() + count * 86_400_000);
};
const mail = (n: number, more = '') =>
  Buffer.from(`From: nic@ferrier.example\nSubject: ${n}\nMessage-ID: <${n}@x>\n${more}\nx\n`);
const begin = (config = {}) => {
  today = new Date(Date.now() - 60 * 86_400_000);
  line = makePipeLine({ now: () => today, config });
};
const isThere = (seq: number) =>
  existsSync(join(line.dir, 'store', 'raw', '000000', `${seq}-in.eml`));
const findings = async () => {
  const root = join(line.dir, 'store');
  const options = { root, now: () => today, extract, compose };
  return (await maintenanceOf(options).check()).findings;
};
const expired = () =>
  line.last().changes.flatMap((change) => (change.type === 'mail.expired' ? change.mails : []));

test('after 30 days recorded mail is gone, its decision is not, and tickets are whole', async () => {
  begin();
  expect(await line.deliver(mail(1, 'Auto-Submitted: auto-replied\n'))).toBe('recorded');
  expect(await line.deliver(mail(2))).toBe('opened');
  days(30);
  await line.deliver(mail(3));
  expect(isThere(1)).toBe(true);
  days(1);
  await line.deliver(mail(4));
  expect(expired()).toEqual([1]);
  expect(isThere(1)).toBe(false);
  const [known] = await line.store.mailsNamed('<1@x>');
  expect(known?.decision.intent).toBe('record');
  expect((await line.store.ticket('SUPPORT-1'))?.messages[0]).toMatchObject({ subject: '2' });
  expect(await findings()).toEqual([]);
});

test('held mail stays until somebody discards it, and then as long', async () => {
  begin({ retentionDays: 2 });
  expect(
    await line.deliver(
      mail(1, 'X-Spam-Flag: YES\nReceived: by mx.example; Sat, 28 Nov 2026 10:00:00 +0000\n'),
    ),
  ).toBe('held');
  days(10);
  await line.deliver(mail(2));
  expect(isThere(1)).toBe(true);
  await line.store.exclusive((transaction) =>
    transaction.commit({
      changes: [{ type: 'mail.discarded', held: 1, by: 'bob' }],
      outgoing: [],
    }),
  );
  days(3);
  await line.deliver(mail(3));
  expect(expired()).toEqual([1]);
  expect(isThere(1)).toBe(false);
  expect(await findings()).toEqual([]);
});

test('what a person wrote into a full ticket is no machine mail, and stays', async () => {
  begin({ retentionDays: 1 });
  await line.deliver(mail(1));
  await line.store.exclusive((transaction) =>
    transaction.commit({
      changes: [
        { type: 'mail.recorded', raw: '', reason: 'ticket-full', evidence: '', expires: false },
      ],
      outgoing: [],
    }),
  );
  days(9);
  await line.deliver(mail(2));
  expect(expired()).toEqual([]);
});

test('a rebuild finds the same lists again, before and after', async () => {
  begin({ retentionDays: 1 });
  const options = {
    root: join(line.dir, 'store'),
    now: () => today,
    extract,
    compose,
  };
  for (const n of [1, 2, 3]) await line.deliver(mail(n, 'Auto-Submitted: auto-replied\n'));
  await maintenanceOf(options).rebuild();
  expect(await findings()).toEqual([]);
  days(2);
  await line.deliver(mail(4));
  expect(expired()).toEqual([1, 2, 3]);
  await maintenanceOf(options).rebuild();
  expect(await findings()).toEqual([]);
  expect([1, 2, 3].some(isThere)).toBe(false);
});

test('while a backup is made nothing expires: it copies what it has listed', async () => {
  begin({ retentionDays: 1 });
  await line.deliver(mail(1, 'Auto-Submitted: auto-replied\n'));
  days(3);
  const lock = join(line.dir, 'store', 'backup.lock');
  await locked(lock, 1, () => line.deliver(mail(2)));
  expect(isThere(1)).toBe(true);
  await line.deliver(mail(3));
  expect(isThere(1)).toBe(false);
});

test('raw mail about a ticket on legal hold stays as long as that, and no other', async () => {
  begin({ retentionDays: 2, staff: [{ name: 'kim', addresses: ['kim@home.example'] }] });
  const toTicket = (n: number) =>
    line.deliver(Buffer.from(String(mail(n)).replace('nic@ferrier', 'eve@elsewhere')), {
      ORIGINAL_RECIPIENT: 'support-1@support-ticket.example',
    });
  await line.deliver(mail(1));
  expect(await toTicket(2)).toBe('held');
  const changes = (isOnHold: boolean) => [
    { type: 'ticket.legalhold', ticket: 'SUPPORT-1', isOnHold, by: 'kim' } as const,
    { type: 'mail.discarded', held: 2, by: 'kim' } as const,
  ];
  const commit = (isOnHold: boolean) =>
    line.store.exclusive((transaction) =>
      transaction.commit({ changes: changes(isOnHold), outgoing: [] }),
    );
  await commit(true);
  expect(await line.deliver(mail(4, 'Auto-Submitted: auto-replied\n'))).toBe('recorded');
  days(10);
  await line.deliver(mail(5));
  expect([2, 4].map(isThere)).toEqual([true, false]);
  expect(await line.store.onLegalHold()).toEqual(['SUPPORT-1']);
  await commit(false);
  days(10);
  await line.deliver(mail(6));
  expect([isThere(2), await line.store.onLegalHold()]).toEqual([false, []]);
  expect(await findings()).toEqual([]);
});

test('and so does raw mail about a ticket that was merged into one on legal hold', async () => {
  begin({ retentionDays: 2 });
  await line.deliver(mail(1));
  await line.deliver(mail(2));
  const stranger = Buffer.from(String(mail(3)).replace('nic@ferrier', 'eve@elsewhere'));
  const to = { ORIGINAL_RECIPIENT: 'support-2@support-ticket.example' };
  expect(await line.deliver(stranger, to)).toBe('held');
  const changes: readonly Change[] = [
    { type: 'ticket.merged', ticket: 'SUPPORT-2', into: 'SUPPORT-1', by: 'kim' },
    { type: 'ticket.legalhold', ticket: 'SUPPORT-1', isOnHold: true, by: 'kim' },
    { type: 'mail.discarded', held: 3, by: 'kim' },
  ];
  await line.store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
  days(10);
  await line.deliver(mail(5));
  expect(isThere(3)).toBe(true);
});
