/**
 * Talks to smtpd: asks whether it would take mail for addresses, up to RCPT, or sends one mail.
 * Each is a transaction of its own from the null sender, which every host must take (RFC 5321,
 * 4.5.5). Never rejects: what goes wrong on the way is the problem.
 */
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface Reply {
  readonly code: number;
  readonly text: string;
}

export interface Asked {
  readonly replies: ReadonlyMap<string, Reply>;
  readonly problem: string | null;
}

const PATIENCE_MS = 15_000;
const LINE_END = Buffer.from('\r\n');

export async function askSmtp(place: Place, addresses: readonly string[]): Promise<Asked> {
  const replies = new Map<string, Reply>();
  const problem = await talk(place, async (say) => {
    for (const address of addresses) {
      const begun = await say('MAIL FROM:<>');
      const reply = begun.code === 250 ? await say(`RCPT TO:<${address}>`) : begun;
      replies.set(address, reply);
      await expected(say('RSET'));
    }
  });
  return { replies, problem };
}

/**
 * Sends a mail, from the null sender if no other is said; its lines end with CRLF, and none begins
 * with a single dot.
 */
export async function sendBySmtp(
  place: Place,
  recipient: string,
  octets: Buffer,
  sender = '',
): Promise<{ readonly said: string } | { readonly problem: string }> {
  let said = '';
  const problem = await talk(place, async (say) => {
    await expected(say(`MAIL FROM:<${sender}>`));
    await expected(say(`RCPT TO:<${recipient}>`));
    await expected(say('DATA'));
    ({ text: said } = await expected(say(Buffer.concat([octets, Buffer.from('.')]))));
  });
  return problem === null ? { said } : { problem };
}

/** From the greeting to QUIT; gives what goes wrong, or null. */
async function talk(
  { host, port }: Place,
  work: (say: (line: string | Buffer) => Promise<Reply>) => Promise<void>,
): Promise<string | null> {
  const socket = connect(port, host);
  try {
    const say = dialogue(socket);
    await expected(say(null));
    await expected(say(`EHLO ${hostname().replace(/[^\w.-]/g, '') || 'localhost'}`));
    await work(say);
    socket.end('QUIT\r\n');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    setTimeout(() => socket.destroy(), 100).unref();
  }
}

async function expected(answered: Promise<Reply>): Promise<Reply> {
  const reply = await answered;
  if (reply.code >= 400) throw new Error(`it says ${reply.code} ${reply.text}`);
  return reply;
}

/** Says a line, or null for nothing, and gives the whole reply. */
function dialogue(socket: Socket): (line: string | Buffer | null) => Promise<Reply> {
  let heard = '';
  let failure: Error | null = null;
  let wake = () => {};
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  socket.setEncoding('utf8');
  socket.setTimeout(PATIENCE_MS, () => fail(new Error('it does not answer')));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('it has closed the connection')));
  socket.on('data', (piece) => {
    heard += String(piece);
    wake();
  });
  return async (line) => {
    if (line !== null) socket.write(Buffer.concat([Buffer.from(line), LINE_END]));
    for (;;) {
      const [whole, code = '', text = ''] =
        /^(?:\d{3}-.*\r?\n)*(\d{3})(?: (.*))?\r?\n/.exec(heard) ?? [];
      if (whole !== undefined) {
        heard = heard.slice(whole.length);
        return { code: Number(code), text: text.trim() };
      }
      if (failure !== null) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
