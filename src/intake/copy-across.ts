/**
 * A copy of a mail that came to another queue by an address which its To and Cc do not name: an
 * alias of that queue, or a blind copy.
 *
 * What came first could not know that the mail goes there as well, so the people of that queue are
 * told now, once. The message is on its ticket already.
 */

import { type Config, queueAddress } from '../config/config.ts';
import { absenceIn } from '../desk/away.ts';
import { isForAll, toldOfMail } from '../desk/concerned.ts';
import type { Delivery } from '../desk/delivery.ts';
import { toldTo } from '../desk/tell.ts';
import type { ShownHtml } from '../html/shown.ts';
import type { Facts } from '../journal/facts.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import type { NotificationDraft } from '../letters/draft.ts';
import { type IncomingMessage, sameAddress, type Ticket } from '../ticket/ticket.ts';

/** Prefixes of the queues that nobody could have told of it before. */
export function queuesToTell(
  { decided: { intent, decision }, message }: Delivery,
  earlier: readonly Pick<RecordedMail, 'decision'>[],
  config: Config,
): readonly string[] {
  const came = earlier.flatMap((copy) => copy.decision.recipients);
  const isSameAddress = decision.recipients.some((one) =>
    came.some((other) => sameAddress(one, other)),
  );
  if (intent.type !== 'append' || isSameAddress) return [];
  return (intent.alsoTold ?? []).filter((prefix) => {
    const queue = config.queues.find((one) => one.prefix === prefix);
    const isNamed = (one: string) => message.to.some(({ address }) => sameAddress(address, one));
    return queue !== undefined && !isNamed(queueAddress(queue, config));
  });
}

export function toldAcross(
  queues: readonly string[],
  { ticket, message }: { readonly ticket: Ticket; readonly message: IncomingMessage },
  {
    config,
    facts,
    now,
    html,
  }: {
    readonly config: Config;
    readonly facts: Facts;
    readonly now: Date;
    /** Of that message. */
    readonly html: ShownHtml | undefined;
  },
): readonly NotificationDraft[] {
  const absence = absenceIn(facts, now);
  const told = toldOfMail(ticket, config.staff);
  const people = config.staff.filter(
    (person) => !told.includes(person) && queues.some((queue) => isForAll(person, queue)),
  );
  const present = people.filter(({ name }) => absence(name) === null);
  const earlier = new Map(html === undefined ? [] : [[message.raw, { text: message.text, html }]]);
  return toldTo(
    present.length > 0 ? present : people,
    ticket,
    { message, deeds: [], alsoTo: queues },
    { ...config, earlier },
  );
}
