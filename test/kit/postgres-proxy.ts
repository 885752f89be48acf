/**
 * A proxy before a PostgreSQL server, on a socket of its own: it passes everything on until it is told
 * to cut a connection at its next commit (`mailrobot.append`), before the server hears of it or after it has answered.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './postgres.ts';

export interface PostgresProxy {
  readonly url: (user: string, database: string) => string;
  /** At the next commit alone. */
  readonly cutNext: (when: 'before' | 'after') => void;
  /** How many were cut. */
  readonly cuts: () => number;
  readonly close: () => void;
}

export async function proxyBefore({ socket, port }: Cluster): Promise<PostgresProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-proxy-'));
  const open = new Set<Socket>();
  let cut: 'before' | 'after' | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const real = createConnection(join(socket, `.s.PGSQL.${port}`));
    let isAnswerCut = false;
    const end = () => {
      client.destroy();
      real.destroy();
    };
    for (const one of [client, real]) {
      open.add(one);
      one.on('error', end).on('close', end);
    }
    client.on('data', (octets) => {
      const when = octets.includes('mailrobot.append') ? cut : null;
      if (when !== null) {
        cut = null;
        cuts += 1;
      }
      if (when === 'before') return end();
      isAnswerCut ||= when === 'after';
      real.write(octets);
    });
    real.on('data', (octets) => {
      if (isAnswerCut) end();
      else client.write(octets);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  return {
    url: (user, database) => `postgresql://${user}@/${database}?host=${folder}`,
    cutNext: (when) => {
      cut = when;
    },
    cuts: () => cuts,
    close: () => {
      for (const one of open) one.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
