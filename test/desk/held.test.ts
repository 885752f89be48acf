/** What a mail that was held becomes when a person lets it in. */
import { beforeEach, describe, expect, test } from 'vitest';
import { DOMAIN, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
const ticket = (number = 7102) => desk.ticket(number);

describe('a mail that is held', () => {
  beforeEach(() => desk.deliver({}).then(() => {}));
  const SPAM = { above: 'X-Spam-Flag: YES\n', queueId: 'ONE' };

  test('changes no ticket and makes no mail, until a person lets it in', async () => {
    const before = ticket();
    const came = await desk.deliver({ from: EVE, to: 'support-7102', text: 'What did Nic write?' });
    expect(came).toMatchObject({ end: 'held', letters: [] });
    expect(ticket()).toEqual(before);
    const [held] = desk.held();
    const sent = desk.letters.length;
    expect(await desk.release(held?.id ?? 0)).toBe(true);
    expect(ticket().messages.at(-1)).toMatchObject({
      trust: 'claimed',
      text: 'What did Nic write?\n',
    });
    expect(desk.held()).toEqual([]);
    expect(desk.letters.slice(sent).map(({ to }) => to)).not.toContain(EVE);
    expect(await desk.release(held?.id ?? 0)).toBe(false);
  });

  test('goes where its ticket has been merged into', async () => {
    await desk.deliver({ from: EVE, to: 'support-7102', text: 'What did Nic write?' });
    await desk.deliver({ from: KAY });
    await desk.order(7102, 'merge 7103 together');
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(ticket(7103).messages.at(-1)).toMatchObject({ text: 'What did Nic write?\n' });
    expect(ticket(7102)).toMatchObject({ status: 'resolved' });
  });

  test('as spam opens a ticket, and is acknowledged, once it is let in', async () => {
    const { end } = await desk.deliver({ ...SPAM, subject: 'pills' });
    expect(end).toBe('held');
    expect(desk.held()).toMatchObject([{ reason: { check: 'spam' }, ticket: null }]);
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(desk.tickets()).toHaveLength(2);
    expect(desk.to(NIC)).toHaveLength(2);
  });

  test.each<readonly [string, Mail]>([
    [
      'a bounce',
      { from: 'MAILER-DAEMON@mx.ferrier.example', more: 'Auto-Submitted: auto-replied\n' },
    ],
    ['our own mail', { from: `new@${DOMAIN}` }],
  ])('as spam is answered by nothing when it is let in: %s', async (_, given) => {
    await desk.deliver({ ...SPAM, ...given });
    const sent = desk.letters.length;
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(desk.letters).toHaveLength(sent);
    expect(ticket(7103)).toMatchObject({ messages: [{ trust: 'automatic' }] });
  });

  test('as spam is answered by nothing when it is let in, and told: a list mail', async () => {
    const more = 'List-Id: <talk>\n';
    await desk.deliver({ ...SPAM, from: 'talk@lists.example', more });
    const sent = desk.to('talk@lists.example');
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(desk.to('talk@lists.example')).toEqual(sent);
    expect(ticket(7103)).toMatchObject({ messages: [{ mark: { check: 'list' } }] });
  });

  test('as spam reopens nothing when it is let in, if a machine wrote it', async () => {
    await desk.order(7102, 'close');
    await desk.deliver({ ...SPAM, to: 'support-7102', more: 'Auto-Submitted: auto-replied\n' });
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(ticket()).toMatchObject({ status: 'resolved' });
    expect(ticket().messages.at(-1)).toMatchObject({ trust: 'automatic' });
  });
});
