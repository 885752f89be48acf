/**
 * Two queues on a real Postfix, each with its own people, texts, signature and time: a
 * customer of one never meets the other.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { age } from '../process/desk.ts';
import { type DeskOnPostfix, type Desks, DOMAIN, PROVEN, startDesk } from './desks.ts';
import { type PostfixInstance, postfixMissing } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const BOSS = 'boss@ferrier.example';

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let stop: DeskOnPostfix['stop'];
  let desks: Desks;
  let postfix: PostfixInstance;

  beforeAll(async () => {
    ({ desks, postfix, stop } = await startDesk(
      {
        ...{ new: 'new', support: 'reply' },
        ...{ rechnung: 'new --queue BILLING', billing: 'reply --queue BILLING' },
      },
      {
        queues: [
          { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, numbers: 'shared' },
          {
            ...{ prefix: 'BILLING', address: 'invoices', name: 'Buchhaltung', numbers: 'shared' },
            ...{ language: 'de', signature: 'Buchhaltung GmbH, Köln' },
            due: { remindDays: 7, closeDays: 1 },
          },
        ],
        staff: [
          { name: 'sue', addresses: [SUE], queues: ['SUPPORT'] },
          { name: 'boss', addresses: [BOSS], queues: ['BILLING'] },
        ],
      },
    ));
    const templates = join(desks.dir, 'desk', 'templates', 'BILLING');
    mkdirSync(templates, { recursive: true });
    const file = join(templates, 'acknowledgement.de.txt');
    writeFileSync(file, 'Ihre Rechnungsfrage {{ticket}} ist da.\n');
    chmodSync(file, 0o644);
  });

  afterAll(() => stop?.());

  let mails = 0;
  const send = async (
    from: string,
    to: string,
    subject: string,
    body: string,
    swaksArgs: readonly string[] = [],
  ) => {
    mails += 1;
    const recipient = `${to}@${DOMAIN}`;
    const data = `From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: <queue.${mails}@ferrier.example>\n\n${body}\n`;
    const id = await postfix.send({ from, to: recipient, data, swaksArgs });
    expect((await postfix.settled(id)).status).toBe('sent');
  };
  const last = async (name: string, count: number) =>
    String((await postfix.waitForMail(name, count)).at(-1)).replace(/=\n/g, '');

  test('each queue tells its own people, writes its own texts, and counts with the other', async () => {
    await send(
      NIC,
      'rechnung',
      'Rechnung',
      'Die Rechnung ist leider falsch, bitte pruefen Sie das.',
    );
    const acknowledged = await last('nic', 1);
    expect(acknowledged).toContain(`From: Buchhaltung <BILLING-7102@${DOMAIN}>`);
    expect(acknowledged).toContain('Ihre Rechnungsfrage BILLING-7102 ist da.');
    expect(acknowledged).toMatch(/\n--(=20| )\nBuchhaltung GmbH, K=C3=B6ln\n/);
    expect(await last('boss', 1)).toContain('[BILLING-7102] Rechnung');

    await send(NIC, 'new', 'login', 'I cannot log in, can you please help me with this?');
    const other = await last('nic', 2);
    expect(other).toContain(`From: Support <SUPPORT-7103@${DOMAIN}>`);
    expect(other).not.toContain('Buchhaltung');
    expect(await last('sue', 1)).toContain('[SUPPORT-7103] login');
    expect(postfix.mailbox('boss')).toHaveLength(1);
    expect(postfix.mailbox('sue')).toHaveLength(1);
  });

  test('an answer has the signature of its queue; later its customer is reminded in his language, and once', async () => {
    await send(BOSS, 'billing-7102', 'Re: Rechnung', 'Hier die neue.', PROVEN);
    const answer = await last('nic', 3);
    expect(answer).toMatch(/Hier die neue\.\n\n--(=20| )\nBuchhaltung GmbH, K=C3=B6ln\n/);
    await age(
      {
        store: join(desks.dir, 'desk', 'store'),
        here: async (args) => ({
          ...{ exit: 0, signal: null, stderr: '' },
          stdout: await desks.robot(args, 'desk'),
        }),
      },
      8,
    );
    await send('stranger@ferrier.example', 'new', 'x', 'x');
    const reminder = await last('nic', 4);
    expect(reminder).toContain(`From: Buchhaltung <BILLING-7102@${DOMAIN}>`);
    expect(reminder).toContain('wird das Ticket morgen geschlossen');
    expect(reminder).toContain('Auto-Submitted: auto-generated');
    expect(reminder).toContain('In-Reply-To: <queue.1@ferrier.example>');
    await send('stranger@ferrier.example', 'new', 'y', 'y');
    expect(postfix.mailbox('nic')).toHaveLength(4);
    await send(NIC, 'billing-7102', 'Re: Rechnung', 'Danke, jetzt stimmt es.');
    expect(await desks.show('BILLING-7102', 'desk')).toMatchObject({ status: 'open' });
    expect(await last('boss', 2)).toContain('jetzt stimmt es');
  });

  test('a reply to all comes by two addresses, is carried out once, and reaches whom the customer had in copy', async () => {
    const before = postfix.mailbox('nic').length;
    const asked = `From: stranger@ferrier.example\nTo: new@${DOMAIN}\nCc: Nic <${NIC}>\nSubject: both\nDate: ${new Date().toUTCString()}\nMessage-ID: <both@ferrier.example>\n\nWe cannot log in, neither of us.\n`;
    const told = postfix.mailbox('sue').length + 1;
    const first = await postfix.send({
      ...{ from: 'stranger@ferrier.example', to: `new@${DOMAIN}`, data: asked },
    });
    expect((await postfix.settled(first)).status).toBe('sent');
    const notification = (await last('sue', told)).replace(/\n[ \t]+/g, ' ');
    const [, replyTo = ''] = /^Reply-To: <?([^\s<>]+)/m.exec(notification) ?? [];
    const [, forAll = ''] = /^Cc: and Nic <([^\s<>]+)>/m.exec(notification) ?? [];
    const [, named = ''] = /^Message-ID: (<[^\s<>]+>)/m.exec(notification) ?? [];
    const data = `From: ${SUE}\nTo: ${replyTo}\nCc: and Nic <${forAll}>\nSubject: Re: both\nIn-Reply-To: ${named}\nDate: ${new Date().toUTCString()}\nMessage-ID: <all@ferrier.example>\n\nTry it once more, both of you.\n`;
    const id = await postfix.send({ from: SUE, to: `${replyTo},${forAll}`, data });
    expect((await postfix.settled(id)).status).toBe('sent');
    const copy = (await postfix.waitForMail('nic', before + 1)).at(-1)?.toString();
    expect(copy).toContain('Try it once more, both of you.');
    expect(copy).toContain('stranger@ferrier.example');
    const toCustomer = postfix.mailbox('stranger').map(String);
    expect(toCustomer.filter((one) => one.includes('Try it once more'))).toHaveLength(1);
    expect(postfix.mailbox('nic')).toHaveLength(before + 1);
    expect(postfix.mailbox('sue')).toHaveLength(told);
  });

  /** A mail to several of our addresses, each of which Postfix delivers by itself. */
  const sendTo = async (
    { to, cc = [], answers }: { to: string; cc?: readonly string[]; answers: string },
    body: string,
  ) => {
    mails += 1;
    const at = (name: string) => `${name}@${DOMAIN}`;
    const copies = cc.length === 0 ? '' : `Cc: ${cc.map(at).join(', ')}\n`;
    const data = `From: ${NIC}\nTo: ${at(to)}\n${copies}Subject: Re: login\nIn-Reply-To: ${answers}\nDate: ${new Date().toUTCString()}\nMessage-ID: <queue.${mails}@ferrier.example>\n\n${body}\n`;
    const id = await postfix.send({ from: NIC, to: [to, ...cc].map(at).join(','), data });
    expect((await postfix.settled(id)).status).toBe('sent');
  };
  const idOf = (mail: string) => /^Message-ID:\s+(<[^\s<>]+>)/im.exec(mail)?.[1] ?? '';
  const counts = () => ['sue', 'boss'].map((name) => postfix.mailbox(name).length);

  test('an answer that has the other queue in Cc is told to both, and one for it alone is a linked ticket', async () => {
    const asked = postfix.mailbox('nic').length + 1;
    await send(NIC, 'new', 'login', 'I still cannot log in, can you please help me?');
    const acknowledgement = await last('nic', asked);
    const [, id = ''] = /^From: Support <(SUPPORT-\d+)@/m.exec(acknowledgement) ?? [];
    const answers = idOf(acknowledgement);
    const [sue = 0, boss = 0] = counts();

    await sendTo({ to: id.toLowerCase(), cc: ['rechnung'], answers }, 'For both of you.');
    await last('sue', sue + 1);
    expect(await last('boss', boss + 1)).toContain('[it came to BILLING as well]');
    expect((await desks.show(id, 'desk')).messages).toHaveLength(3);

    await sendTo({ to: 'rechnung', answers }, 'Where is my invoice?');
    const told = await last('boss', boss + 2);
    expect(told).toContain(`[linked with ${id}]`);
    const [, made = ''] = /^Subject: \[(BILLING-\d+)\]/m.exec(told) ?? [];
    expect(await desks.show(made, 'desk')).toMatchObject({ linked: [id], status: 'new' });
    expect(await desks.show(id, 'desk')).toMatchObject({ linked: [made] });
    expect(await last('nic', asked + 1)).toContain(`From: Buchhaltung <${made}@${DOMAIN}>`);
    expect(counts()).toEqual([sue + 1, boss + 2]);
  });

  test('a ticket that is moved is answered from its new address, and found by its old one', async () => {
    const asked = postfix.mailbox('nic').length + 1;
    await send(NIC, 'new', 'invoice', 'Where is the invoice that you have promised to me?');
    const acknowledgement = await last('nic', asked);
    const [, old = ''] = /^From: Support <(SUPPORT-\d+)@/m.exec(acknowledgement) ?? [];
    const [sue = 0, boss = 0] = counts();
    await send(SUE, old.toLowerCase(), 'Re: invoice', 'move BILLING\n\n', PROVEN);
    const name = old.replace('SUPPORT', 'BILLING');
    const told = await last('boss', boss + 1);
    expect(told).toContain(`sue has moved ${name} to BILLING, from SUPPORT.`);
    expect(told).toContain(`[${name}] invoice`);
    expect(await desks.show(name, 'desk')).toMatchObject({ id: old, queue: 'BILLING' });

    await send(BOSS, name.toLowerCase(), 'Re: invoice', 'Here it is.', PROVEN);
    const answer = await last('nic', asked + 1);
    expect(answer).toContain(`From: Buchhaltung <${name}@${DOMAIN}>`);
    await send(NIC, old.toLowerCase(), 'Re: invoice', 'To the old address.');
    await send(NIC, name.toLowerCase(), 'Re: invoice', 'To the new address.');
    await sendTo({ to: 'new', answers: idOf(acknowledgement) }, 'To where it began.');
    await last('boss', boss + 4);
    const { messages } = await desks.show(old, 'desk');
    expect(messages).toHaveLength(6);
    expect(counts()[0]).toBeLessThanOrEqual(sue + 1);
  });
});
