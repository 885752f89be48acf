/**
 * Mails of people that carry a machine's mark, and answers from a second address, on a real Postfix:
 * they are heard, and nobody outside gets an automatic answer.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeskOnPostfix, type Desks, DOMAIN, startDesk } from './desks.ts';
import { type PostfixInstance, postfixMissing } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const HOME = 'home@ferrier.example';
const BOSS = 'boss@ferrier.example';
const STRANGER = 'stranger@ferrier.example';
const SUE = 'sue@ferrier.example';
const TEAM = 'team@ferrier.example';

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let stop: DeskOnPostfix['stop'];
  let desks: Desks;
  let postfix: PostfixInstance;

  beforeAll(async () => {
    ({ desks, postfix, stop } = await startDesk(
      { new: 'new', support: 'reply' },
      {
        queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 }],
        staff: [{ name: 'sue', addresses: [SUE] }],
        groups: ['team.ferrier.example'],
      },
    ));
  });

  afterAll(() => stop?.());

  let mails = 0;
  const send = async (from: string, to: string, subject: string, more: string) => {
    mails += 1;
    const recipient = `${to}@${DOMAIN}`;
    const fields = `From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: <marks.${mails}@ferrier.example>\n${more}`;
    const id = await postfix.send({ from, to: recipient, data: `${fields}\nMail ${mails}.\n` });
    expect((await postfix.settled(id)).status).toBe('sent');
  };

  test('a mark, a second address and an absence: each is heard as what it is', async () => {
    await send(NIC, 'new', 'My order', 'Feedback-ID: 1.eu-west-1.x:AmazonSES\n');
    const told = String((await postfix.waitForMail('sue', 1)).at(-1));
    expect(told).toContain('Mail 1.');
    expect(told).toContain("marked as a machine's (bulk)");

    await send(NIC, 'new', 'login', '');
    const acknowledged = String((await postfix.waitForMail('nic', 1)).at(-1));
    const id = /^Message-ID: (\S+)/im.exec(acknowledged)?.[1] ?? '';
    await desks.robot(['ticket', 'close', '7103'], 'desk');
    await send(HOME, 'support-7103', 'Re: login', `In-Reply-To: ${id}\n`);
    const again = String((await postfix.waitForMail('sue', 3)).at(-1));
    expect(again).toContain('Mail 3.');
    expect(again).toContain(`goes to ${HOME} and to nobody else`);
    expect(await desks.show('SUPPORT-7103', 'desk')).toMatchObject({ status: 'open' });

    await desks.robot(['ticket', 'close', '7103'], 'desk');
    await send(NIC, 'support-7103', 'Automatic reply: RE: login', `In-Reply-To: ${id}\n`);
    expect(await desks.show('SUPPORT-7103', 'desk')).toMatchObject({ status: 'resolved' });

    await send('talk@lists.example', 'new', 'Minutes', 'List-Id: <talk.lists.example>\n');
    const held = JSON.parse(await desks.robot(['held', 'list', '--json'], 'desk'));
    expect(held).toMatchObject([{ reason: { check: 'bulk' } }]);
    // Of all these mails one was acknowledged.
    expect(postfix.mailbox('nic')).toHaveLength(1);
    expect(postfix.mailbox('home')).toHaveLength(0);
  });

  test('a Reply-To opens a ticket, and a forged From brings none on it', async () => {
    const told = postfix.mailbox('sue').length;
    await send(NIC, 'new', 'My tablet', `Reply-To: My boss <${BOSS}>\n`);
    const ticket = 'SUPPORT-7104';
    expect(await desks.show(ticket, 'desk')).toMatchObject({ requester: { address: BOSS } });
    expect(await postfix.waitForMail('boss', 1)).toHaveLength(1);
    await postfix.waitForMail('sue', told + 1);

    await send(NIC, 'support-7104', 'Re: My tablet', `Reply-To: ${STRANGER}\n`);
    const shown = String((await postfix.waitForMail('sue', told + 2)).at(-1));
    expect(shown).toContain(`[Reply-To does not count here: ${STRANGER}]`);
    expect(shown).toContain(`An answer to this mail goes to ${BOSS}.`);

    const field = (name: string) =>
      new RegExp(`^${name}:\\s+<?([^\\s<>]+)`, 'im').exec(shown)?.[1] ?? '';
    const given = field('Reply-To');
    const data = `From: ${SUE}\nTo: ${given}\nSubject: Re: My tablet\nIn-Reply-To: <${field('Message-ID')}>\nDate: ${new Date().toUTCString()}\nMessage-ID: <sue.1@ferrier.example>\n\nWe look into it.\n`;
    const id = await postfix.send({ from: SUE, to: given, data });
    expect((await postfix.settled(id)).status).toBe('sent');
    expect(String((await postfix.waitForMail('boss', 2)).at(-1))).toContain('We look into it.');
    expect(postfix.mailbox('stranger')).toHaveLength(0);
    expect(postfix.mailbox('nic')).toHaveLength(1);
  });

  test('of a group that stands in From, whoever wrote gets the answer, and the group none', async () => {
    const data = `From: 'Nic Ferrier' via Team <${TEAM}>\nTo: new@${DOMAIN}\nSubject: By the group\nX-Original-From: Nic Ferrier <${NIC}>\nList-Id: <team.ferrier.example>\nDate: ${new Date().toUTCString()}\nMessage-ID: <group.1@ferrier.example>\n\nIs anybody there?\n`;
    const id = await postfix.send({ from: TEAM, to: `new@${DOMAIN}`, data });
    expect((await postfix.settled(id)).status).toBe('sent');
    const ticket = await desks.show('SUPPORT-7105', 'desk');
    expect(ticket).toMatchObject({ requester: { address: NIC } });
    await desks.robot(['ticket', 'reply', '7105', '-m', 'We are.'], 'desk');
    const got = (await postfix.waitForMail('nic', 3)).map(String);
    // An acknowledgement, and the answer.
    expect(got.filter((mail) => mail.includes('SUPPORT-7105'))).toHaveLength(2);
    expect(got.at(-1)).toContain('We are.');
    expect(postfix.mailbox('team')).toHaveLength(0);
  });
});
