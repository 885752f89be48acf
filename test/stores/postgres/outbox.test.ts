/** Mail that goes out from a database with many hosts: each once, whoever is stopped or dies. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HandOver, Mta, Submit, UnsentMail } from '../../../src/journal/outbox.ts';
import { RECORD_VERSION } from '../../../src/journal/record.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import type { DatabaseOutbox } from '../../../src/stores/postgres/outbox.ts';
import { lettersOf } from '../../../src/stores/postgres/standing.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { OutgoingLetter } from '../../../src/ticket/mail.ts';
import { appendChanges, appendRecord } from '../../kit/database-journal.ts';
import { outboxOn } from '../../kit/database-outbox.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { decoded } from '../../kit/decoded.ts';
import { outgoingTo, wholeMail } from '../../kit/outgoing.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const NIC = 'nic@ferrier.example';
const PERSON = outgoingTo(NIC, { serial: 2, sender: 'support-7102-b@support-ticket.example' });
const MACHINE = outgoingTo(NIC, { serial: 2, sender: '' });
const ABOUT = { ticket: null, serial: 2, mail: '1.0' };
/** Longer than any of these tests, and so short that it runs out in one. */
const LONG = 600;
const SHORT = 1;
/** For what a state is waited for. */
const WAIT = { timeout: 25_000, interval: 50 };

describe.skipIf(postgresMissing !== null)(`mail in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let folder: string;
  let place: DatabasePlace;
  let given: string;
  let hosts: Connections[] = [];
  let children: ChildProcess[] = [];
  let here: Connections;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailrobot-outbox-'));
    const bundler = join(import.meta.dirname, '../../../node_modules/.bin/rolldown');
    const bundle = ['--platform', 'node', '--format', 'esm', '--dir', folder];
    execFileSync(bundler, [...bundle, join(import.meta.dirname, 'host.ts')], { stdio: 'pipe' });
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => {
    removeCluster(cluster);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    place = newStorePlace(cluster);
    given = join(mkdtempSync(join(folder, 'test-')), 'given');
    here = connected();
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const child of children) child.kill('SIGKILL');
    for (const connections of hosts) await connections.end();
    [hosts, children] = [[], []];
  });

  function connected(): Connections {
    const connections = new Connections(place, { statementSeconds: 60 });
    hosts.push(connections);
    return connections;
  }
  const host = (leaseSeconds = LONG, connections = connected()): DatabaseOutbox =>
    outboxOn(connections, { directory: folder, leaseSeconds });
  /** One that can be stopped and killed; it has begun. */
  const otherHost = async (leaseSeconds: number) => {
    const args = [JSON.stringify(place), folder, String(leaseSeconds), given];
    const child = spawn(process.execPath, [join(folder, 'host.js'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const said = async () => (await lines.next()).value;
    expect(await said()).toBe('begun');
    return { child, said, goOn: () => child.stdin.write('\n') };
  };
  const commit = (...outgoing: readonly OutgoingLetter[]) =>
    appendRecord(here, (seq) => ({
      ...{ v: RECORD_VERSION, seq, time: '2026-11-21T12:00:00.000Z', changes: [], outgoing },
    }));
  const unsent = () => here.with((database) => host().unsent(database));
  const only = async (): Promise<UnsentMail> => {
    const [mail, ...others] = await unsent();
    if (mail === undefined || others.length > 0) throw new Error('not one mail waits');
    return mail;
  };
  const fates = () => here.with((database) => host().fates(database));
  /** What a commit of the ledger does with them. */
  const tell = async (): Promise<readonly Change[]> => {
    const { fates: told, rejected } = await fates();
    await appendChanges(here, [...told, ...rejected]);
    return [...told, ...rejected];
  };
  const sql = async (text: string) =>
    (await here.with((database) => database.script(text))).at(-1) ?? [];
  const until = async () => iso((await sql('SELECT until FROM mailrobot.standing'))[0]?.['until']);
  const iso = (value: unknown) => (value instanceof Date ? value.toISOString() : '');
  const said = () => (existsSync(given) ? readFileSync(given, 'utf8') : '');
  const taking = (): Mta => ['sh', '-c', 'cat >>"$0"', given];
  const takingBySmtp: Submit = async (_, begin) => {
    const octets = await begin();
    if (octets === null) return { end: 'failed', reason: 'not ours' };
    for await (const piece of octets) appendFileSync(given, piece);
    return { end: 'taken' };
  };
  /** By SMTP; `end` ends it, behind the final dot. */
  const underWay = (outbox: DatabaseOutbox, mail: UnsentMail) => {
    let end: (how: Awaited<ReturnType<Submit>>) => void = () => {};
    let begun: () => void = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const submit: Submit = async (_, begin) => {
      for await (const piece of (await begin()) ?? []) appendFileSync(given, piece);
      begun();
      return new Promise((resolve) => {
        end = resolve;
      });
    };
    const ended = outbox.handOver(mail, submit, 60_000);
    return { hasBegun, ended, end: (how: Awaited<ReturnType<Submit>>) => end(how) };
  };

  test('many hosts at once hand it over once, by SMTP and by a program', async () => {
    await commit(PERSON);
    const mail = await only();
    const ways = [takingBySmtp, taking(), takingBySmtp, taking()];
    const ends = await Promise.all(ways.map((way) => host().handOver(mail, way, 60_000)));
    expect(ends.filter(({ end }) => end === 'taken')).toHaveLength(1);
    expect(ends.filter(({ end }) => end !== 'taken' && end !== 'under way')).toEqual([]);
    expect(said()).toBe((await wholeMail(PERSON)).toString());
    expect(await tell()).toMatchObject([{ type: 'reply.sent', ...ABOUT }]);
    expect(await host().handOver(mail, taking(), 60_000)).toEqual({ end: 'under way' });
    expect(said()).toBe((await wholeMail(PERSON)).toString());
  });

  test('whoever begins it while a commit tells that it has gone finds that it has', async () => {
    await commit(PERSON);
    const mail = await only();
    await host().markSent(mail);
    const late = await connected().with(async (database) => {
      await database.query({ text: 'BEGIN' });
      await database.query({ text: "DELETE FROM mailrobot.rows WHERE list = 'outbox'" });
      await database.query({ text: 'DELETE FROM mailrobot.standing' });
      const handedOver = host().handOver(mail, taking(), 60_000);
      await vi.waitFor(async () => {
        expect(
          await sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
        ).toHaveLength(1);
      }, WAIT);
      await database.query({ text: 'COMMIT' });
      return handedOver;
    });
    expect(late).toEqual({ end: 'under way' });
    expect(said()).toBe('');
  });

  test('a lease is renewed while the hand-over lasts', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await commit(PERSON);
    const { hasBegun, ended, end } = underWay(host(LONG), await only());
    await hasBegun;
    for (let n = 0; n < 3; n += 1) await renewed();
    end({ end: 'taken' });
    expect(await ended).toEqual({ end: 'taken' });
    expect(vi.getTimerCount()).toBe(0);
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });
  /** A third of the lease goes by. */
  const renewed = async () => {
    const before = await until();
    vi.advanceTimersByTime((LONG / 3) * 1000);
    await vi.waitFor(async () => expect((await until()) > before).toBe(true), WAIT);
  };

  test.each([
    ['what a person wrote goes once more', PERSON, true],
    ['what a machine says does not', MACHINE, false],
  ])('a host dies over it: another one finds it lost, and %s', async (_, outgoing, again) => {
    await commit(outgoing);
    const { child } = await otherHost(SHORT);
    const mail = await only();
    expect(mail).toMatchObject({ isBegun: true });
    child.kill('SIGKILL');
    const other = host();
    await vi.waitFor(async () => expect(await other.findLost(10)).toBe(true), WAIT);
    expect(await other.isUnderWay(mail)).toBe(false);
    expect(await tell()).toEqual([{ type: 'reply.unknown', ...ABOUT, again }]);
    expect(await other.findLost(10)).toBe(false);
    expect(await unsent()).toMatchObject(again ? [{ isBegun: false, repeated: true }] : []);
    expect(await other.handOver(mail, taking(), 60_000)).toEqual({
      end: again ? 'taken' : 'under way',
    });
    expect(said()).toBe(again ? (await wholeMail(outgoing)).toString() : '');
  });

  test('nobody finds it lost before its lease has run out', async () => {
    await commit(PERSON);
    const { child } = await otherHost(LONG);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const other = host();
    expect(await other.findLost(10)).toBe(false);
    const mail = await only();
    expect(await other.isUnderWay(mail)).toBe(true);
    expect(await other.handOver(mail, taking(), 60_000)).toEqual({ end: 'under way' });
  });

  test('a host is stopped for longer than its lease: it does not send the final dot', async () => {
    await commit(PERSON);
    const stopped = await otherHost(SHORT);
    stopped.child.kill('SIGSTOP');
    const other = host();
    await vi.waitFor(async () => expect(await other.findLost(10)).toBe(true), WAIT);
    await tell();
    expect(await other.handOver(await only(), taking(), 60_000)).toEqual({ end: 'taken' });
    stopped.goOn();
    stopped.child.kill('SIGCONT');
    expect(await stopped.said()).toBe('failed');
    expect(said()).toBe((await wholeMail(PERSON)).toString());
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });

  test('it goes on in time, and nobody else has begun: then it is its own again', async () => {
    await commit(PERSON);
    const stopped = await otherHost(SHORT);
    stopped.child.kill('SIGSTOP');
    const [row] = await sql('SELECT until FROM mailrobot.standing');
    await vi.waitFor(async () => {
      const found = await sql(`SELECT '${iso(row?.['until'])}' < clock_timestamp() AS is_over`);
      expect(found).toEqual([{ is_over: true }]);
    }, WAIT);
    stopped.goOn();
    stopped.child.kill('SIGCONT');
    expect(await stopped.said()).toBe('taken');
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });

  test('whoever was found lost and knows that it has gone is believed until the journal has told', async () => {
    await commit(PERSON);
    const { hasBegun, ended, end } = underWay(host(LONG), await only());
    await hasBegun;
    await sql("UPDATE mailrobot.standing SET until = clock_timestamp() - interval '1 second'");
    const other = host();
    expect(await other.findLost(10)).toBe(true);
    const { fates: lost } = await fates();
    expect(lost).toMatchObject([{ type: 'reply.unknown', again: true }]);
    end({ end: 'taken' });
    expect(await ended).toEqual({ end: 'taken' });
    // A commit that has gathered before.
    await appendChanges(here, lost);
    expect(await other.handOver(await only().catch(() => repeated), taking(), 60_000)).toEqual({
      end: 'under way',
    });
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
    expect(await unsent()).toEqual([]);
  });
  test('also then: whoever says that it has gone keeps it from going once more', async () => {
    await commit(PERSON);
    const mail = await only();
    const outbox = host(LONG);
    const { hasBegun, ended, end } = underWay(outbox, mail);
    await hasBegun;
    await sql("UPDATE mailrobot.standing SET until = clock_timestamp() - interval '1 second'");
    expect(await host().findLost(10)).toBe(true);
    await tell();
    expect(await unsent()).toMatchObject([{ repeated: true }]);
    end({ end: 'taken' });
    expect(await ended).toEqual({ end: 'taken' });
    await outbox.markSent(mail);
    expect(await unsent()).toEqual([]);
    expect(await host().handOver(mail, taking(), 60_000)).toEqual({ end: 'under way' });
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });
  const repeated: UnsentMail = {
    ...{ id: '1.0', seq: 1, ticket: null, serial: 2, sender: '', recipient: NIC, raw: '' },
    ...{ since: '', isBegun: false, refusals: 0, lastTried: null, lastError: null },
  };

  test('a program that nobody waits for goes on, and its end is noted', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await commit(PERSON);
    const door = `${given}.door`;
    const slow: Mta = [
      'sh',
      '-c',
      'until [ -e "$1" ]; do sleep 0.05; done; cat >>"$0"',
      given,
      door,
    ];
    const mail = await only();
    expect(await host().handOver(mail, slow, 10)).toEqual({ end: 'under way' });
    await renewed();
    expect(await host().isUnderWay(mail)).toBe(true);
    appendFileSync(door, '');
    await vi.waitFor(async () => expect(await unsent()).toEqual([]), WAIT);
    expect(said()).toBe((await wholeMail(PERSON)).toString());
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });

  test('why a program did not take it is what the program said', async () => {
    await commit(PERSON);
    const failing: Mta = ['sh', '-c', 'cat >/dev/null; printf "no room\\0\\n" >&2; exit 75'];
    const failed: HandOver = { end: 'failed', error: 'sendmail: exit 75 no room\0' };
    expect(await host().handOver(await only(), failing, 60_000)).toEqual(failed);
    expect(await only()).toMatchObject({ isBegun: false, lastError: failed.error, refusals: 0 });
    const missing = await host().handOver(await only(), ['/nonexistent/sendmail'], 60_000);
    expect(missing).toMatchObject({ end: 'failed', error: /^sendmail: ENOENT/ });
    const refusing: Mta = ['sh', '-c', 'exit 65'];
    expect(await host().handOver(await only(), refusing, 60_000)).toMatchObject({ end: 'refused' });
    expect(await only()).toMatchObject({ isBegun: false, refusals: 1 });
    expect(await tell()).toEqual([]);
  });

  test('it ended while the database was away: that is noted when it is there again', async () => {
    await commit(PERSON);
    const { hasBegun, ended, end } = underWay(host(SHORT), await only());
    await hasBegun;
    cluster.stop();
    try {
      end({ end: 'taken' });
      expect(await ended).toEqual({ end: 'taken' });
    } finally {
      cluster.start();
    }
    await vi.waitFor(async () => expect(await unsent()).toEqual([]), WAIT);
    expect(await tell()).toMatchObject([{ type: 'reply.sent' }]);
  });

  test('its secret goes out with it, and is gone then, whatever it holds', async () => {
    const secret = "Your password: k7'Qm\0\\x2Ta\n";
    await commit(outgoingTo(NIC, { serial: 2, isBlanked: true, isPassing: true }));
    const { secrets } = lettersOf([], new Map([['1.0', secret]]));
    await here.with(async (database) => {
      for (const { mail, text } of secrets) {
        await database.query({
          text: 'INSERT INTO mailrobot.secrets (mail, text) VALUES ($1, $2)',
          values: [mail, text],
        });
      }
    });
    const mail = await only();
    const failing: Mta = ['sh', '-c', 'cat >>"$0"; exit 75', given];
    expect(await host().handOver(mail, failing, 60_000)).toMatchObject({ end: 'failed' });
    expect(await sql('SELECT mail FROM mailrobot.secrets')).toEqual([{ mail: '1.0' }]);
    expect(await host().handOver(mail, taking(), 60_000)).toEqual({ end: 'taken' });
    const both = said();
    expect(both.slice(0, both.length / 2)).toBe(both.slice(both.length / 2));
    expect(decoded(Buffer.from(both))).toContain(secret.trim());
    expect(await sql('SELECT mail FROM mailrobot.secrets')).toEqual([]);
    expect(await tell()).toEqual([{ type: 'reply.sent', ...ABOUT }]);
    expect(await host().handOver(mail, taking(), 60_000)).toMatchObject({ end: 'impossible' });
  });
});
