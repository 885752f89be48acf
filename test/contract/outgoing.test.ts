/** What is committed of a mail is what it says; the mail itself is made when it is handed over. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import type { HandOver } from '../../src/journal/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { OutgoingLetter } from '../../src/ticket/mail.ts';
import { collect } from '../kit/collect.ts';
import { outgoingTo, wholeMail } from '../kit/outgoing.ts';
import { LOGS, type Logged } from './stores.ts';

const NIC = 'nic@ferrier.example';
const RAW = 'raw/000000/1-out-2.eml';
const now = () => new Date('2026-11-21T12:00:00Z');
const taking = ['sh', '-c', 'cat >>"$0"'] as const;
const refusing = ['sh', '-c', 'cat >>"$0"; exit 75'] as const;

describe.each(LOGS)('a store %s', (_, make) => {
  let desk: Logged;
  let composed: string[];
  let given: string;
  beforeEach(() => {
    composed = [];
    desk = make(now, (letter) => {
      composed.push(letter.to.address);
      return compose(letter);
    });
    const folder = mkdtempSync(join(tmpdir(), 'mailrobot-outgoing-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    given = join(folder, 'given');
  });

  const commit = (...outgoing: readonly OutgoingLetter[]) =>
    desk.store.exclusive((transaction) => transaction.commit({ changes: [], outgoing }));
  const handOver = async (sendmail: readonly [string, ...string[]]): Promise<HandOver> => {
    const [mail] = await desk.store.unsent();
    if (mail === undefined) throw new Error('no mail waits');
    const end = await desk.store.handOver(mail, [...sendmail, given], 10_000);
    await desk.store.exclusive((transaction) => transaction.claim('all', 10));
    return end;
  };
  const copy = async () => (await allOf(await desk.store.rawMail(RAW))).toString();
  const changes = async (): Promise<readonly Change[]> =>
    (await collect(desk.log.commits(0).read())).flatMap((one) => one.changes);

  test('a mail is composed and its copy kept when it is handed over, and not before', async () => {
    const outgoing = outgoingTo(NIC, { serial: 2 });
    await commit(outgoing);
    expect(composed).toEqual([]);
    await expect(copy()).rejects.toThrow();
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(composed).toEqual([NIC]);
    expect(await copy()).toBe((await wholeMail(outgoing)).toString());
    expect(readFileSync(given, 'utf8')).toBe(await copy());
  });

  test('a mail that is handed over twice is the same octets twice', async () => {
    await commit(outgoingTo(NIC, { serial: 2, letter: { text: 'Grüße\n' } }));
    expect(await handOver(refusing)).toMatchObject({ end: 'failed' });
    const first = readFileSync(given, 'utf8');
    expect(await copy()).toBe(first);
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toBe(first + first);
    expect(await copy()).toBe(first);
  });

  test('the journal says what sendmail was given', async () => {
    await commit(outgoingTo(NIC, { serial: 2 }));
    await handOver(taking);
    await desk.store.catchUp();
    const octets = readFileSync(given);
    const sha256 = createHash('sha256').update(octets).digest('hex');
    const mail = { ticket: null, serial: 2, mail: '1.0' };
    const sum = { size: octets.length, digest: sha256 };
    expect(await changes()).toEqual([{ type: 'reply.sent', ...mail, ...sum }]);
  });

  test('a mail that misses a file for good cannot be handed over, and is not sent without it', async () => {
    const file = {
      ...{ filename: 'a.pdf', contentType: 'application/pdf', size: 5, sha256: '0'.repeat(64) },
      path: 'tickets/71/SUPPORT-7102/attachments/1-1.pdf',
    };
    await commit(outgoingTo(NIC, { serial: 2, letter: { attachments: [file] } }));
    expect(await handOver(taking)).toMatchObject({ end: 'impossible' });
    expect(existsSync(given)).toBe(false);
    await expect(copy()).rejects.toThrow();
  });

  test('of a passing mail no copy is kept', async () => {
    await commit(outgoingTo(NIC, { serial: 2, isPassing: true }));
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    await expect(copy()).rejects.toThrow();
  });
});
