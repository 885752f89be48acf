/**
 * A mail of ours as octets in a file without a name (disk/unnamed.ts), composed of what its commit
 * says: for the MTA, and as the copy of it in the database, if one is kept.
 *
 * Made right before the hand-over, and in no transaction: the octets are the same each time. What
 * belongs in it is fetched first, into files of the same kind, since it may be large.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FileLost } from '../../journal/blobs.ts';
import { composedOf, mailsIn } from '../../journal/mails.ts';
import type { Compose, HandOver, UnsentMail } from '../../journal/outbox.ts';
import { handOverByProgram } from '../../journal/program-end.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { type DetachedEnd, startDetached } from '../../runtime/detached.ts';
import { type ComposedMail, octetsOf, type Sum } from '../../ticket/mail.ts';
import type { StoredFile } from '../../ticket/ticket.ts';
import { close, openToAppend, remove } from '../disk/disk.ts';
import { piecesOf } from '../disk/read-pieces.ts';
import { type UnnamedFile, writeUnnamed } from '../disk/unnamed.ts';
import type { Claim } from './claims.ts';
import type { DatabaseFiles } from './files.ts';

export interface Sending {
  /** A folder of this host, for files without a name. */
  readonly directory: string;
  readonly compose: Compose;
  readonly files: DatabaseFiles;
  readonly record: (seq: number) => Promise<JournalRecord | null>;
  readonly secretText: (id: string) => Promise<string | null>;
}

export interface ReadyMail {
  readonly fd: number;
  readonly size: number;
  /** null: what it says could be tried out by it. */
  readonly sum: Sum | null;
}

/** Keeps a copy, if one is to be kept; or why it cannot be composed any more. */
export async function readyMail(
  { id, seq }: UnsentMail,
  sending: Sending,
): Promise<ReadyMail | string> {
  const record = await sending.record(seq);
  const found = record === null ? undefined : mailsIn(record).find((one) => one.id === id);
  if (found === undefined) throw new Failure('store-damaged', `no commit has the mail ${id}`);
  const { mail, raw } = found;
  const isSecret = mail.isBlanked === true;
  const secretText = isSecret ? await sending.secretText(id) : null;
  if (isSecret && secretText === null) return 'the secret in it is gone';
  try {
    const composed = await composedOf(mail, sending.compose, secretText);
    const { fd, ...sum } = await written(composed, sending);
    try {
      if (mail.isPassing !== true && !isSecret) {
        await sending.files.keepCopy({ id, raw }, piecesOf(fd), sum);
      }
      return { fd, size: sum.size, sum: isSecret ? null : sum };
    } catch (error) {
      close(fd);
      throw error;
    }
  } catch (error) {
    if (error instanceof FileLost) return 'a file that belongs in it is lost';
    throw error;
  }
}

async function written(
  composed: ComposedMail,
  { directory, files }: Sending,
): Promise<UnnamedFile> {
  const fetched = new Map<StoredFile, number>();
  try {
    for (const { file } of composed.enclosed ?? []) {
      const { fd } = await writeUnnamed(directory, await files.attachment(file));
      fetched.set(file, fd);
    }
    const read = (file: StoredFile) => {
      const fd = fetched.get(file);
      if (fd === undefined) throw new FileLost(file, true);
      return piecesOf(fd);
    };
    return await writeUnnamed(directory, octetsOf(composed, read));
  } finally {
    for (const fd of fetched.values()) close(fd);
  }
}

/** The launcher's limit of processor time is ours, and not sendmail's; what it says is kept. */
const SCRIPT = 'ulimit -S -t unlimited; exec "$@" 2>&3';

/**
 * `claim` has just begun. If the program goes on alone, its end is noted as long as this process
 * lives.
 */
export async function byProgram(
  sendmail: readonly [string, ...string[]],
  { fd }: ReadyMail,
  directory: string,
  patienceMs: number,
  claim: Claim,
): Promise<HandOver> {
  const said = openSaid(directory);
  const ended = async (how: Exclude<DetachedEnd, 'goes on'>): Promise<HandOver> => {
    const [text = ''] = piecesOf(said);
    close(said);
    return claim.end(handOverByProgram(how, text.toString()));
  };
  const command = ['/bin/sh', '-c', SCRIPT, 'sendmail', ...sendmail] as const;
  const how = await startDetached(command, { input: fd, third: said }, patienceMs, ended);
  return how === 'goes on' ? { end: 'under way' } : ended(how);
}

function openSaid(directory: string): number {
  const path = join(directory, `said.${randomBytes(6).toString('hex')}`);
  const fd = openToAppend(path);
  remove(path);
  return fd;
}
