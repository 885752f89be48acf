/**
 * Whether somebody listens where Postfix hands over mail by LMTP. Says nothing to whom it finds.
 */
import { connect } from 'node:net';
import { join } from 'node:path';

export type LmtpSocket = { readonly name: string } & (
  | { readonly path: string }
  | { readonly host: string; readonly port: number }
);

const PATIENCE_MS = 3000;
const LMTP_PORT = 24;

/** `lmtp:unix:private/mailrobot`, `lmtp:[127.0.0.1]:2424`, `lmtp:inet:host:port`. */
export function lmtpSocketIn(transport: string, queueFolder: string): LmtpSocket | null {
  const where = transport.replace(/^lmtp:/, '');
  if (where.startsWith('unix:')) {
    const written = where.slice('unix:'.length);
    const path = written.startsWith('/') ? written : join(queueFolder, written);
    return { name: path, path };
  }
  const [, host = '', port = LMTP_PORT] =
    /^(?:inet:)?\[?([^\]]+?)\]?(?::(\d+))?$/.exec(where) ?? [];
  return host === '' ? null : { name: where, host, port: Number(port) };
}

/** The problem, or null. A socket that is not for this user says nothing. */
export function listens(socket: LmtpSocket): Promise<string | null> {
  return new Promise((resolve) => {
    const stream = 'path' in socket ? connect(socket.path) : connect(socket.port, socket.host);
    const end = (problem: string | null) => {
      stream.destroy();
      resolve(problem);
    };
    stream.setTimeout(PATIENCE_MS, () => end('it does not answer'));
    stream.on('connect', () => end(null));
    stream.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'EACCES' ? null : error.message),
    );
  });
}
