/** A mail with a secret is kept without it; until it has gone, the outbox alone has its text. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import type { HandOver, Mta, Submit } from '../../src/journal/outbox.ts';
import { OWN_PATHS } from '../../src/journal/own-names.ts';
import { pathsFor } from '../../src/journal/paths.ts';
import { compose } from '../../src/letters/compose.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import { collect } from '../kit/collect.ts';
import { decoded } from '../kit/decoded.ts';
import { holding } from '../kit/holding.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { LOGS, type Logged } from './stores.ts';

const NIC = 'nic@ferrier.example';
const PASSWORD = 'k7Qm-x2Ta-9bHd';
const now = () => new Date('2026-11-21T12:00:00Z');
const TEXT = `Grüße.\nYour password for 24 hours: ${PASSWORD}\n`;
const BLANKED = 'Grüße.\nYour password for 24 hours: [blanked]\n';
const MAIL = outgoingTo(NIC, { isBlanked: true, isPassing: true, letter: { text: BLANKED } });
const COMMIT = { changes: [], outgoing: [MAIL], secretTexts: new Map([[0, TEXT]]) };

const DECISION: Decision = {
  ...{ messageId: '<1@x.example>', verb: 'run', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: PASSWORD },
  ...{ route: 'host', by: 'queue', intent: 'run' },
};

const REASON = { reason: 'robot', evidence: PASSWORD };

let given: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  given = join(folder, 'given');
  writeFileSync(given, '');
});
const taking = (): Mta => ['sh', '-c', 'cat >>"$0"', given];
const refusing = (): Mta => ['sh', '-c', 'cat >>"$0"; exit 75', given];
const rejecting: Submit = async () => ({
  ...{ end: 'rejected', status: '5.1.1', reason: '550 gone', isOfRecipient: true },
});

describe.each(LOGS)('a store %s', (_, make) => {
  let desk: Logged;
  beforeEach(async () => {
    desk = make(now);
    await desk.store.exclusive((transaction) => transaction.commit(COMMIT));
  });
  const handOver = async (mta: Mta): Promise<HandOver> => {
    const [mail] = await desk.store.unsent();
    if (mail === undefined) throw new Error('no mail waits');
    const end = await desk.store.handOver(mail, mta, 10_000);
    if (end.end === 'taken') await desk.store.markSent(mail);
    return end;
  };
  const commits = () => collect(desk.log.commits(0).read());

  test('it goes out with its secret, the same octets on every try', async () => {
    expect(await handOver(refusing())).toMatchObject({ end: 'failed' });
    await desk.store.exclusive((transaction) => transaction.claim('all', 10));
    const first = readFileSync(given, 'utf8');
    expect(decoded(Buffer.from(first))).toContain(PASSWORD);
    expect(await handOver(taking())).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toBe(first + first);
  });

  test('no commit has it, nor a hash of the mail by which it could be tried out', async () => {
    await handOver(taking());
    await desk.store.catchUp();
    const all = await commits();
    expect(JSON.stringify(all)).not.toContain(PASSWORD);
    expect(all.at(-1)?.changes).toEqual([
      { type: 'reply.sent', ticket: null, serial: 1, mail: '1.0' },
    ]);
  });

  test('a mail whose words are blanked is kept without them, and so is what was said about it', async () => {
    const words = `From: nic@ferrier.example\nSubject: ${PASSWORD}\n\n${PASSWORD}\n`;
    const raw = await desk.store.exclusive(async (transaction) => {
      const incoming = desk.store.receive();
      incoming.write(Buffer.from(words));
      incoming.seal('ab'.repeat(32), false);
      await transaction.commit({
        changes: [{ type: 'mail.recorded', raw: OWN_PATHS.rawIn, ...REASON, expires: false }],
        outgoing: [],
        delivery: {
          key: { hash: 'ab'.repeat(32), targets: [`robot ${PASSWORD}`] },
          ...{ incoming, decision: DECISION },
        },
      });
      return pathsFor(2).rawIn;
    });
    const octets = Buffer.from(words.replaceAll(PASSWORD, '*'.repeat(PASSWORD.length)));
    const isHidden = (_: string, text: string) => text.includes(PASSWORD);
    await desk.store.exclusive((transaction) =>
      transaction.commit({ changes: [], outgoing: [], blanking: { mail: 2, octets, isHidden } }),
    );
    expect(await allOf(await desk.store.rawMail(raw))).toEqual(octets);
    expect(JSON.stringify(await commits())).not.toContain(PASSWORD);
    expect(JSON.stringify(await desk.store.mailOf(2))).not.toContain(PASSWORD);
  });

  test('by SMTP, a mail that is rejected for good takes its secret along', async () => {
    expect(await handOver(rejecting)).toMatchObject({ end: 'rejected' });
    await desk.store.catchUp();
    expect(await desk.store.unsent()).toEqual([]);
    expect(JSON.stringify(await commits())).toContain('reply.failed');
  });

  test('by SMTP the MTA is told its size, and gets it whole', async () => {
    let told = 0;
    const submit: Submit = async ({ size }, begin) => {
      told = size;
      for await (const piece of (await begin()) ?? []) appendFileSync(given, piece);
      return { end: 'taken' };
    };
    expect(await handOver(submit)).toEqual({ end: 'taken' });
    expect(readFileSync(given)).toHaveLength(told);
    expect(readFileSync(given, 'utf8')).toContain(PASSWORD);
  });
});

describe('a store in files', () => {
  let root: string;
  let store: FileStore;
  const options = () => ({ root, now, extract: async () => {}, compose });
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'mailrobot-secrets-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    createStore(root);
    store = new FileStore(options());
    await store.exclusive((transaction) => transaction.commit(COMMIT));
  });
  /** Files that hold the password, in whatever form. */
  const held = () => holding(root, PASSWORD);
  const only = async () => {
    const [mail] = await store.unsent();
    if (mail === undefined) throw new Error('no mail waits');
    return mail;
  };
  const SECRET = 'outbox/1.0.secret';

  test('until it has gone its own file has it, which nobody else can read; then nothing', async () => {
    expect(held()).toEqual([SECRET]);
    expect(statSync(join(root, SECRET)).mode & 0o777).toBe(0o600);
    const mail = await only();
    await store.handOver(mail, refusing(), 10_000);
    expect(held()).toEqual([SECRET]);
    await store.handOver(mail, taking(), 10_000);
    await store.markSent(mail);
    expect(held()).toEqual([]);
    await store.catchUp();
    expect(readdirSync(join(root, 'outbox'))).toEqual([]);
  });

  test('a mail that has failed for good leaves none', async () => {
    await store.noteFailure({ ...(await only()), lastError: 'no' }, 10, true);
    expect(held()).toEqual([]);
  });

  test('nor one that the MTA refuses for a reason of its own again and again', async () => {
    for (let n = 0; n < 10; n += 1) {
      await store.handOver(await only(), ['sh', '-c', 'exit 65'], 10_000);
      await store.exclusive((transaction) => transaction.claim('all', 10));
    }
    expect(await store.unsent()).toEqual([]);
    expect(held()).toEqual([]);
  });

  test('a run that dies behind the hand-over leaves it to the next one', async () => {
    await store.handOver(await only(), taking(), 10_000);
    expect(held()).toEqual([SECRET]);
    await new FileStore(options()).catchUp();
    expect(held()).toEqual([]);
  });

  test('a run that dies before its commit does, too; and the next mail of that number is not it', async () => {
    writeFileSync(join(root, 'outbox/2.0.secret'), TEXT, { mode: 0o600 });
    await new FileStore(options()).catchUp();
    expect(held()).toEqual([SECRET]);
    writeFileSync(join(root, 'outbox/2.0.secret'), TEXT, { mode: 0o600 });
    const other = outgoingTo(NIC, { isPassing: true });
    await store.exclusive((transaction) => transaction.commit({ changes: [], outgoing: [other] }));
    expect(held()).toEqual([SECRET]);
  });

  test('without its secret it is not sent', async () => {
    rmSync(join(root, SECRET));
    expect(await store.handOver(await only(), taking(), 10_000)).toEqual({
      ...{ end: 'impossible', error: 'the secret in it is gone' },
    });
    expect(readFileSync(given, 'utf8')).toBe('');
  });

  test('a rebuild leaves it to the mail that waits, and finds nothing wrong', async () => {
    const maintenance = maintenanceOf(options());
    await maintenance.rebuild();
    expect((await maintenance.check()).findings).toEqual([]);
    expect(held()).toEqual([SECRET]);
    expect(await store.handOver(await only(), taking(), 10_000)).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toContain(PASSWORD);
  });
});
