/**
 * HTML of mails is words like any other: of an erased person none of it is left in any store, in
 * what came, in what waits to go out, and in what has gone.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { messageHtml } from '../../src/intake/message-html.ts';
import { allOf } from '../../src/journal/blobs.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { OWN_PATHS } from '../../src/journal/own-names.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import { collect } from '../kit/collect.ts';
import { configOf } from '../kit/config.ts';
import { decoded } from '../kit/decoded.ts';
import { mail } from '../kit/mail.ts';
import { NO_READER } from '../kit/no-reader.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { MAINTAINED, type Maintained } from './stores.ts';

const NIC = 'nic@ferrier.example';
const KAY = 'kay@ferrier.example';
const now = () => new Date('2026-11-21T12:00:00Z');
const WORD = 'walrus';
const HTML = `<p>My <b>${WORD}</b></p>`;
const config = configOf();
const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: null, recipients: [], isNamed: null, client: null },
  ...{ login: null, asked: [], spoke: [], trust: 'claimed', why: '', route: 'SUPPORT' },
  ...{ by: 'queue', intent: 'open' },
};

/** A ticket of each of them, with a mail as HTML, and an answer that quotes it as HTML. */
async function written(made: Maintained, number: number, address: string, word: string) {
  const ticket = `SUPPORT-${number}` as const;
  const requester = { name: '', address };
  const octets = mail({
    ...{ from: address, more: 'Content-Type: text/html\n', text: HTML.replace(WORD, word) },
  }).octets;
  const came = { serial: 1, direction: 'in', trust: 'claimed', from: requester, to: [] } as const;
  const sent = { serial: 2, direction: 'out', automatic: false, delivery: 'waiting' } as const;
  const hash = String(number).padStart(64, '0');
  const text = `> My ${word}`;
  await made.store.exclusive(async (transaction) => {
    const incoming = made.store.receive();
    incoming.write(octets);
    incoming.seal(hash, false);
    const about = { date: now().toISOString(), subject: 'x', attachments: [] };
    await transaction.commit({
      changes: [
        { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject: 'x', requester },
        {
          ...{ type: 'message.added', ticket },
          message: {
            ...{ ...came, ...about, messageId: `<${number}@ferrier.example>`, newLines: [] },
            ...{ text: `My ${word}`, raw: OWN_PATHS.rawIn },
          },
        },
        {
          ...{ type: 'message.added', ticket },
          message: {
            ...{ ...sent, ...about, from: requester, to: [requester], text },
            ...{ messageId: `<${number}.2@x.example>`, raw: OWN_PATHS.rawOut(2) },
          },
        },
      ],
      outgoing: [
        outgoingTo(address, {
          ...{ ticket, serial: 2 },
          letter: { text: `${text}\n`, html: `<blockquote>My <i>${word}</i></blockquote>` },
        }),
      ],
      delivery: { key: { hash, targets: [ticket] }, incoming, decision: DECISION },
    });
  });
  return ticket;
}

/** What sendmail gets of all that waits. */
async function handedOver(store: Store): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-erased-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const given = join(folder, 'given');
  writeFileSync(given, '');
  for (const waiting of await store.unsent()) {
    const taken = await store.handOver(waiting, ['sh', '-c', 'cat >>"$0"', given], 10_000);
    expect(taken).toEqual({ end: 'taken' });
    await store.markSent(waiting);
  }
  await store.catchUp();
  return decoded(readFileSync(given));
}

const ANSWERS = { 'of Nic': /<i>walrus<\/i>/, 'of Kay': /<i>heron<\/i>/ };

describe.each(MAINTAINED)('a store %s', (_, make) => {
  const lived = async () => {
    const made = make(now);
    const tickets = [
      await written(made, 7102, NIC, 'walrus'),
      await written(made, 7103, KAY, 'heron'),
    ];
    const erased = () => made.maintenance.erase({ whom: ofPerson(NIC), by: 'kim' });
    return { made, tickets, erased };
  };

  test('of what came and of what has gone nothing is left, and of others all', async () => {
    const { made, tickets, erased } = await lived();
    expect(await handedOver(made.store)).toMatch(ANSWERS['of Nic']);
    const before = await allThatIsSaid(made, tickets);
    expect(before).toMatch(ANSWERS['of Nic']);
    expect(before).toMatch(/<b>walrus<\/b>/);
    await erased();
    for (const opened of [made, made.again()]) {
      const left = await allThatIsSaid(opened, tickets);
      expect(left).not.toMatch(/walrus/);
      expect(left).toMatch(ANSWERS['of Kay']);
      expect(left).toMatch(/<b>heron<\/b>/);
    }
    expect((await made.maintenance.check()).findings).toEqual([]);
  });

  test('what waited does not go out with it, and what waits for others does', async () => {
    const { made, tickets, erased } = await lived();
    await erased();
    const given = await handedOver(made.again().store);
    expect(given).not.toMatch(/walrus/);
    expect(given).toMatch(ANSWERS['of Kay']);
    expect(await allThatIsSaid(made, tickets)).not.toMatch(/walrus/);
  });
});

/** Commits, tickets, raw mail as it lies there, and the HTML that pages show. */
async function allThatIsSaid(
  { store, log }: Pick<Maintained, 'store' | 'log'>,
  tickets: readonly `SUPPORT-${number}`[],
): Promise<string> {
  const said = [JSON.stringify(await collect(log.commits(0).read()))];
  for (const id of tickets) {
    const ticket = await store.ticket(id);
    said.push(JSON.stringify(ticket));
    for (const message of ticket?.messages ?? []) {
      if (message.direction === 'internal') continue;
      const octets = store.rawMail(message.raw).then(allOf);
      said.push(decoded(await octets.catch(() => Buffer.alloc(0))));
      said.push(JSON.stringify(await messageHtml(message, { store, config, reader: NO_READER })));
    }
  }
  return said.join('\n').replaceAll('\\"', '"');
}
