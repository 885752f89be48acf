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
import type { Listening, Place } from './smtp.ts';

const FIRST_FD = 3;

/** `127.0.0.1:2424`, `systemd`, or the path of a socket. null: systemd has handed in none. */
export function placeOf(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): Place | null {
  if (text === 'systemd') {
    const isOurs = environment['LISTEN_PID'] === String(pid) && environment['LISTEN_FDS'] === '1';
    return isOurs ? { fd: FIRST_FD } : null;
  }
  const [, host, port] = /^\[?([^/[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? { path: text } : { host, port: Number(port) };
}

export async function listenAt(
  place: Place,
  listen: (place: Place) => Promise<Listening>,
): Promise<Listening> {
  if (!('path' in place)) return listen(place);
  if (await isAbandoned(place.path)) rmSync(place.path);
  const listening = await listen(place);
  const { uid, gid } = statSync(dirname(place.path));
  // The umask has kept others out; the folder's owner might put a link there meanwhile.
  if (process.geteuid?.() === 0) lchownSync(place.path, uid, gid);
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
