/**
 * A proxy before a PostgreSQL server, on a socket of its own, that knows what is a question: what a
 * client sends when the server has answered all before (ReadyForQuery). At the one whose turn it is it
 * calls somebody, before the server has that question or when it has answered it.
 *
 * A question that the server shall not have yet is held until `resume`. It may also be changed, octet
 * by octet: how a server answers what cannot be made to happen in a test.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './postgres.ts';

export type When = 'before' | 'after';

export interface SteppingProxy {
  readonly url: (user: string, database: string) => string;
  /** At the n-th from now on, or the first one with this text. Gives it, when it has come to that. */
  readonly stopAt: (which: number | string, when: When, act: () => void) => Promise<string>;
  /** What was held goes on, and nothing is waited for any more. */
  readonly resume: () => void;
  /** Every question so far, as far as people can read it. */
  readonly asked: () => readonly string[];
  readonly close: () => void;
}

interface Stop {
  readonly isAt: (question: string) => boolean;
  readonly when: When;
  readonly act: (question: string) => void;
}

/** ReadyForQuery and its length; the state of the session follows. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);

export async function steppingProxy(
  { socket, port }: Cluster,
  change: (question: Buffer) => Buffer = (question) => question,
): Promise<SteppingProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-proxy-'));
  chmodSync(folder, 0o755);
  const open = new Set<Socket>();
  const asked: string[] = [];
  const held: (() => void)[] = [];
  let stop: Stop | null = null;
  const server = createServer((client) => {
    const real = createConnection(join(socket, `.s.PGSQL.${port}`));
    const end = () => {
      client.destroy();
      real.destroy();
    };
    for (const one of [client, real]) {
      open.add(one);
      one.on('error', end).on('close', end);
    }
    let isReady = true;
    let told: (() => void) | null = null;
    client.on('data', (sent) => {
      const octets = change(sent);
      const text = readable(octets);
      const isQuestion = isReady;
      isReady = false;
      if (isQuestion) asked.push(text);
      if (!isQuestion || stop === null || !stop.isAt(text)) {
        real.write(octets);
        return;
      }
      const { when, act } = stop;
      stop = null;
      if (when === 'before') {
        held.push(() => real.write(octets));
        act(text);
        return;
      }
      told = () => act(text);
      real.write(octets);
    });
    real.on('data', (octets) => {
      if (octets.subarray(-READY.length - 1, -1).equals(READY)) {
        isReady = true;
        told?.();
        told = null;
      }
      client.write(octets);
    });
  });
  const path = join(folder, '.s.PGSQL.5432');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o777);
  return {
    url: (user, database) => `postgresql://${user}@/${database}?host=${folder}`,
    stopAt: (which, when, act) =>
      new Promise((resolve) => {
        const first = asked.length;
        const isAt = (question: string) =>
          typeof which === 'number' ? asked.length === first + which : question.includes(which);
        stop = {
          ...{ isAt, when },
          act: (question) => {
            act();
            resolve(question);
          },
        };
      }),
    resume: () => {
      stop = null;
      for (const go of held.splice(0)) go();
    },
    asked: () => asked,
    close: () => {
      for (const one of open) one.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readable(octets: Buffer): string {
  return octets
    .subarray(0, 400)
    .toString('latin1')
    .replaceAll(/[^ -~]+/g, ' ')
    .trim();
}
