/** How a mail of a store in memory is composed, and handed over to the MTA. */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { FileLost } from '../../journal/blobs.ts';
import { handOverBySmtp } from '../../journal/hand-over.ts';
import { composedOf, mailsIn } from '../../journal/mails.ts';
import type { Compose, HandOver, Mta, UnsentMail } from '../../journal/outbox.ts';
import { untilPatienceEnds } from '../../journal/patience.ts';
import { handOverByProgram } from '../../journal/program-end.ts';
import { type OwnAttempt, submitted } from '../../journal/submitting.ts';
import { Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import { octetsOf } from '../../ticket/mail.ts';
import { writeUnnamed } from '../disk/unnamed.ts';
import type { MemoryCommits } from './commits.ts';
import type { MemoryFiles } from './files.ts';
import type { MemoryOutbox } from './outbox.ts';

interface Parts {
  readonly commits: MemoryCommits;
  readonly files: MemoryFiles;
  readonly outbox: MemoryOutbox;
  readonly compose: Compose;
}

export async function handOver(
  mail: UnsentMail,
  mta: Mta,
  patienceMs: number,
  parts: Parts,
): Promise<HandOver> {
  const { outbox } = parts;
  const composed = await octetsOfMail(mail, parts);
  if (typeof composed === 'string') return { end: 'impossible', error: composed };
  const { octets, isSecret } = composed;
  const sha256 = createHash('sha256').update(octets).digest('hex');
  const sum = isSecret ? null : { size: octets.length, sha256 };
  const begin = () => outbox.begin(mail, sum);
  if (typeof mta === 'function') {
    const own: OwnAttempt = {
      octets: () => [octets],
      end: (how) => outbox.end(mail, handOverBySmtp(how)),
    };
    const beginOwn = async () => (begin() ? own : null);
    return untilPatienceEnds(submitted(mail, octets.length, mta, beginOwn), patienceMs);
  }
  const { fd: input } = await writeUnnamed(tmpdir(), [octets]);
  try {
    if (!begin()) return { end: 'under way' };
    const ended = await startDetached(mta, { input, third: input }, patienceMs);
    return ended === 'goes on' ? { end: 'under way' } : outbox.end(mail, handOverByProgram(ended));
  } finally {
    closeSync(input);
  }
}

/** Keeps a copy, if one is to be kept; or why it cannot be composed any more. */
async function octetsOfMail(
  { id, seq }: UnsentMail,
  { commits, files, outbox, compose }: Parts,
): Promise<{ readonly octets: Buffer; readonly isSecret: boolean } | string> {
  const record = commits.records[seq - 1];
  const found = record === undefined ? undefined : mailsIn(record).find((one) => one.id === id);
  if (found === undefined) throw new Failure('store-damaged', `no commit has the mail ${id}`);
  const { mail, raw } = found;
  const isSecret = mail.isBlanked === true;
  const secretText = isSecret ? outbox.secretText(id) : null;
  if (isSecret && secretText === null) return 'the secret in it is gone';
  try {
    const composed = await composedOf(mail, compose, secretText);
    const octets = Buffer.concat([...octetsOf(composed, (file) => files.octetsOf(file))]);
    if (mail.isPassing !== true && !isSecret) files.keep(raw, octets);
    return { octets, isSecret };
  } catch (error) {
    if (error instanceof FileLost) return 'a file that belongs in it is lost';
    throw error;
  }
}
