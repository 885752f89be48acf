/** What is committed of a mail is what it says; the mail itself is made when it is handed over. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import type { HandOver, Submit, UnsentMail } from '../../src/journal/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { OutgoingLetter } from '../../src/ticket/mail.ts';
import type { Rejected, Submitted } from '../../src/ticket/submitted.ts';
import { collect } from '../kit/collect.ts';
import { outgoingTo, wholeMail } from '../kit/outgoing.ts';
import { LOGS, type Logged } from './stores.ts';

const NIC = 'nic@ferrier.example';
const RAW = 'raw/000000/1-out-2.eml';
const now = () => new Date('2026-11-21T12:00:00Z');
const taking = ['sh', '-c', 'cat >>"$0"'] as const;
const refusing = ['sh', '-c', 'cat >>"$0"; exit 75'] as const;

describe.each(LOGS)('a store %s', (_, make) => {
  let desk: Logged;
  let composed: string[];
  let given: string;
  beforeEach(() => {
    composed = [];
    desk = make(now, (letter) => {
      composed.push(letter.to.address);
      return compose(letter);
    });
    const folder = mkdtempSync(join(tmpdir(), 'mailrobot-outgoing-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    given = join(folder, 'given');
  });

  const commit = (...outgoing: readonly OutgoingLetter[]) =>
    desk.store.exclusive((transaction) => transaction.commit({ changes: [], outgoing }));
  const handOver = async (sendmail: readonly [string, ...string[]]): Promise<HandOver> => {
    const [mail] = await desk.store.unsent();
    if (mail === undefined) throw new Error('no mail waits');
    const end = await desk.store.handOver(mail, [...sendmail, given], 10_000);
    await desk.store.exclusive((transaction) => transaction.claim('all', 10));
    return end;
  };
  const copy = async () => (await allOf(await desk.store.rawMail(RAW))).toString();
  const changes = async (): Promise<readonly Change[]> =>
    (await collect(desk.log.commits(0).read())).flatMap((one) => one.changes);

  test('a mail is composed and its copy kept when it is handed over, and not before', async () => {
    const outgoing = outgoingTo(NIC, { serial: 2 });
    await commit(outgoing);
    expect(composed).toEqual([]);
    await expect(copy()).rejects.toThrow();
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(composed).toEqual([NIC]);
    expect(await copy()).toBe((await wholeMail(outgoing)).toString());
    expect(readFileSync(given, 'utf8')).toBe(await copy());
  });

  test('a mail that is handed over twice is the same octets twice', async () => {
    await commit(outgoingTo(NIC, { serial: 2, letter: { text: 'Grüße\n' } }));
    expect(await handOver(refusing)).toMatchObject({ end: 'failed' });
    const first = readFileSync(given, 'utf8');
    expect(await copy()).toBe(first);
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toBe(first + first);
    expect(await copy()).toBe(first);
  });

  test('files that stand in the letter go out with it, the same octets twice', async () => {
    const octets = Buffer.alloc(100_000, 'zfile\0');
    const base64 = octets.toString('base64');
    const file = { filename: 'a.pdf', contentType: 'application/pdf', size: octets.length, base64 };
    const letter = { text: 'zword\n', html: '<p>zword</p>', enclosed: [file] };
    await commit(outgoingTo(NIC, { serial: 2, letter }));
    expect(await handOver(refusing)).toMatchObject({ end: 'failed' });
    const first = readFileSync(given, 'utf8');
    expect(first).toMatch(/Content-Type: application\/pdf; name=a\.pdf\n/);
    expect(first.replaceAll('\n', '')).toContain(base64);
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toBe(first + first);
  });

  test('HTML goes out beside the text, the same octets twice', async () => {
    const html = '<p>zword <b>zbold</b></p>';
    await commit(outgoingTo(NIC, { serial: 2, letter: { text: 'zword zbold\n', html } }));
    expect(await handOver(refusing)).toMatchObject({ end: 'failed' });
    const first = readFileSync(given, 'utf8');
    expect(first).toContain(`<body>\n${html}\n</body>`);
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    expect(readFileSync(given, 'utf8')).toBe(first + first);
  });

  test('the journal says what sendmail was given', async () => {
    await commit(outgoingTo(NIC, { serial: 2 }));
    await handOver(taking);
    await desk.store.catchUp();
    const octets = readFileSync(given);
    const sha256 = createHash('sha256').update(octets).digest('hex');
    const mail = { ticket: null, serial: 2, mail: '1.0' };
    const sum = { size: octets.length, digest: sha256 };
    expect(await changes()).toEqual([{ type: 'reply.sent', ...mail, ...sum }]);
  });

  test('that it has gone is told once, also if the note of that has failed', async () => {
    await commit(outgoingTo(NIC, { serial: 2 }));
    await handOver(taking);
    const sent = { type: 'reply.sent', ticket: null, serial: 2, mail: '1.0' } as const;
    await desk.store.exclusive((transaction) =>
      transaction.commit({ changes: [sent], outgoing: [] }),
    );
    await desk.store.catchUp();
    expect(await changes()).toEqual([
      { ...sent, size: expect.any(Number), digest: expect.any(String) },
    ]);
  });

  test('a mail that misses a file for good cannot be handed over, and is not sent without it', async () => {
    const file = {
      ...{ filename: 'a.pdf', contentType: 'application/pdf', size: 5, sha256: '0'.repeat(64) },
      path: 'tickets/71/SUPPORT-7102/attachments/1-1.pdf',
    };
    await commit(outgoingTo(NIC, { serial: 2, letter: { attachments: [file] } }));
    expect(await handOver(taking)).toMatchObject({ end: 'impossible' });
    expect(existsSync(given)).toBe(false);
    await expect(copy()).rejects.toThrow();
  });

  test('of a passing mail no copy is kept', async () => {
    await commit(outgoingTo(NIC, { serial: 2, isPassing: true }));
    expect(await handOver(taking)).toEqual({ end: 'taken' });
    await expect(copy()).rejects.toThrow();
  });

  describe('by SMTP', () => {
    const PERSON = { sender: 'support-7102-b@support-ticket.example' };
    const TICKET = 'SUPPORT-7102';
    const openTicket = () => {
      const about = { number: 7102, queue: 'SUPPORT', subject: 'Hello', requester: null };
      const opened: Change = { type: 'ticket.created', ticket: TICKET, ...about };
      return desk.store.exclusive((transaction) =>
        transaction.commit({ changes: [opened], outgoing: [] }),
      );
    };
    const REJECTED: Rejected = {
      ...{ end: 'rejected', status: '5.1.1', reason: '550 gone', isOfRecipient: true },
    };
    /** Reads the mail, if it is given one. */
    const ending =
      (submitted: Submitted): Submit =>
      async (_, begin) => {
        const octets = await begin();
        if (octets === null) return { end: 'failed', reason: 'not ours' };
        for await (const piece of octets) appendFileSync(given, piece);
        return submitted;
      };
    const only = async (): Promise<UnsentMail> => {
      const [mail] = await desk.store.unsent();
      if (mail === undefined) throw new Error('no mail waits');
      return mail;
    };
    const submit = async (how: Submit) => desk.store.handOver(await only(), how, 10_000);
    const said = () => (existsSync(given) ? readFileSync(given, 'utf8') : '');

    test('the MTA gets the octets of the copy, and the journal says so', async () => {
      await commit(outgoingTo(NIC, { serial: 2 }));
      const mail = await only();
      const asked = vi.fn(ending({ end: 'taken' }));
      expect(await submit(asked)).toEqual({ end: 'taken' });
      const octets = readFileSync(given);
      expect(octets.toString()).toBe(await copy());
      expect(asked.mock.calls[0]?.[0]).toEqual({
        ...{ sender: mail.sender, recipient: NIC, size: octets.length },
      });
      await desk.store.catchUp();
      const digest = createHash('sha256').update(octets).digest('hex');
      expect(await changes()).toMatchObject([{ type: 'reply.sent', size: octets.length, digest }]);
    });

    test('two at once never both begin, whichever way they go', async () => {
      await commit(outgoingTo(NIC, { serial: 2 }));
      const mail = await only();
      const slow: Submit = async (envelope, begin) => {
        const ended = await ending({ end: 'taken' })(envelope, begin);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return ended;
      };
      const sendmail = ['sh', '-c', 'cat >>"$0"; sleep 0.1', given] as const;
      const ways = [slow, sendmail, slow, sendmail, slow] as const;
      const ends = await Promise.all(ways.map((way) => desk.store.handOver(mail, way, 10_000)));
      // One that was late may find that the mail has gone.
      expect(ends).toContainEqual({ end: 'taken' });
      expect(ends.filter(({ end }) => end !== 'taken' && end !== 'under way')).toEqual([]);
      expect(said()).toBe(await copy());
      expect(await desk.store.handOver(mail, slow, 10_000)).not.toMatchObject({ end: 'failed' });
      await desk.store.catchUp();
      expect(await desk.store.handOver(mail, slow, 10_000)).not.toMatchObject({ end: 'failed' });
      expect(said()).toBe(await copy());
    });

    test('while it goes on it is under way, and nobody else begins it', async () => {
      await commit(outgoingTo(NIC, { serial: 2 }));
      const mail = await only();
      let end: (submitted: Submitted) => void = () => {};
      const going: Submit = async (_, begin) => {
        await begin();
        return new Promise((resolve) => {
          end = resolve;
        });
      };
      const handedOver = desk.store.handOver(mail, going, 10_000);
      await vi.waitFor(async () => expect(await desk.store.isUnderWay(await only())).toBe(true));
      expect(await desk.store.handOver(mail, [...taking, given], 10_000)).toEqual({
        end: 'under way',
      });
      expect(await desk.store.findLost(10)).toBe(false);
      end({ end: 'taken' });
      expect(await handedOver).toEqual({ end: 'taken' });
      expect(said()).toBe('');
      expect(await desk.store.unsent()).toEqual([]);
    });

    test('what is not taken now waits with its reason, and goes later, either way', async () => {
      await commit(outgoingTo(NIC, { serial: 2 }));
      for (const how of [ending({ end: 'failed', reason: '450 later' }), refused]) {
        expect(await submit(how)).toEqual({ end: 'failed', error: 'SMTP: 450 later' });
        await desk.store.exclusive((transaction) => transaction.claim('all', 10));
      }
      expect(await desk.store.unsent()).toMatchObject([{ isBegun: false, refusals: 0 }]);
      expect(await submit(ending({ end: 'taken' }))).toEqual({ end: 'taken' });
    });
    /** Nobody was there to give it to. */
    const refused: Submit = async () => ({ end: 'failed', reason: '450 later' });

    test('what is rejected for good is told as a mail that came back, and waits no more', async () => {
      await openTicket();
      await commit(outgoingTo(NIC, { serial: 2, ticket: TICKET }));
      expect(await submit(ending(REJECTED))).toEqual(REJECTED);
      expect(await desk.store.unsent()).toEqual([]);
      expect(await desk.store.findLost(10)).toBe(true);
      await desk.store.catchUp();
      const about = { ticket: TICKET, serial: 2 };
      const what = { ...about, status: '5.1.1', reason: '550 gone' };
      expect((await changes()).slice(1)).toEqual([
        { type: 'reply.failed', ...about, mail: '2.0', reason: '5.1.1 550 gone' },
        { type: 'mail.bounced', ...what },
        { type: 'address.failed', address: NIC, ...what },
      ]);
      expect(await desk.store.findLost(10)).toBe(false);
      expect(await desk.store.failedAddresses()).toMatchObject([{ address: NIC }]);
    });

    test('a closed ticket whose answer is rejected is open again, and no other', async () => {
      await openTicket();
      const answer = (by: { readonly by?: string }): Change => ({
        ...{ type: 'message.added', ticket: TICKET },
        message: {
          ...{ serial: 2, direction: 'out', date: '', subject: 'RE: Hello', text: 'Yes.', ...by },
          ...{
            attachments: [],
            automatic: false,
            delivery: 'waiting',
            messageId: '<2@desk.example>',
          },
          ...{ from: { name: '', address: 'desk@desk.example' }, raw: 'raw/000000/2-out-2.eml' },
          to: [{ name: '', address: NIC }],
        },
      });
      const closed: Change = {
        ...{ type: 'ticket.status', ticket: TICKET, from: 'new', to: 'resolved', by: 'kim' },
      };
      await desk.store.exclusive((transaction) =>
        transaction.commit({
          changes: [answer({ by: 'kim' }), closed],
          outgoing: [outgoingTo(NIC, { serial: 2, ticket: TICKET })],
        }),
      );
      await submit(ending(REJECTED));
      await desk.store.catchUp();
      await desk.store.catchUp();
      expect((await changes()).filter(({ type }) => type === 'ticket.status')).toEqual([
        closed,
        { ...closed, from: 'resolved', to: 'open', by: 'mailrobot' },
      ]);
      expect(await desk.store.ticket(TICKET)).toMatchObject({ status: 'open' });
    });

    test("that is no work of somebody else's commit, and told in one of its own", async () => {
      await openTicket();
      await commit(outgoingTo(NIC, { serial: 2, ticket: TICKET }));
      await submit(ending(REJECTED));
      await desk.store.exclusive((transaction) => transaction.claim('all', 10));
      await commit(outgoingTo(NIC));
      expect((await changes()).map(({ type }) => type)).toEqual(['ticket.created']);
      expect(await desk.store.findLost(10)).toBe(true);
      await desk.store.catchUp();
      await desk.store.catchUp();
      const types = (await changes()).map(({ type }) => type);
      expect(types).toEqual(['ticket.created', 'reply.failed', 'mail.bounced', 'address.failed']);
    });

    test('also if it was rejected before the MTA wanted it', async () => {
      await openTicket();
      await commit(outgoingTo(NIC, { serial: 2, ticket: TICKET }));
      expect(await submit(async () => REJECTED)).toEqual(REJECTED);
      await desk.store.catchUp();
      expect((await changes()).at(-1)).toMatchObject({ type: 'address.failed', address: NIC });
      expect(await desk.store.unsent()).toEqual([]);
    });

    test('that a mail was rejected for itself says nothing of its address', async () => {
      await openTicket();
      await commit(outgoingTo(NIC, { serial: 2, ticket: TICKET }));
      await submit(ending({ ...REJECTED, isOfRecipient: false }));
      await desk.store.catchUp();
      const types = (await changes()).map(({ type }) => type);
      expect(types).toEqual(['ticket.created', 'reply.failed', 'mail.bounced']);
      expect(await desk.store.failedAddresses()).toEqual([]);
    });

    test('a notice that is rejected is no mail of a ticket', async () => {
      await commit(outgoingTo(NIC, { serial: 1, isPassing: true }));
      await submit(ending(REJECTED));
      await desk.store.catchUp();
      expect((await changes()).map(({ type }) => type)).toEqual(['reply.failed']);
    });

    test('of one whose fate is unknown the journal tells, and what a person wrote goes once more', async () => {
      await commit(outgoingTo(NIC, { serial: 2, ...PERSON }));
      const lose = async () => {
        expect(await submit(ending({ end: 'unknown' }))).toEqual({ end: 'unknown' });
        expect(await desk.store.isUnderWay(await only())).toBe(false);
        expect(await desk.store.findLost(10)).toBe(true);
        await desk.store.catchUp();
      };
      await lose();
      expect(await desk.store.unsent()).toMatchObject([{ repeated: true, isBegun: false }]);
      await lose();
      expect(await desk.store.unsent()).toEqual([]);
      const first = said().length / 2;
      expect(said().slice(first)).toBe(said().slice(0, first));
      const fate = { type: 'reply.unknown', ticket: null, serial: 2, mail: '1.0' };
      expect(await changes()).toEqual([
        { ...fate, again: true },
        { ...fate, again: false },
      ]);
    });

    test('what a machine says does not go again', async () => {
      await commit(outgoingTo(NIC, { serial: 2, sender: '' }));
      await submit(ending({ end: 'unknown' }));
      await desk.store.catchUp();
      expect(await desk.store.unsent()).toEqual([]);
      expect(await changes()).toMatchObject([{ type: 'reply.unknown', again: false }]);
    });

    test('whoever waits no longer leaves it to go on', async () => {
      await commit(outgoingTo(NIC, { serial: 2 }));
      const slow: Submit = async (envelope, begin) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return ending({ end: 'taken' })(envelope, begin);
      };
      expect(await desk.store.handOver(await only(), slow, 10)).toEqual({ end: 'under way' });
      await vi.waitFor(async () => expect(await desk.store.unsent()).toEqual([]));
    });
  });
});
