/** What a person gets who asks what is known of them, and what stays the desk's and others'. */
import { describe, expect, test } from 'vitest';
import { mboxEntry } from '../../src/pages/mbox.ts';
import { exportOf, Gathering } from '../../src/reports/exported.ts';
import { sameMailbox } from '../../src/ticket/address.ts';
import { KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

async function exported(desk: Desk, hasNotes = false) {
  const isPerson = (address: string) => sameMailbox(address, NIC);
  const gathering = new Gathering(isPerson);
  await desk.during(async ({ store }) => {
    for await (const commit of store.commits()) gathering.add(commit);
  });
  const { mails, tickets } = gathering.all;
  const known = {
    ...{ person: NIC, isPerson, held: desk.held(), address: null },
    tickets: tickets.map((id) => desk.ticket(id)),
  };
  return { mails: mails.map(({ raw }) => raw), ...exportOf(known, hasNotes) };
}

async function busyDesk(): Promise<Desk> {
  const desk = new Desk();
  await desk.deliver({ from: NIC, subject: 'Login', text: 'My password is wrong.' });
  await desk.order(7102, `cc +${KAY}`);
  await desk.deliver({ to: 'support-7102', from: KAY, text: 'Words of Kay.' });
  await desk.order(7102, 'note They are difficult.', 'kim');
  await desk.order(7102, 'assign kim', 'kim');
  await desk.answer(7102, 'It is reset.', 'bob');
  await desk.deliver({ from: KAY, subject: 'Printer', text: 'It is on fire.' });
  return desk;
}

test('it has what they wrote and what was written to them, in and out', async () => {
  const { tickets, mails } = await exported(await busyDesk());
  expect(JSON.stringify(tickets)).toMatch(/My password is wrong[\s\S]*It is reset/);
  // What came, the acknowledgement, and the answer.
  expect(mails).toEqual([
    'raw/000000/1-in.eml',
    'raw/000000/1-out-2.eml',
    expect.stringMatching(/^raw\/000000\/\d+-out-\d+\.eml$/),
  ]);
});

test('words of others, and their tickets, are not in it', async () => {
  const { tickets } = await exported(await busyDesk());
  expect(JSON.stringify(tickets)).not.toMatch(/Kay|kay@|fire|Printer/);
});

test('notes and names of the staff are in it only if that is asked for', async () => {
  const desk = await busyDesk();
  expect(JSON.stringify(await exported(desk))).not.toMatch(/difficult|"kim"|"bob"|assignee/);
  expect(JSON.stringify(await exported(desk, true))).toMatch(/difficult[\s\S]*"bob"/);
});

test('a ticket that they are on shows their own words, and no other', async () => {
  const desk = new Desk();
  await desk.deliver({ from: KAY, subject: 'Printer', text: 'It is on fire.' });
  await desk.order(7102, `cc +${NIC}`);
  await desk.order(7102, 'note Nobody is hurt.');
  await desk.deliver({ to: 'support-7102', from: NIC, text: 'I have a hose.' });
  const { tickets } = await exported(desk, true);
  expect(tickets).toMatchObject([{ isRequester: false, isParticipant: true }]);
  expect(JSON.stringify(tickets)).toContain('I have a hose.');
  expect(JSON.stringify(tickets)).not.toMatch(/on fire|hurt/);
});

test('mail of theirs that is held, or was only recorded, is in it', async () => {
  const desk = new Desk();
  await desk.deliver({ from: KAY });
  await desk.deliver({ to: 'support-7102', from: NIC, text: 'Let me in.' });
  await desk.deliver({ from: NIC, more: 'Auto-Submitted: auto-replied\n', text: 'Away.' });
  const { held, mails } = await exported(desk);
  expect(held).toMatchObject([{ from: { address: NIC } }]);
  expect(mails).toEqual(['raw/000000/2-in.eml', 'raw/000000/3-in.eml']);
});

describe('an mbox', () => {
  const time = new Date('2026-11-08T09:05:07Z');

  test('begins each mail with a line of its own, and has an empty line behind it', () => {
    expect(String(mboxEntry(Buffer.from('Subject: x\n\ny\n'), time))).toBe(
      'From MAILER-DAEMON Sun Nov  8 09:05:07 2026\nSubject: x\n\ny\n\n',
    );
  });

  test('quotes lines that could be taken for one, and keeps octets', () => {
    const mail = Buffer.from('Subject: x\n\nFrom here\n>From there\nFrom: me\n\xff', 'latin1');
    expect(mboxEntry(mail, time).toString('latin1')).toContain(
      '\n\n>From here\n>>From there\nFrom: me\n\xff\n\n',
    );
  });
});
