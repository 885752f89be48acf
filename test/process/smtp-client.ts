/**
 * A raw SMTP client for tests: what is sent is what the test says, octet for octet,
 * and what comes back is a list of whole replies.
 */
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** Sends octets as they are, and gives the next `replies` replies, last lines only. */
  say(octets: string | Buffer, replies?: number): Promise<readonly string[]>;
  /** The next reply. */
  reply(): Promise<string>;
  /** Every octet that has come. */
  heard(): string;
  closed(): Promise<void>;
  end(): void;
}

const PATIENCE_MS = 30_000;

export async function rawClient(
  place: { port: number } | { path: string },
  patienceMs = PATIENCE_MS,
): Promise<RawClient> {
  const socket = 'port' in place ? connect(place.port, '127.0.0.1') : connect(place.path);
  let heard = '';
  let read = 0;
  let isClosed = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of waiting) go();
  };
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  const until = async (is: () => boolean, what: string): Promise<void> => {
    const limit = Date.now() + patienceMs;
    while (!is()) {
      if (Date.now() > limit) throw new Error(`no ${what}; heard so far:\n${heard}`);
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          waiting.delete(go);
          resolve();
        };
        const timer = setTimeout(go, 200);
        waiting.add(go);
      });
    }
  };
  const LAST = /^\d{3} .*\r\n/m;
  const reply = async (): Promise<string> => {
    await until(() => LAST.test(heard.slice(read)) || isClosed, 'reply');
    const found = LAST.exec(heard.slice(read));
    if (found === null) return 'closed';
    read += found.index + found[0].length;
    return found[0].trimEnd();
  };
  const client: RawClient = {
    socket,
    reply,
    heard: () => heard,
    say: async (octets, replies = 1) => {
      socket.write(octets);
      const found: string[] = [];
      while (found.length < replies) found.push(await reply());
      return found;
    },
    closed: () => until(() => isClosed, 'end of the connection'),
    end: () => socket.destroy(),
  };
  await reply();
  return client;
}
