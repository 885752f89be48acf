/**
 * A desk with many held mails, each on a ticket of its own that waits for its customer: made
 * through the store's own code, in a few commits' sections instead of a process for each mail.
 */

import type { Transaction } from '../../../src/journal/ledger.ts';
import { OWN_NUMBER, OWN_PATHS } from '../../../src/journal/own-names.ts';
import { compose } from '../../../src/letters/compose.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';

const PER_SECTION = 500;

const DECISION: Decision = {
  ...{ messageId: null, verb: 'reply', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'address', intent: 'hold' },
};

export async function holdMails(root: string, count: number, at: Date): Promise<void> {
  const options = { root, now: () => at, extract: async () => {}, compose, isServer: true };
  const store = new FileStore(options);
  for (let done = 0; done < count; done += PER_SECTION) {
    await store.exclusive(async (transaction) => {
      const end = Math.min(done + PER_SECTION, count);
      for (let n = done + 1; n <= end; n += 1) await holdOne(store, transaction, n, at);
    });
  }
}

async function holdOne(
  store: FileStore,
  transaction: Transaction,
  number: number,
  at: Date,
): Promise<void> {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: `Customer ${number}`, address: `c${number}@d${number}.example` };
  const subject = `Ticket ${number}`;
  await transaction.commit({
    changes: [
      { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester },
      { type: 'ticket.status', ticket, from: 'new', to: 'pending', by: 'kim' },
    ],
    outgoing: [],
  });
  const incoming = store.receive();
  incoming.write(Buffer.from(`From: who${number}@elsewhere.example\nSubject: x\n\nHello.\n`));
  const hash = String(number).padStart(64, '0');
  incoming.seal(hash, false);
  await transaction.commit({
    changes: [
      {
        type: 'mail.held',
        mail: {
          id: OWN_NUMBER,
          from: { name: '', address: `who${number}@elsewhere.example` },
          date: at.toISOString(),
          ...{ subject: `Re: ${subject}`, queue: 'SUPPORT', ticket, raw: OWN_PATHS.rawIn },
          reason: { check: 'unknown-sender', evidence: 'who is on no ticket' },
        },
      },
    ],
    outgoing: [],
    delivery: { key: { hash, targets: [ticket] }, incoming, decision: DECISION },
  });
}
