/** A desk in a database, as programs of two hosts work on it: each has a folder and a sendmail of its own. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Cluster, type ClusterOptions, makeCluster } from '../kit/postgres.ts';
import { deskAt, type Ended, runProgram, shortMail, type TestDesk } from './desk.ts';

export const DOMAIN = 'support-ticket.example';
export const FAILED = { exit: 75, stdout: '4.3.0 mailrobot: the database failed\n', stderr: '' };

export interface InDatabase {
  readonly desk: TestDesk;
  readonly database: string;
}

export interface Listed {
  readonly id: string;
  readonly subject: string;
}

/** With the roles of its owner and of the deliveries. */
export async function makeDeskCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await makeCluster(options);
  cluster.psql('CREATE ROLE owner LOGIN; CREATE ROLE desk LOGIN');
  return cluster;
}

export function newDatabase(cluster: Cluster, owner: string): string {
  const database = `desk_${randomBytes(6).toString('hex')}`;
  cluster.psql(`CREATE DATABASE ${database} OWNER ${owner}`);
  return database;
}

/** Until the test ends. */
export async function makeDeskIn(cluster: Cluster, role = 'desk'): Promise<InDatabase> {
  const database = newDatabase(cluster, 'owner');
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
  const stores = ['--store', cluster.url(role, database)];
  const owner = ['--owner-store', cluster.url('owner', database)];
  const made = await runProgram(['init', '--dir', dir, '--domain', DOMAIN, ...stores, ...owner]);
  expect(made).toMatchObject({ exit: 0, stderr: '' });
  expect(made.stdout).toContain(`Store:  ${database} at ${cluster.socket}`);
  return { desk: hostAt(dir), database };
}

/** Until the test ends. */
export function hostAt(dir: string): TestDesk {
  const desk = deskAt(dir);
  onTestFinished(async () => {
    await desk.settled();
    desk.remove();
  });
  return desk;
}

/** The same desk, on another host: its config, and an empty folder. */
export function anotherHost({ config }: TestDesk): TestDesk {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
  mkdirSync(join(dir, 'spool'), { mode: 0o700 });
  writeFileSync(join(dir, 'config.json'), readFileSync(config, 'utf8'), { mode: 0o600 });
  return hostAt(dir);
}

/** The same desk, on another host, by another way to its database. */
export function hostThrough(desk: TestDesk, store: string): TestDesk {
  const other = anotherHost(desk);
  other.configure((config) => {
    config['store'] = store;
  });
  return other;
}

/** Always a process of its own. */
export function cli(desk: TestDesk, ...args: readonly string[]): Promise<Ended> {
  return desk.run(args, { input: '' });
}

export async function json<T>(desk: TestDesk, ...args: readonly string[]): Promise<T> {
  const { exit, stdout, stderr } = await cli(desk, ...args, '--json');
  expect({ args, exit, stderr }).toEqual({ args, exit: 0, stderr: '' });
  return JSON.parse(stdout);
}

export function deliver(desk: TestDesk, n: number): Promise<Ended> {
  return desk.run(['new'], { input: shortMail(n) });
}

/** Numbers without gaps, and each mail once. */
export async function expectEachOnce(desk: TestDesk, count: number): Promise<void> {
  const listed = await json<readonly Listed[]>(desk, 'ticket', 'list');
  const numbers = listed.map(({ id }) => Number(id.replace('SUPPORT-', '')));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(range(count).map((n) => 7102 + n));
  const subjects = listed.map(({ subject }) => Number(subject)).toSorted((a, b) => a - b);
  expect(subjects).toEqual(range(count).map((n) => n + 1));
  expect(await cli(desk, 'fsck')).toMatchObject({ exit: 0, stderr: '' });
}

export function range(count: number): readonly number[] {
  return [...Array(count).keys()];
}
