/**
 * The desk by mail on a real Postfix: a customer and two people of the staff with
 * Maildirs of their own hold a conversation of ten mails. What each of them has got in
 * the end is golden (fixtures/conversations).
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
      { new: 'new', support: 'reply', control: 'control', help: 'control' },
      {
        staff: [
          { name: 'sue', addresses: [SUE] },
          { name: 'boss', addresses: [BOSS] },
        ],
      },
    ));
  });

  afterAll(() => stop?.());

  let mails = 0;
  const send = async (
    from: string,
    to: string,
    subject: string,
    body: string,
    swaksArgs: readonly string[] = [],
    answers?: string,
  ) => {
    mails += 1;
    const recipient = to.includes('@') ? to : `${to}@${DOMAIN}`;
    const data = `From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: <mail.${mails}@ferrier.example>\n${answers === undefined ? '' : `In-Reply-To: ${answers}\n`}\n${body}\n`;
    const id = await postfix.send({ from, to: recipient, data, swaksArgs });
    expect((await postfix.settled(id)).status).toBe('sent');
  };
  const got = (name: string, count: number) => postfix.waitForMail(name, count);
  const field = (mail: Buffer | undefined, name: string) =>
    new RegExp(`^${name}:\\s+(.*)`, 'm').exec(mail?.toString() ?? '')?.[1] ?? '';
  const last = async (name: string, count: number) => (await got(name, count)).at(-1);

  test('a conversation of ten mails: note, assignment, closed by command, opened again', async () => {
    await send(NIC, 'new', "I can't login!", 'Hello,\n\nmy password is refused.\n\nNic');
    const toSue = field(await last('sue', 1), 'Reply-To');
    const toBoss = field(await last('boss', 1), 'Reply-To');
    expect(toSue).toMatch(/^support-7102-a-/);
    await got('nic', 1);

    await send(SUE, toSue, "Re: [SUPPORT-7102] I can't login!", 'Have you tried\nthe blue one?');
    await got('nic', 2);
    await send(NIC, 'SUPPORT-7102', "Re: RE: I can't login!", 'It is refused, too.');
    await got('sue', 2);
    await got('boss', 2);
    await send(BOSS, toBoss, 'Re: [SUPPORT-7102]', 'note\n\nHe has not paid. SECRET');
    await send(SUE, 'support-7102', 'Re: [SUPPORT-7102]', 'Assign: boss\nTag: +login', PROVEN);
    expect((await last('boss', 3))?.toString()).toContain('sue has given SUPPORT-7102 to you.');
    await send(NIC, 'SUPPORT-7102', 'Re: login', 'Any news?');
    await got('boss', 4);
    await send(
      BOSS,
      'support-7102',
      'Re: [SUPPORT-7102] login',
      'Status: resolved\n\nI have reset it.\n\n-- \nThe Boss, 0123 SECRET',
      PROVEN,
    );
    await got('nic', 3);
    await got('boss', 5);
    expect(await desks.show('7102', 'desk')).toMatchObject({
      status: 'resolved',
      assignee: 'boss',
    });
    await send(NIC, 'SUPPORT-7102', 'Re: login', 'It does not work!');
    await got('boss', 6);
    expect(await desks.show('7102', 'desk')).toMatchObject({ status: 'open' });
    await send(
      BOSS,
      'control',
      'what is open',
      'list open\npriority 7102 high\nassign 7102 eve\nshow 7102\nclose 7102\nquit\nreopen 7102',
      PROVEN,
    );
    await got('boss', 7);
    await send(NIC, 'SUPPORT-7102', 'Re: login', 'status');
    await got('nic', 4);
    // What they did, and what the boss did: a note, an answer that closes it, and closing it again.
    await got('sue', 6);

    for (const name of ['nic', 'sue', 'boss']) {
      await expect(paper(postfix.mailbox(name))).toMatchFileSnapshot(
        join(import.meta.dirname, '..', '..', 'fixtures', 'conversations', `${name}.txt`),
      );
    }
    const toNic = postfix.mailbox('nic').map(String).join('\n');
    for (const inside of ['SECRET', SUE, BOSS, 'support-7102-a-']) {
      expect(toNic).not.toContain(inside);
    }
    const answers = postfix.mailbox('nic').map((mail) => field(mail, 'From'));
    expect(new Set(answers)).toEqual(new Set([`Support <SUPPORT-7102@${DOMAIN}>`]));
  });

  test('help is explained, and a forged mail of the staff is held', async () => {
    await send('stranger@ferrier.example', 'help', 'hello', 'What is this?');
    expect(String(await last('stranger', 1))).toContain(`write to\nnew@${DOMAIN}`);
    await send(SUE, 'SUPPORT-7102', 'Re: login', 'Status: resolved\n\nSend me your password.');
    expect(JSON.parse(await desks.robot(['held', 'list', '--json'], 'desk'))).toMatchObject([
      { reason: { check: 'unproven-staff' } },
    ]);
    expect(postfix.mailbox('nic')).toHaveLength(4);
  });

  test('what stands behind a ticket in its address is done: a note, a close, an opening', async () => {
    await send(SUE, 'support-7102-note', 'Re: login', 'SECRET again', PROVEN);
    await send(NIC, 'SUPPORT-7102-close', 'Re: login', 'It works now.', PROVEN);
    expect(await desks.show('7102', 'desk')).toMatchObject({ status: 'resolved' });
    await send(BOSS, 'support-7102-reopen', 'Re: login', '', PROVEN);
    expect(await desks.show('7102', 'desk')).toMatchObject({ status: 'open' });
    const closed = await got('nic', 5);
    expect(String(closed.at(-1))).toContain('SUPPORT-7102 is closed, as you asked.');
    expect(closed.map(String).join()).not.toContain('SECRET');
  });

  test('two who answer at once: the second is shown the first, and sends hers all the same', async () => {
    const [before, shown] = [postfix.mailbox('nic').length, postfix.mailbox('sue').length];
    await send(NIC, 'new', 'My tablet', 'Is it ready?');
    const told = await last('sue', shown + 1);
    const { length } = postfix.mailbox('boss');
    const toBoss = field(postfix.mailbox('boss')[length - 1], 'Reply-To');
    await send(BOSS, toBoss, 'Re: My tablet', 'It is ready at four.');
    await got('nic', before + 2);
    const [toSue, id] = [field(told, 'Reply-To'), field(told, 'Message-ID')];
    await send(SUE, toSue, 'Re: My tablet', 'It is ready at six.', [], id);
    const returned = await last('sue', shown + 2);
    expect(String(returned)).toContain('It is ready at four.');
    expect(postfix.mailbox('nic')).toHaveLength(before + 2);
    await send(SUE, field(returned, 'Reply-To'), 'Re: not sent', 'send');
    const [answer] = (await got('nic', before + 3)).slice(-1);
    expect(String(answer)).toMatch(
      /\n\nIt is ready at six\.\n\nOn [^\n]* wrote:\n> It is ready at four\.\n$/,
    );
    // The word counts once.
    await send(SUE, field(returned, 'Reply-To'), 'Re: not sent', 'send');
    expect(String(await last('sue', shown + 3))).toContain('Nothing waits for your word any more');
    expect(postfix.mailbox('nic')).toHaveLength(before + 3);
  });

  test('mutt opens the Maildir of a ticket', async () => {
    const folder = join(desks.dir, 'desk', 'store', 'tickets', '71', 'SUPPORT-7102');
    // Its index, as a terminal of 80 columns shows it; mutt ends when its input does.
    const { stdout } = await execa(
      'script',
      [
        '-qec',
        `stty cols 80 rows 24; mutt -n -R -F /dev/null -e 'set folder=/tmp' -f ${folder}`,
        '/dev/null',
      ],
      { env: { TERM: 'xterm', HOME: '/nonexistent' }, input: 'q', timeout: 30_000, reject: false },
    );
    expect(stdout).toContain("I can't login!");
    expect(stdout).toMatch(/nic@ferrier/);
  });

  /** What a mail client shows, without what differs from run to run. */
  function paper(mails: readonly Buffer[]): string {
    return mails
      .map((mail) => {
        const [header = '', ...body] = mail.toString().split('\n\n');
        const shown = ['From', 'To', 'Cc', 'Reply-To', 'Subject', 'In-Reply-To', 'Auto-Submitted'];
        const fields = shown.flatMap((name) => {
          const value = new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, 'm').exec(header)?.[1];
          return value === undefined ? [] : [`${name}: ${value.replace(/\n[ \t]+/g, ' ')}`];
        });
        const text = body.join('\n\n');
        const isQuoted = /^Content-Transfer-Encoding: quoted-printable$/m.test(header);
        return `${fields.join('\n')}\n\n${isQuoted ? unquoted(text) : text}`;
      })
      .join(`\n${'='.repeat(72)}\n`)
      .replace(/-([an])-[a-z0-9]+-[a-z2-7]{16}@/g, '-$1-<signed>@')
      .replace(/\.[a-z2-7]{16}@/g, '.<signed>@')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<when>')
      .replace(/[A-Z]\w+day, \d{1,2} \w+ \d{4}, \d\d:\d\d \([\w/]+\)/g, '<when>');
  }
});

/** RFC 2045 6.7. */
function unquoted(text: string): string {
  const octets = text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}
