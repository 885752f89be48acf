/**
 * Mail by LMTP, delivered in this process: the same steps as the pipe, without a
 * process a mail.
 *
 * 250 means what exit 0 means: the mail is durable and belongs to a ticket, a held
 * item or a recorded decision. Every other end is 451 with the status line that the
 * pipe would have printed, and the MTA keeps the mail. Each recipient is a delivery of
 * its own, with the lines that local(8) would have put on top, so that the store holds
 * the same and nothing else has to know which door a mail came by. What is no queue's
 * and no ticket's address is refused at RCPT.
 */
import { createReadStream } from 'node:fs';
import { ownAddresses, reachesDesk } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { deliver } from '../intake/deliver.ts';
import type { DeliveryContext } from '../intake/delivery-context.ts';
import { type End, endOf, OUTCOMES } from '../outcome.ts';
import { type Fate, refused } from './fate.ts';
import { withUnixLineEnds } from './line-ends.ts';
import { environmentOf, headLines, type LocalEnvelope } from './local-mail.ts';
import { type Door, TooLarge, type Transaction } from './smtp.ts';
import { spooled } from './spool.ts';

export type LmtpContext = Omit<DeliveryContext, 'verb' | 'environment' | 'chores'>;

type Octets = () => AsyncIterable<Buffer>;

const KEPT: Fate = { reply: 250, status: '2.0.0', text: 'kept' };
const NO_ACCOUNT = { home: '/', shell: '/bin/sh' };

/** `context` is asked for with each mail: the config may have changed. */
export function lmtp(context: () => LmtpContext): Door {
  return {
    refusal: (recipient) => {
      try {
        const isOurs = reachesDesk(recipient, ownAddresses(context().config));
        return isOurs ? null : refused('5.1.1', 'this is not an address of the desk');
      } catch (error) {
        return fateOf(endOf(error));
      }
    },
    take: (mail, transaction) =>
      asOften(transaction.recipients.length, withUnixLineEnds(mail), async (octets) => {
        const fates: Fate[] = [];
        for (const recipient of transaction.recipients) {
          fates.push(fateOf(await deliverTo(recipient, octets, transaction, context)));
        }
        return fates;
      }),
  };
}

/** A mail for one recipient goes straight on; one for several is put down first. */
async function asOften<T>(
  times: number,
  mail: AsyncIterable<Buffer>,
  use: (octets: Octets) => Promise<T>,
): Promise<T> {
  if (times === 1) return use(() => mail);
  return spooled(mail, (file) => use(() => createReadStream(file)));
}

async function deliverTo(
  recipient: string,
  octets: Octets,
  { sender, peer }: Transaction,
  contextNow: () => LmtpContext,
): Promise<End> {
  try {
    const context = contextNow();
    const envelope = envelopeOf(recipient, sender, context.config);
    const environment = environmentOf(envelope, peer, NO_ACCOUNT);
    const input = withHead(headLines(envelope, context.now()), octets());
    return await deliver(input, { ...context, verb: 'any', environment, chores: 'later' });
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    return endOf(error);
  }
}

async function* withHead(head: string, octets: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(head);
  yield* octets;
}

function envelopeOf(recipient: string, sender: string, { domain }: Config): LocalEnvelope {
  const local = recipient.slice(0, recipient.lastIndexOf('@')).toLowerCase();
  const [alias = local] = local.split(/[+-]/);
  const extension = local === alias ? null : local.slice(alias.length + 1);
  return { sender, recipient, alias, extension, domain };
}

function fateOf(end: End): Fate {
  const { status } = OUTCOMES[end];
  if (status === null) return KEPT;
  const [code = '4.3.0', ...words] = status.split(' ');
  return refused(code, words.join(' '));
}
