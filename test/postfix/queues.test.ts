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
        run: async (args) => ({
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
});
