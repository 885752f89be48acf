/**
 * Where a server listens: host and port, a unix socket, or the socket that systemd
 * hands in (sd_listen_fds(3)).
 *
 * A unix socket belongs to the owner of its folder, so that root can put it where
 * Postfix alone may reach it (/var/spool/postfix/private); nobody else may write to
 * it. One that a dead server has left is removed; one that answers is in use.
 */
import { lchownSync, lstatSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { ListenAddress, Listening } from './smtp.ts';

const FIRST_FD = 3;

/** `127.0.0.1:2424`, `systemd`, or the path of a socket. null: systemd has handed in none. */
export function listenAddressOf(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): ListenAddress | null {
  if (text === 'systemd') {
    const isOurs = environment['LISTEN_PID'] === String(pid) && environment['LISTEN_FDS'] === '1';
    return isOurs ? { fd: FIRST_FD } : null;
  }
  const [, host, port] = /^\[?([^/[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? { path: text } : { host, port: Number(port) };
}

export async function listenAt(
  address: ListenAddress,
  listen: (address: ListenAddress) => Promise<Listening>,
): Promise<Listening> {
  if (!('path' in address)) return listen(address);
  if (await isAbandoned(address.path)) rmSync(address.path);
  const listening = await listen(address);
  const { uid, gid } = statSync(dirname(address.path));
  // The umask has kept others out; the folder's owner might put a link there meanwhile.
  if (process.geteuid?.() === 0) lchownSync(address.path, uid, gid);
  return listening;
}

function isAbandoned(path: string): Promise<boolean> {
  const isSocket = lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  if (!isSocket) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
}
