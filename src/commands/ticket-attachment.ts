/**
 * `mailrobot ticket attachment`: one attachment as it is, on stdout.
 *
 * Numbered as `ticket show` lists them. Never to a terminal, where a file of a
 * stranger would be obeyed. Its SHA-256 is compared on the way: a garbled file
 * is written, and said to be so.
 */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Run } from '../run.ts';
import { attachmentsOf } from '../ticket/ticket.ts';
import { namedTicket, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';

export async function attachment(
  id: string,
  number: string,
  config: string,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const ticket = namedTicket(id, desk);
  const all = attachmentsOf(ticket);
  const wanted = /^[1-9]\d{0,5}$/.test(number) ? all[Number(number) - 1] : undefined;
  if (wanted === undefined) {
    const has = all.length === 1 ? '1 attachment' : `${all.length || 'no'} attachments`;
    throw new Refused(`${ticket.id} has ${has}: there is no number "${number}"`);
  }
  if (run.isTerminal(1)) {
    throw new Refused('an attachment is not for a terminal: send it into a file with > FILE');
  }
  const hash = createHash('sha256');
  await pipeline(Readable.from(hashed(desk.store.attachment(wanted), hash)), process.stdout, {
    end: false,
  });
  if (hash.digest('hex') !== wanted.sha256) {
    throw new Refused(`attachment ${number} is not what came with the mail: run mailrobot rebuild`);
  }
}

function* hashed(chunks: Iterable<Buffer>, hash: Hash): Generator<Buffer> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
