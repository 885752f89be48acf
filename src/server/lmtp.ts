/**
 * Mail by LMTP, delivered in this process: the same steps as the pipe, without a
 * process a mail.
 *
 * 250 means what exit 0 means: the mail is durable and belongs to a ticket, a held
 * item or a recorded decision. Every other end is 451 with the status line that the
 * pipe would have printed, and the MTA keeps the mail. The mail is received once for
 * each recipient, with the lines that local(8) would have put on top of it, so that
 * the store holds the same and nothing else has to know which door it came by.
 * What is no queue's and no ticket's address is refused at RCPT.
 */
import type { Config } from '../config/config.ts';
import { isOwnAddress, ownAddresses } from '../config/own-address.ts';
import { doChores } from '../delivery/chores.ts';
import { type DeliveryContext, deliver } from '../delivery/deliver.ts';
import { type End, endOf, OUTCOMES } from '../outcome.ts';
import { type Fate, refused } from './fate.ts';
import { withUnixLineEnds } from './line-ends.ts';
import { environmentOf, headLines, type LocalEnvelope } from './local-mail.ts';
import type { Door, Transaction } from './smtp.ts';

export type LmtpContext = Omit<DeliveryContext, 'verb' | 'environment' | 'chores'>;

/** Recipients of one mail share its octets in memory up to so many; Postfix hands over one at a time. */
const TAKEN: Fate = { reply: 250, status: '2.0.0', text: 'kept' };
const NOBODY = { home: '/', shell: '/bin/sh' };

export function lmtp(context: LmtpContext): Door {
  const own = ownAddresses(context.config);
  return {
    refusal: (recipient) =>
      isOwnAddress(recipient, own) ? null : refused('5.1.1', 'this is no address of the desk'),
    take: async (mail, transaction) => {
      const chunks: Buffer[] = [];
      for await (const chunk of withUnixLineEnds(mail)) chunks.push(chunk);
      const fates: Fate[] = [];
      for (const recipient of transaction.recipients) {
        fates.push(fateOf(await deliverTo(recipient, chunks, transaction, context)));
      }
      return fates;
    },
  };
}

async function deliverTo(
  recipient: string,
  chunks: readonly Buffer[],
  { sender, peer }: Transaction,
  context: LmtpContext,
): Promise<End> {
  const envelope = envelopeOf(recipient, sender, context.config);
  const environment = environmentOf(envelope, peer, NOBODY);
  const head = Buffer.from(headLines(envelope, context.now()));
  const input = (async function* () {
    yield head;
    yield* chunks;
  })();
  try {
    return await deliver(input, { ...context, verb: 'any', environment, chores: 'later' });
  } catch (error) {
    return endOf(error);
  }
}

function envelopeOf(recipient: string, sender: string, { domain }: Config): LocalEnvelope {
  const local = recipient.slice(0, recipient.lastIndexOf('@')).toLowerCase();
  const cut = /[+-]/.exec(local)?.index;
  return {
    sender,
    recipient,
    alias: cut === undefined ? local : local.slice(0, cut),
    extension: cut === undefined ? null : local.slice(cut + 1),
    domain,
  };
}

function fateOf(end: End): Fate {
  const { exit, status } = OUTCOMES[end];
  if (exit === 0) return TAKEN;
  const [code = '4.3.0', ...words] = status.split(' ');
  return refused(code, words.join(' '));
}

const CHORES_MS = 10_000;

/** Chores of a server that never ends: every ten seconds, one run at a time. Gives how to stop. */
export function choresWhileServing(context: LmtpContext): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = doChores(context).finally(() => {
      isBusy = false;
    });
  }, CHORES_MS);
  return () => {
    clearInterval(timer);
    return running;
  };
}
