/**
 * `mailrobot ticket new`: a ticket of a customer who has not written, and the first mail to them.
 * Both, or neither: what cannot be sent opens nothing.
 */
import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { carryOut } from '../feed/order.ts';
import { inertLine } from '../pages/inert.ts';
import { oneLine, plainMailbox } from '../reading/addresses.ts';
import { hasMark } from '../snippets/mark.ts';
import { isWritable } from '../ticket/address.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import { KEPT_UNSEEN, keptAnyway } from './change-ticket.ts';
import { openDesk } from './open-desk.ts';
import { oneOf, Refused } from './refused.ts';
import type { Run } from './run.ts';
import { textOnStdin, type WrittenOptions } from './ticket-text.ts';
import { takesMarkdown, writtenHtml } from './written-html.ts';

export interface NewOptions extends WrittenOptions {
  readonly subject: string;
  readonly queue?: string;
}

export async function begin(to: string, options: NewOptions, run: Run): Promise<void> {
  const desk = await openDesk(options.config, run);
  const { config, store, by } = desk;
  const requester = requesterIn(to, config);
  const subject = oneLine(options.subject);
  if (subject === '') throw new Refused('--subject is empty', true);
  const queue =
    options.queue === undefined
      ? config.queues[0].prefix
      : oneOf('--queue', options.queue.toUpperCase(), prefixesOf(config));
  const text =
    options.message ?? (await writtenText(requester, subject, takesMarkdown(options, config), run));
  if (hasMark(text) || hasMark(subject))
    throw new Refused('a snippet needs a ticket, and there is none yet: nothing was sent');
  const html = await writtenHtml(text, options, config, run);
  const opened = { queue, subject, requester, text, ...html };
  const order = { by, origin: null, type: 'begin', ticket: opened } as const;
  if (options.dryRun) {
    const { showOrder } = await import('./order-preview.ts');
    return showOrder(order, desk, run);
  }
  const ordered = await keptAnyway(() => carryOut(order, { config, store, now: run.now }));
  if (ordered === null) return run.say(`${KEPT_UNSEEN}.`);
  if (ordered.end !== 'done') {
    throw new Refused(ordered.end === 'refused' ? ordered.reason : 'nothing was done');
  }
  const { ticket, isSent } = ordered;
  const what = `${ticket}: your mail is`;
  if (isSent) run.say(`${what} on its way to ${inertLine(requester.address)}.`);
  else if ((await store.restingSince()) !== null) run.say(`${what} kept, and rests.`);
  else {
    run.say(`${what} kept.`);
    run.explain('mailrobot: sendmail did not take it: a later command or mail sends it');
  }
}

function requesterIn(to: string, config: Config): Mailbox {
  const requester = plainMailbox(to);
  if (requester === null || !isWritable(requester.address)) {
    throw new Refused(`"${to}" is not an address`, true);
  }
  if (isOwnAddress(requester.address, ownAddresses(config))) {
    throw new Refused(`${requester.address} is an address of the desk itself`, true);
  }
  return requester;
}

async function writtenText(
  requester: Mailbox,
  subject: string,
  isMarkdown: boolean,
  run: Run,
): Promise<string> {
  if (!run.isTerminal(0)) return textOnStdin(run);
  const { editFirst } = await import('./editor.ts');
  return editFirst(requester, subject, { isMarkdown, environment: run.environment });
}
