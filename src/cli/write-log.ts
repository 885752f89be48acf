/**
 * Writes a line to the log of the config: a file, or syslog.
 *
 * A file is opened for appending, is made for its owner alone if it is missing, and is never
 * waited for if it is a pipe. Node has no datagram socket of the kind that /dev/log is, and a
 * child would cost a mail milliseconds: so syslog is the stream socket of systemd's journal
 * (sd_journal_stream_fd(3)), which hands the line on to a syslog daemon. Throws if it cannot be
 * written, and never waits longer than PATIENCE_MS; nobody's mail depends on it.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import type { LogPlace } from '../config/config.ts';

export const JOURNAL_SOCKET = '/run/systemd/journal/stdout';
const PATIENCE_MS = 500;
/** mail.info (RFC 5424, 6.2.1). */
const PRIORITY = 2 * 8 + 6;
const FILE_MODE = 0o600;

export async function writeLog(line: string, place: LogPlace, now: () => Date): Promise<void> {
  if (place.to === 'syslog') return toJournal(line, JOURNAL_SOCKET);
  appendLine(`${now().toISOString()} mailrobot[${process.pid}]: ${line}\n`, place.path);
}

function appendLine(line: string, path: string): void {
  const fd = openLog(path);
  try {
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}

/** Throws if it cannot be appended to. */
export function openLog(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, FILE_MODE);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is no file`);
}

export function toJournal(line: string, socket: string): Promise<void> {
  // Identifier, unit, priority, whether lines begin with <level>; on to syslog, kmsg, console.
  const header = ['mailrobot', '', PRIORITY, 0, 1, 0, 0].join('\n');
  return new Promise((resolve, reject) => {
    const stream = connect(socket);
    stream.setTimeout(PATIENCE_MS, () => stream.destroy(new Error(`${socket} does not answer`)));
    stream.on('error', reject);
    // The kernel has it: the journal reads on after our end.
    stream.end(`${header}\n${line}\n`, () => {
      stream.destroy();
      resolve();
    });
  });
}
