/**
 * A journal of many tickets in a database, a mail of 200 words in each: its lines alone. What follows
 * from them is made by `deriveAgain`.
 */
import { hashOf, NO_LINE } from '../../src/journal/chain.ts';
import { type JournalRecord, RECORD_VERSION, written } from '../../src/journal/record.ts';
import type { Connections } from '../../src/postgres/connections.ts';
import { writeBehind } from '../../src/stores/postgres/derive-again.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { generator } from '../stores/random.ts';

const PER_STATEMENT = 1000;

/** Mail is no repetition, which the server would pack to nothing. */
const random = generator(7);
const WORDS = Array.from({ length: 5000 }, () => random(36 ** 5).toString(36));

function recordOf(number: number): JournalRecord {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: `Customer ${number}`, address: `c${number}@ferrier.example` };
  const subject = `Ticket ${number}`;
  const text = Array.from({ length: 200 }, () => WORDS[random(WORDS.length)]).join(' ');
  return {
    ...{ v: RECORD_VERSION, seq: number, time: '2026-11-21T12:00:00.000Z', outgoing: [] },
    changes: [
      { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester },
      {
        ...{ type: 'message.added', ticket },
        message: {
          ...{ serial: 1, direction: 'in', trust: 'claimed', from: requester, to: [] },
          ...{ date: '2026-11-21T12:00:00.000Z', messageId: `<${number}@ferrier.example>` },
          ...{ subject, text, newLines: [], attachments: [], raw: `raw/${number}-in.eml` },
        },
      },
    ],
  };
}

/** Behind `from` commits of such tickets, until there are `to`. */
export async function fillWith(
  connections: Connections,
  { from, to }: { readonly from: number; readonly to: number },
  before = NO_LINE,
): Promise<string> {
  let hash = before;
  for (let done = from; done < to; done += PER_STATEMENT) {
    const lines = Array.from({ length: Math.min(PER_STATEMENT, to - done) }, (_, n) => {
      const { seq, time, ...record } = recordOf(done + n + 1);
      const made = written({ seq, time, ...record }, { prev: hash, at: 0 });
      hash = hashOf(made.line);
      return { seq, time, hash, ...made };
    });
    await connections.with((database) => writeBehind(database, done, { lines }));
  }
  return hash;
}
