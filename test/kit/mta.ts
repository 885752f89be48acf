/**
 * An SMTP server that says what the test wants: at each point of a mail it answers, says nothing, or
 * drops the connection. It offers what Postfix offers, PIPELINING included.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Points at which it is asked: what it is about to answer, or, at `mail`, the first octets of one. */
export type Point = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'mail' | 'end';

export interface GivenMail {
  readonly sender: string;
  readonly recipient: string;
  /** Without the dots that were added, with LF for line ends. */
  readonly content: string;
}

export interface TestMta {
  readonly port: number;
  /** How often somebody has connected, and how many were connected at once. */
  readonly sessions: { total: number; open: number; most: number };
  /** What it has taken. */
  readonly mails: GivenMail[];
  /** Every final dot, whatever it answered. */
  readonly ends: GivenMail[];
  /** Points that it has come to, in order. */
  readonly points: Point[];
  /** Drops every connection that there is. */
  drop(): void;
  close(): Promise<void>;
}

/** A reply without its line break; `null`: as a server should; 'silence' and 'drop' are what they say. */
export type Say = (point: Point, line: string) => string | null | Promise<string | null>;

const USUAL: Readonly<Record<Point, string | null>> = {
  greeting: '220 mta.example ESMTP',
  EHLO: '250-mta.example\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n250 SMTPUTF8',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 End data with <CR><LF>.<CR><LF>',
  mail: null,
  end: '250 2.0.0 Ok: queued as 4FZz',
};

export async function startMta(say: Say = () => null, port = 0): Promise<TestMta> {
  const sockets = new Set<Socket>();
  const server = createServer();
  const sessions = { total: 0, open: 0, most: 0 };
  const [mails, ends, points]: [GivenMail[], GivenMail[], Point[]] = [[], [], []];
  server.on('connection', (socket) => {
    sockets.add(socket);
    sessions.total += 1;
    sessions.open += 1;
    sessions.most = Math.max(sessions.most, sessions.open);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      sessions.open -= 1;
    });
    void serve(socket, async (point, line, mail) => {
      points.push(point);
      if (point === 'end' && mail !== null) ends.push(mail);
      const said = (await say(point, line)) ?? USUAL[point];
      if (said === 'drop') socket.destroy();
      else if (said !== null && said !== 'silence') socket.write(`${said}\r\n`);
      if (point === 'end' && mail !== null && said?.startsWith('2')) mails.push(mail);
      return said;
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ port: (server.address() as AddressInfo).port, sessions, mails, ends, points, drop },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

type Answer = (point: Point, line: string, mail: GivenMail | null) => Promise<string | null>;

async function serve(socket: Socket, answer: Answer): Promise<void> {
  let [sender, recipient] = ['', ''];
  let lines: string[] | null = null;
  let isRefused = false;
  await answer('greeting', '', null);
  for await (const line of linesOf(socket)) {
    if (lines !== null) {
      if (lines.length === 0 && (await answer('mail', line, null)) === 'drop') return;
      if (line !== '.') lines.push(line.replace(/^\./, ''));
      else {
        const content = `${lines.join('\n')}\n`;
        lines = null;
        await answer('end', line, { sender, recipient, content });
      }
      continue;
    }
    const [, verb = '', address = ''] = /^(\w+)(?:.*?<(.*?)>)?/.exec(line) ?? [];
    const point = verb.toUpperCase();
    if (point === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
    else if (point === 'DATA' && isRefused) socket.write('503 5.5.1 Error: need RCPT command\r\n');
    else if (point === 'EHLO' || point === 'MAIL' || point === 'RCPT' || point === 'DATA') {
      if (point === 'MAIL') [sender, isRefused] = [address, false];
      if (point === 'RCPT') recipient = address;
      const said = await answer(point, line, null);
      if (point === 'RCPT' && said !== null && !said.startsWith('2')) isRefused = true;
      if (point === 'DATA' && said?.startsWith('3')) lines = [];
    } else socket.write('502 5.5.2 Error: command not recognized\r\n');
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of socket) {
      const lines = (rest + String(chunk.toString('utf8'))).split('\r\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch {
    // The other side has dropped it.
  }
}
