/**
 * SMTP (RFC 5321) and LMTP (RFC 2033) towards a client. The one file that knows
 * smtp-server.
 *
 * Gives each mail with its envelope to a door, and its answers back: LMTP gets one
 * for every RCPT that was accepted, also for a repeated one; SMTP gets the worst of
 * them, since it has one answer (fate.ts). A mail above `size` is read to its end and
 * refused (552 5.3.4) without the door being asked. A client that is silent for
 * `idleMs` is told 421; above `clients` a new one is told so. Where an address has guessed
 * too often (guesses.ts), AUTH is 454 4.7.0 (RFC 4954 6), also with the right password.
 */
import { randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerDataStream,
  type SMTPServerSession,
} from 'smtp-server';
import { type ComingMail, Garbage } from '../runtime/garbage.ts';
import { type Fate, refused, worst } from './fate.ts';
import { Guesses } from './guesses.ts';
import { inLargePieces } from './large-pieces.ts';
import type { Peer } from './local-mail.ts';

export interface Transaction {
  /** Another one for each mail that a client hands over: no two are the same, ever. */
  readonly id: string;
  readonly peer: Peer;
  /** Empty is the null sender. */
  readonly sender: string;
  /** Of every RCPT that was accepted, in order. */
  readonly recipients: readonly string[];
}

export interface Door {
  /** Why mail to this address is not taken, or null. */
  refusal(recipient: string): Fate | null;
  /** What becomes of it, for every recipient in order. Reads the mail to its end. */
  take(mail: AsyncIterable<Uint8Array>, transaction: Transaction): Promise<readonly Fate[]>;
}

export interface User {
  readonly name: string;
  readonly password: string;
}

export interface ServerOptions {
  readonly protocol: 'smtp' | 'lmtp';
  /** How we call ourselves. */
  readonly name: string;
  /** Octets of the largest mail. */
  readonly size: number;
  readonly clients: number;
  readonly idleMs: number;
  readonly tls: {
    readonly key: string;
    readonly cert: string;
    readonly isImplicit: boolean;
  } | null;
  readonly users: readonly User[];
}

/** Where to listen: an address and port, a unix socket, or a descriptor that was handed in. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly fd: number };

export interface Listening {
  /** Of a TCP server. */
  readonly port: number | null;
  /** Takes no new client, and ends when the mails under way are answered. */
  close(): Promise<void>;
}

/** Above the minute that sendmail may take. */
const CLOSE_MS = 90_000;
const LET_GO_MS = 50;
const MAX_RECIPIENTS = 1000;
const ID_OCTETS = 10;

export function listen(
  door: Door,
  options: ServerOptions,
  address: ListenAddress,
): Promise<Listening> {
  const underWay = new Set<SMTPServerSession>();
  const server = serverFor(door, options, underWay);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listener: Server = server.listen(address, () => {
      server.off('error', reject);
      // What goes wrong with one client is that client's end, and nobody else's.
      server.on('error', () => {});
      const address = listener.address();
      resolve({
        port: typeof address === 'object' ? (address?.port ?? null) : null,
        close: () => closed(server, underWay),
      });
    });
  });
}

/** Clients that wait for nothing are let go at once, the others when they have their answer. */
function closed(server: SMTPServer, underWay: ReadonlySet<SMTPServerSession>): Promise<void> {
  const letGo = (): void => {
    for (const client of server.connections) {
      if (!underWay.has(client.session)) client.send(421, '4.3.2 shutting down', false);
    }
  };
  return new Promise((resolve) => {
    const again = setInterval(letGo, LET_GO_MS);
    server.close(() => {
      clearInterval(again);
      resolve();
    });
    letGo();
  });
}

function serverFor(
  door: Door,
  options: ServerOptions,
  underWay: Set<SMTPServerSession>,
): SMTPServer {
  const { protocol, name, size, clients, idleMs, tls, users } = options;
  const asked = new WeakMap<SMTPServerSession, string[]>();
  const garbage = new Garbage();
  const guesses = new Guesses();
  const Server = protocol === 'lmtp' ? LmtpServer : SMTPServer;
  return new Server({
    lmtp: protocol === 'lmtp',
    name,
    size,
    maxClients: clients,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: idleMs,
    closeTimeout: CLOSE_MS,
    disableReverseLookup: true,
    useXForward: protocol === 'lmtp',
    // An MTA in front has let it in; a refusal here would bounce a customer's mail.
    lenientAddressParsing: true,
    authOptional: true,
    allowInsecureAuth: tls === null,
    hideENHANCEDSTATUSCODES: true,
    disabledCommands: [
      ...(tls === null ? ['STARTTLS'] : []),
      ...(users.length === 0 ? ['AUTH'] : []),
    ],
    ...(tls !== null && { key: tls.key, cert: tls.cert, secure: tls.isImplicit }),
    onAuth: (auth, { remoteAddress }, done) => {
      if (guesses.areTooMany(remoteAddress, performance.now())) {
        done(failure(454, '4.7.0 too many wrong passwords from there: try again later'));
        return;
      }
      const user = users.find((known) => isUser(known, auth));
      if (user === undefined) {
        guesses.add(remoteAddress, performance.now());
        done(failure(535, '5.7.8 authentication failed'));
      } else done(null, { user: { name: user.name, method: auth.method } });
    },
    onMailFrom: (_, session, done) => {
      asked.set(session, []);
      // Not within the end of the mail before: smtp-server would not go on behind the next one.
      queueMicrotask(done);
    },
    onRcptTo: ({ address }, session, done) => {
      const recipient = asWritten(address);
      const refusal = door.refusal(recipient);
      if (refusal === null) asked.get(session)?.push(recipient);
      done(refusal === null ? null : failure(refusal.reply === 451 ? 451 : 550, line(refusal)));
    },
    onData: (stream, session, done) => {
      const recipients = asked.get(session) ?? [];
      const transaction = {
        id: randomBytes(ID_OCTETS).toString('hex').toUpperCase(),
        peer: peerOf(session, protocol),
        sender: senderOf(session),
        recipients,
      };
      underWay.add(session);
      const coming = garbage.begin();
      void take(door, stream, transaction, coming).then((fates) => {
        underWay.delete(session);
        coming.end();
        if (protocol === 'lmtp') done(null, fates.map(lmtpAnswer));
        else smtpAnswer(worst(fates), done);
      });
    },
  });
}

/**
 * For MTAs, which are no strangers: nobody waits the 100 ms in which smtp-server looks for clients
 * that talk before they are greeted, and what comes in one piece is answered in one write.
 */
class LmtpServer extends SMTPServer {
  override connect(socket: Socket, options: { readonly id: string }): void {
    super.connect(socket, options);
    // One client too many has been refused, and is not among them any more.
    const connection = [...this.connections].find(({ id }) => id === options.id);
    if (connection === undefined) return;
    socket.prependListener('data', () => {
      socket.cork();
      setImmediate(() => socket.uncork());
    });
    connection.connectionReady();
    // Its timer runs all the same, and must not greet the client once more.
    connection.connectionReady = () => {};
  }
}

async function take(
  door: Door,
  stream: SMTPServerDataStream,
  transaction: Transaction,
  coming: ComingMail,
): Promise<readonly Fate[]> {
  const same = (fate: Fate) => transaction.recipients.map(() => fate);
  try {
    return await door.take(within(stream, coming), transaction);
  } catch (error) {
    if (error instanceof TooLarge) return same(refused('5.3.4', 'the mail is too large'));
    return same(refused('4.3.0', 'internal error'));
  } finally {
    stream.resume();
  }
}

/** The mail was above the limit. */
export class TooLarge extends Error {}

/** The mail, and at its end a TooLarge where it was above the limit. */
async function* within(
  stream: SMTPServerDataStream,
  coming: ComingMail,
): AsyncGenerator<Uint8Array> {
  // A PassThrough without an encoding gives octets.
  for await (const octets of inLargePieces(stream as AsyncIterable<Buffer>)) {
    coming.came(octets.length);
    if (!stream.sizeExceeded) yield octets;
  }
  if (stream.sizeExceeded) throw new TooLarge();
}

function smtpAnswer(fate: Fate, done: (error?: Error | null, message?: string) => void): void {
  if (fate.reply === 250) done(null, line(fate));
  else done(failure(fate.status === '5.3.4' ? 552 : fate.reply, line(fate)));
}

function lmtpAnswer(fate: Fate): string | Error {
  return fate.reply === 250 ? line(fate) : failure(fate.reply, line(fate));
}

function line({ status, text }: Fate): string {
  return `${status} ${text}`;
}

function failure(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function isUser({ name, password }: User, auth: SMTPServerAuthentication): boolean {
  return auth.username === name && auth.password === password;
}

function senderOf({ envelope }: SMTPServerSession): string {
  return envelope.mailFrom === false ? '' : asWritten(envelope.mailFrom.address);
}

/** smtp-server makes Unicode of an A-label (RFC 5890); an MTA leaves it alone. */
function asWritten(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (at === 0 || !/\P{ASCII}/u.test(domain)) return address;
  return address.slice(0, at) + (domainToASCII(domain) || domain);
}

function peerOf(session: SMTPServerSession, protocol: 'smtp' | 'lmtp'): Peer {
  const { remoteAddress, hostNameAppearsAs, openingCommand, xForward } = session;
  const isExtended = openingCommand.toUpperCase() === 'EHLO';
  return {
    // Postfix says by XFORWARD who handed the mail to it (lmtp_send_xforward_command).
    address: String(xForward.get('ADDR') || remoteAddress || 'local'),
    helo: String(xForward.get('HELO') || hostNameAppearsAs),
    protocol: protocol === 'lmtp' ? 'LMTP' : isExtended ? 'ESMTP' : 'SMTP',
    // Set by onAuth above.
    login: (session.user as Peer['login'] | undefined) ?? null,
  };
}
