/**
 * From an action's drafts to mails that a commit can hold.
 *
 * Gives each draft its text, signed Message-ID and place, and composes it. A
 * draft to an address that cannot be written to is left out.
 */
import type { Draft } from '../actions/draft.ts';
import { type Config, queueAddress } from '../config/config.ts';
import type { Places, SigningKeys } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { compose } from './compose.ts';
import { signedMessageId } from './signed-id.ts';
import { acknowledgement } from './template.ts';

export interface Desk {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  readonly places: Places;
}

export interface Written {
  readonly changes: readonly Change[];
  readonly mails: readonly OutgoingMail[];
}

export async function write(drafts: readonly Draft[], desk: Desk): Promise<Written> {
  const changes: Change[] = [];
  const mails: OutgoingMail[] = [];
  for (const draft of drafts) {
    const composed = await writeOne(draft, desk);
    if (composed === null) continue;
    changes.push(composed.change);
    mails.push(composed.mail);
  }
  return { changes, mails };
}

function writeOne(draft: Draft, { config, keys, now, places }: Desk) {
  const { ticket, serial, to } = draft;
  const queue = config.queues.find(({ prefix }) => prefix === draft.queue) ?? config.queues[0];
  const address = ticketAddress(ticket, config.domain);
  return compose(draft, {
    domain: config.domain,
    queueName: queue.name,
    queueAddress: queueAddress(queue, config),
    now,
    messageId: signedMessageId(keys, ticket, serial, to.address, config.domain),
    text:
      draft.kind === 'answer'
        ? draft.text
        : acknowledgement(config.file, { ticket, address, queue: queue.name }),
    raw: places.rawOut(serial),
  });
}
