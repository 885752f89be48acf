/**
 * `mailrobot ticket attachment`: one attachment as it is, on stdout.
 *
 * Numbered as `ticket show` lists them. Never to a terminal, where a file of a
 * stranger would be obeyed. One that is lost or garbled is made again from the raw mail.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { attachmentsOf } from '../ticket/ticket.ts';
import type { WithConfig } from './commands/given.ts';
import { namedTicket, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export async function attachment(
  id: string,
  number: string,
  { config }: WithConfig,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const ticket = await namedTicket(id, desk);
  const all = attachmentsOf(ticket);
  const wanted = /^[1-9]\d{0,5}$/.test(number) ? all[Number(number) - 1] : undefined;
  if (wanted === undefined) {
    const has = all.length === 1 ? '1 attachment' : `${all.length || 'no'} attachments`;
    throw new Refused(`${ticket.id} has ${has}: there is no number "${number}"`);
  }
  if (run.isTerminal(1)) {
    throw new Refused('an attachment is not for a terminal: send it into a file with > FILE');
  }
  const { store } = desk;
  const octets = await store.havingFiles(() => store.attachment(wanted));
  await pipeline(Readable.from(octets), process.stdout, { end: false });
}
