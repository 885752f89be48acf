/**
 * A server with a real standby. Synchronous: whatever is done to either while mail comes, every mail
 * that was answered by 0 is on the standby when it takes over. Asynchronous: what was lost is found,
 * and told to whoever has heard of it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import {
  cli,
  deliver,
  expectEachOnce,
  FAILED,
  json,
  type Listed,
  makeDeskCluster,
  makeDeskIn,
} from '../process/database-desk.ts';
import { BARE_PATH, PROGRAM, shortMail, type TestDesk } from '../process/desk.ts';

describe.skipIf(postgresMissing !== null)(`with a standby ${postgresMissing ?? ''}`, () => {
  test('that must have each commit: it is away, the wait is cancelled, killed, cut by a restart, and it takes over', async () => {
    const { first, standby, desk } = await makePair();
    const waiting = () =>
      first.psql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'").trim();
    const mustWait = async () => {
      await vi.waitFor(() => expect(waiting()).toMatch(/^\d+$/), 30_000);
      return waiting();
    };
    first.psql("ALTER SYSTEM SET synchronous_standby_names = 'second'");
    first.psql('SELECT pg_reload_conf()');
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0 });
    standby.crash();

    const cancelled = deliver(desk, 2);
    first.psql(`SELECT pg_cancel_backend(${await mustWait()})`);
    expect(await cancelled).toEqual({ ...FAILED, signal: null });

    const killed = spawn(PROGRAM, ['new'], {
      env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    killed.stdin.end(shortMail(3));
    const its = await mustWait();
    process.kill(-(killed.pid ?? Number.NaN), 'SIGKILL');
    // Nobody else could wait beside it: its commit holds the head.
    first.psql(`SELECT pg_terminate_backend(${its})`);
    await vi.waitFor(() => expect(waiting()).toBe(''), 30_000);

    const cut = deliver(desk, 4);
    await mustWait();
    first.crash();
    expect((await cut).exit).toBe(75);
    first.start();

    // To see that it is there is not to have it on the standby: its own time-out ends this one.
    expect(await deliver(desk, 2)).toEqual({ ...FAILED, signal: null });

    standby.start();
    for (const n of [2, 3, 4])
      expect(await deliver(desk, n)).toMatchObject({ exit: 0, stdout: '' });
    first.crash();
    standby.promote();
    expect(await deliver(desk, 5)).toMatchObject({ exit: 0, stdout: '' });
    await expectEachOnce(desk, 5);
  });

  test('that may be behind: what it had not is lost, its numbers are given again, and cursors do not match', async () => {
    const { first, standby, desk, database } = await makePair();
    const crm = subscribedTo(desk);
    for (const n of [1, 2]) expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    await desk.settled();
    await vi.waitFor(() => expect(behind(first)).toBe('0\n'), 30_000);
    const kept = (await eventsOf(desk)).at(-1);
    standby.crash();
    for (const n of [3, 4]) expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    await desk.settled();
    const lost = (await eventsOf(desk)).at(-1);
    expect(lost).not.toBe(kept);
    const before = crm.heard();
    expect(before.map(({ type }) => type)).toEqual(Array(4).fill('ticket.created'));
    expect(before.at(-1)?.id).toBe((await eventsOf(desk, '--type', 'ticket.created')).at(-1));
    // Whoever says so first is killed over it, as if the host had died.
    crm.killOnReset();

    first.crash();
    standby.start();
    standby.promote();
    const subjects = async () =>
      (await json<readonly Listed[]>(desk, 'ticket', 'list')).map(({ subject }) => subject);
    expect((await subjects()).toSorted()).toEqual(['1', '2']);
    for (const n of [5, 6, 7])
      expect(await deliver(desk, n)).toMatchObject({ exit: 0, stdout: '' });
    await desk.settled();
    // Not told by who was killed: by the next one, when the other is known to be dead.
    standby.psql('UPDATE mailrobot.leases SET until = clock_timestamp()', database);
    expect(await cli(desk, 'subscriber', 'run', '--once')).toMatchObject({ exit: 0, stderr: '' });
    await desk.settled();
    const heard = crm.heard().slice(before.length);
    expect(heard.map(({ type }) => type)).toEqual([
      ...['feed.reset', 'feed.reset'],
      ...Array(3).fill('ticket.created'),
    ]);
    expect(heard[0]).toEqual({ ...heard[1], time: heard[0]?.time });
    const told = await cli(desk, 'events', '--after', String(lost));
    expect(told).toMatchObject({ exit: 0, stderr: '' });
    const types = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    // One that says so, and what is there behind the last commit that both have.
    expect(types.filter((type) => type === 'feed.reset')).toHaveLength(1);
    expect(types[0]).toBe('feed.reset');
    expect(types.filter((type) => type === 'ticket.created')).toHaveLength(3);
    const goesOn = await cli(desk, 'events', '--after', String(kept), '--type', 'ticket.created');
    expect(goesOn.stdout.trim().split('\n')).toHaveLength(3);
    // A mail that was lost and comes again is new.
    expect(await deliver(desk, 3)).toMatchObject({ exit: 0, stdout: '' });
    expect((await subjects()).toSorted()).toEqual(['1', '2', '3', '5', '6', '7']);
    await desk.settled();
    const since = crm.heard().slice(before.length + heard.length);
    expect(since.map(({ type }) => type)).toEqual(['ticket.created']);
    expect(await cli(desk, 'fsck')).toMatchObject({ exit: 0, stderr: '' });
  });
});

interface Pair {
  readonly first: Cluster;
  readonly standby: Cluster;
  /** Its config names both. */
  readonly desk: TestDesk;
  readonly database: string;
}

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly time: string;
}

interface Crm {
  readonly heard: () => readonly Heard[];
  readonly killOnReset: () => void;
}

/** A program that writes down what it is told; the first `feed.reset` kills who tells it, if it shall. */
function subscribedTo(desk: TestDesk): Crm {
  const at = (name: string) => join(desk.dir, name);
  const [script, log, kills] = [at('crm'), at('heard'), at('kills')];
  const text = `#!/bin/sh
event=$(cat)
printf '%s\\n' "$event" >> ${log}
case $event in *'"type":"feed.reset"'*) rmdir ${kills} 2>/dev/null && kill -KILL $PPID ;; esac
exit 0
`;
  writeFileSync(script, text, { mode: 0o755 });
  desk.configure((config) => {
    config['subscribers'] = [
      { name: 'crm', type: 'exec', command: [script], types: ['ticket.created'] },
    ];
  });
  return {
    heard: () =>
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    killOnReset: () => mkdirSync(kills),
  };
}

/** Until the test ends. */
async function makePair(): Promise<Pair> {
  const first = await makeDeskCluster();
  onTestFinished(() => removeCluster(first));
  const { desk, database } = await makeDeskIn(first);
  const standby = await first.standby({ name: 'second' });
  onTestFinished(() => removeCluster(standby));
  const both = `host=${first.socket},${standby.socket}&port=${first.port},${standby.port}`;
  desk.configure((config) => {
    config['store'] = `postgresql://desk@/${database}?${both}`;
  });
  await vi.waitFor(() => expect(behind(first)).toBe('0\n'), 30_000);
  return { first, standby, desk, database };
}

/** Octets that the standby has not got yet; nothing if none follows. */
function behind({ psql }: Cluster): string {
  return psql('SELECT pg_current_wal_lsn() - flush_lsn FROM pg_stat_replication');
}

async function eventsOf(desk: TestDesk, ...type: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await cli(desk, 'events', ...type);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
}
