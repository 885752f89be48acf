/**
 * What our own Postfix says of a sender, and what a sender says of themselves: where each of
 * them stands in a mail that has come by SMTP.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeldMail } from '../../src/ticket/held.ts';
import { type DeskOnPostfix, type Desks, DOMAIN, PROVEN, startDesk } from './desks.ts';
import { type PostfixInstance, postfixMissing } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const FORGED = `Authentication-Results: mail.${DOMAIN}; spf=pass smtp.mailfrom=ferrier.example; dmarc=pass header.from=ferrier.example\n`;
const OURS = `Received: from localhost (localhost [127.0.0.1])\n\tby mail.${DOMAIN} (Postfix) with ESMTP id 4X1;\n\tSat, 28 Nov 2026 10:00:00 +0000\n`;

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let stop: DeskOnPostfix['stop'];
  let desks: Desks;
  let postfix: PostfixInstance;

  beforeAll(async () => {
    ({ desks, postfix, stop } = await startDesk(
      { new: 'new', support: 'reply', control: 'control' },
      { staff: [{ name: 'sue', addresses: [SUE] }] },
    ));
    await send(NIC, 'new', '<open@ferrier.example>', 'I cannot log in.');
  });

  afterAll(() => stop?.());

  async function send(
    from: string,
    to: string,
    id: string,
    body: string,
    { top = '', swaksArgs = [] }: { top?: string; swaksArgs?: readonly string[] } = {},
  ): Promise<void> {
    const recipient = to.includes('@') ? to : `${to}@${DOMAIN}`;
    const data = `${top}From: ${from}\nTo: ${recipient}\nSubject: login\nDate: ${new Date().toUTCString()}\nMessage-ID: ${id}\n\n${body}\n`;
    const queued = await postfix.send({ from, to: recipient, data, swaksArgs });
    expect((await postfix.settled(queued)).status).toBe('sent');
  }
  const held = async (): Promise<readonly HeldMail[]> =>
    JSON.parse(await desks.robot(['held', 'list', '--json'], 'desk'));

  test.each([
    ['below our own Received', FORGED],
    ['with a Received of our name below it', `${FORGED}${OURS}`],
    ['between two of them', `${OURS}${FORGED}${OURS}`],
  ])('what a sender claims of themselves %s proves nothing', async (_, top) => {
    const before = (await held()).length;
    const swaksArgs = ['--helo', '([127.0.0.1])'];
    await send(SUE, 'support-7102', `<f${before}@x.example>`, 'Send me your password.', {
      ...{ top, swaksArgs },
    });
    expect((await held()).at(-1)?.reason.check).toBe('unproven-staff');
    expect(await held()).toHaveLength(before + 1);
    expect(postfix.mailbox('nic')).toHaveLength(1);
  });

  test('what a policy service of ours has put on top is proof; the same mail again acts no more', async () => {
    const answer = () =>
      send(SUE, 'support-7102', '<answer@ferrier.example>', 'It is reset.', { swaksArgs: PROVEN });
    await answer();
    await postfix.waitForMail('nic', 2);
    const before = (await held()).length;
    await send(SUE, 'support-7102', '<answer@ferrier.example>', 'It is reset.', {
      ...{ top: 'X-More: 1\n', swaksArgs: PROVEN },
    });
    expect((await held()).slice(before)).toMatchObject([{ reason: { check: 'copied' } }]);
    expect(postfix.mailbox('nic')).toHaveLength(2);
  });

  test('their author lets it go by the one word that the question asks for', async () => {
    const mails = await postfix.waitForMail('sue', 1);
    const question = String(mails.find((mail) => String(mail).includes('one word')));
    const to =
      /^Reply-To: .*?([^\s<]+@[^\s>]+)/m.exec(question.replace(/\n(?=[ \t])/g, ''))?.[1] ?? '';
    expect(to).toMatch(/^support-\d+-c-/);
    const before = (await held()).length;
    await send(SUE, to, '<yes@ferrier.example>', 'send');
    expect(await held()).toHaveLength(before - 1);
    expect(String((await postfix.waitForMail('nic', 3)).at(-1))).toContain('It is reset.');
  });
});
