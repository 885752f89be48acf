/** What a server knows of its own commits, while others erase words of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ofPerson } from '../../../src/journal/erasing/erasure.ts';
import { pathsFor } from '../../../src/journal/paths.ts';
import { compose } from '../../../src/letters/compose.ts';
import { isLocked } from '../../../src/stores/disk/lock.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import { outgoingTo } from '../../kit/outgoing.ts';

const KAY = { name: 'Kay', address: 'kay@ferrier.example' };
const ZOE = { name: 'Zoe', address: 'zoe@firmly.example' };
const LEE = { name: 'Lee', address: 'lee@other.example' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-at-hand-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A ticket of Kay's, and an answer to her that others get a copy of. */
const answered = (raw: string): readonly Change[] => [
  {
    ...{ type: 'ticket.created', ticket: 'SUPPORT-7102', number: 7102, queue: 'SUPPORT' },
    ...{ subject: 'x', requester: KAY },
  },
  {
    ...{ type: 'message.added', ticket: 'SUPPORT-7102' },
    message: {
      ...{ serial: 1, date: '2026-11-21T12:00:00Z', subject: 'x', text: 'Hello.\n' },
      ...{ direction: 'out', automatic: false, delivery: 'waiting', attachments: [], raw },
      ...{ from: { name: '', address: 'support-7102@support-ticket.example' }, to: [KAY] },
      ...{ cc: [ZOE, LEE], messageId: '<1@support-ticket.example>' },
    },
  },
];

test('an answer that waits goes out without whom it had in copy, and was erased meanwhile', async () => {
  const options = { root, now: () => new Date(), extract: async () => {}, compose };
  const server = new FileStore({ ...options, isServer: true });
  const raw = pathsFor(1).rawOut(1);
  const about = {
    ticket: 'SUPPORT-7102',
    serial: 1,
    sender: 'bob@support-ticket.example',
  } as const;
  const outgoing = [outgoingTo(KAY.address, { ...about, letter: { cc: [ZOE, LEE] } })];
  const [mail] = await server.exclusive((to) => to.commit({ changes: answered(raw), outgoing }));
  if (mail === undefined) throw new Error('nothing goes out');
  while (isLocked(join(root, 'lock'))) await sleep(5);
  await maintenanceOf(options).erase({ whom: ofPerson(ZOE.address), by: 'bob' });
  const octets: Buffer[] = [];
  const how = await server.handOver(
    mail,
    async (_, begin) => {
      for await (const some of (await begin()) ?? []) octets.push(some);
      return { end: 'taken' };
    },
    1000,
  );
  expect(how).toEqual({ end: 'taken' });
  expect(Buffer.concat(octets).toString()).toMatch(/^Cc: Lee <lee@other.example>$/m);
  expect(readFileSync(join(root, raw), 'utf8')).not.toMatch(/zoe/i);
  await server.markSent(mail);
  await server.catchUp();
  while (isLocked(join(root, 'lock'))) await sleep(5);
  expect((await maintenanceOf(options).check()).findings).toEqual([]);
});
