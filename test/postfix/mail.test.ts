/**
 * The main job on a real Postfix, from the packed and installed program: mail
 * over SMTP to new@ becomes a ticket, the answer is in Nic's own Maildir, his
 * answer is appended, a person's answer reaches him; and whatever goes wrong
 * is deferred in Postfix's own log, never bounced.
 */

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordedMail } from '../../src/journal/ledger.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const NIC = 'nic@ferrier.example';
const missing = postfixMissing();

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let postfix: PostfixInstance;
  let desks: Desks;

  const robot = (args: readonly string[], desk = 'desk') => desks.robot(args, desk);
  const show = (id: string, desk = 'desk') => desks.show(id, desk);
  const configure = (desk: string, sendmail: readonly string[]) =>
    desks.configure(desk, (config) => ({ ...config, sendmail }));
  const mail = (subject: string, body: string, more = '') =>
    `From: Nic Ferrier <${NIC}>\nTo: new@${DOMAIN}\nSubject: ${subject}\nMessage-ID: <${Math.random()}@ferrier.example>\n${more}\n${body}\n`;
  const deliver = async (local: string, data: string, from = NIC) => {
    const id = await postfix.send({ from, to: `${local}@${DOMAIN}`, data });
    return postfix.settled(id);
  };
  const header = (message: Buffer | undefined, name: string) =>
    new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, 'm').exec(message?.toString() ?? '')?.[1];

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    const { command, configOf } = desks;
    postfix = await startPostfix({
      aliasOwner: OWNER,
      mailboxes: ["o'brien"],
      aliases: `new: ${command('new', 'desk')}
support: ${command('reply', 'desk')}
plain: "|${installed.program} new --config ${configOf('plain')}"
info: new
unknown-verb: "|${installed.program} nwe --config ${configOf('desk')}"
no-config: "|${installed.program} new --config /nonexistent/config.json"
no-program: "|/nonexistent/mailrobot new || exit 75"
read-only: "|${installed.program} new --config ${configOf('readonly')}"
no-sendmail: "|${installed.program} new --config ${configOf('nosendmail')}"
slow: "|${installed.program} new --config ${configOf('slow')}"
`,
    });
    for (const desk of ['desk', 'plain', 'readonly', 'nosendmail', 'slow']) {
      await desks.make(desk, postfix.sendmail);
    }
    for (const part of ['incoming', 'journal', '.']) {
      chmodSync(join(desks.dir, 'readonly', 'store', part), 0o500);
    }
    configure('nosendmail', ['/nonexistent/sendmail']);
  });

  afterAll(async () => {
    await postfix?.stop();
    installed?.remove();
    desks?.remove();
  });

  test('a conversation: ticket, acknowledgement, his answer, ours, closed and opened again', async () => {
    const sent = mail("I can't login!", 'Hello,\n.a line that begins with a dot\n\nNic');
    expect((await deliver('new', sent)).status).toBe('sent');
    const [acknowledgement] = await postfix.waitForMail('nic', 1);
    expect(header(acknowledgement, 'From')).toBe(`Support <SUPPORT-7102@${DOMAIN}>`);
    expect(header(acknowledgement, 'To')).toBe(`Nic Ferrier <${NIC}>`);
    expect(header(acknowledgement, 'Subject')).toBe("RE: I can't login!");
    expect(header(acknowledgement, 'Auto-Submitted')).toBe('auto-replied');
    const messageId = /^Message-ID: (.*)$/m.exec(sent)?.[1];
    expect(header(acknowledgement, 'In-Reply-To')).toBe(messageId);
    expect(header(acknowledgement, 'References')).toBe(messageId);
    expect(header(acknowledgement, 'Return-Path')).toBe('<>');

    const opened = await show('SUPPORT-7102');
    const raw = readFileSync(
      join(desks.dir, 'desk', 'store', mailsOf(opened)[0]?.raw ?? ''),
      'utf8',
    );
    expect(raw.endsWith(sent)).toBe(true);
    expect(raw).toMatch(/^Return-Path: <nic@ferrier\.example>\n/);

    const reference = `In-Reply-To: ${header(acknowledgement, 'Message-ID')}\n`;
    const byAddress = await deliver('SUPPORT-7102', mail('Re: RE: login', 'by address', reference));
    expect(byAddress.status).toBe('sent');
    const byThread = await deliver('new', mail('Re: RE: login', 'by thread alone', reference));
    expect(byThread.status).toBe('sent');
    expect(postfix.mailbox('nic')).toHaveLength(1);

    await robot(['ticket', 'reply', 'support-7102', '-m', 'I have reset your password …']);
    const answer = (await postfix.waitForMail('nic', 2))[1];
    expect(header(answer, 'From')).toBe(`Support <SUPPORT-7102@${DOMAIN}>`);
    expect(header(answer, 'Subject')).toBe("RE: I can't login!");
    expect(header(answer, 'References')).toContain(messageId);
    expect(header(answer, 'Auto-Submitted')).toBeUndefined();

    await robot(['ticket', 'close', '7102']);
    expect((await show('7102')).status).toBe('resolved');
    await deliver('SUPPORT-7102', mail('Re: RE: login', 'it happens again'));
    const reopened = await show('7102');
    expect(reopened.status).toBe('open');
    expect(reopened.messages.map(({ direction }) => direction)).toEqual([
      'in',
      'out',
      'in',
      'in',
      'out',
      'in',
    ]);
    expect(postfix.mailbox('nic')).toHaveLength(2);
    const list = JSON.parse(await robot(['ticket', 'list', '--json']));
    expect(list).toHaveLength(1);
  });

  test('the plain form without || exit 75, and an alias of an alias', async () => {
    expect((await deliver('plain', mail('plain', 'x'))).status).toBe('sent');
    expect((await show('7102', 'plain')).subject).toBe('plain');
    const before = JSON.parse(await robot(['ticket', 'list', '--json'])).length;
    expect((await deliver('info', mail('by info', 'x'))).status).toBe('sent');
    const after = JSON.parse(await robot(['ticket', 'list', '--json']));
    expect(after).toHaveLength(before + 1);
  });

  test('postfix/tickets.regexp: a ticket address without a hyphen as delimiter', async () => {
    const map = join(desks.dir, 'tickets.regexp');
    writeFileSync(map, readFileSync(join(import.meta.dirname, '../../postfix/tickets.regexp')));
    chmodSync(map, 0o644);
    const other = await startPostfix({
      aliasOwner: OWNER,
      aliases: `support: "|${installed.program} reply --config ${desks.configOf('plain')}"\n`,
      settings: { recipient_delimiter: '+', virtual_alias_maps: `regexp:${map}` },
    });
    try {
      const send = async (data: string, local = 'Support-7102', from = NIC) =>
        other.settled(await other.send({ from, to: `${local}@${DOMAIN}`, data }));
      const before = await show('7102', 'plain').catch(() => null);
      if (before === null) await deliver('plain', mail('plain', 'x'));
      expect((await send(mail('Re: plain', 'by the map'))).status).toBe('sent');
      expect((await show('7102', 'plain')).messages.at(-1)?.text).toBe('by the map\n');
      await send(mail('back', 'came back'), 'support-7102-b-2-abcdefgh234567ab', '');
      expect((await show('7102', 'plain')).messages.at(-1)?.text).toBe('came back\n');
    } finally {
      await other.stop();
    }
  });

  test("O'Brien is answered at his own address", async () => {
    const sender = "o'brien@ferrier.example";
    const data = `To: new@${DOMAIN}\nSubject: no From at all\n\nx\n`;
    expect((await deliver('new', data, sender)).status).toBe('sent');
    const [newest] = JSON.parse(await robot(['ticket', 'list', '--json']));
    expect(newest.requester.address).toBe(sender);
    await postfix.waitForMail("o'brien", 1);
  });

  test('a bounce opens nothing and is answered by nothing', async () => {
    const before = await robot(['ticket', 'list', '--all', '--json']);
    const { status } = await deliver('new', mail('Undelivered Mail', 'x'), '');
    expect(status).toBe('sent');
    expect(await robot(['ticket', 'list', '--all', '--json'])).toBe(before);
  });

  test('of copies of a mail, one with the null sender first, one is its ticket', async () => {
    const data = mail('sent by two', 'x');
    const messageId = /^Message-ID: (.*)$/m.exec(data)?.[1] ?? '';
    const before = postfix.mailbox('nic').length;
    const ids: string[] = [];
    for (const from of ['', NIC, NIC, '']) {
      const id = await postfix.send({ from, to: `new@${DOMAIN}`, data });
      expect((await postfix.settled(id)).status).toBe('sent');
      ids.push(id);
    }
    const tickets = JSON.parse(await robot(['ticket', 'list', '--json']));
    expect(tickets.filter(({ subject }: Ticket) => subject === 'sent by two')).toHaveLength(1);
    // The first one has opened it, in silence; the first true one gets the acknowledgement.
    expect(await postfix.waitForMail('nic', before + 1)).toHaveLength(before + 1);
    // The queue id that Postfix has logged is the one that we know it by.
    const copies = JSON.parse(await robot(['explain', messageId, '--json']));
    expect(copies.map(({ queueId }: RecordedMail) => queueId)).toEqual(ids.slice(0, 2));
    expect(copies[1].changes[0]).toEqual({
      ...{ type: 'mail.again', earlier: copies[0].seq, was: 'ticket' },
    });
  });

  const deferrals: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown verb', 'unknown-verb', /dsn=4\.3\.5, status=deferred .*unknown verb/],
    ['a missing config', 'no-config', /dsn=4\.3\.5, status=deferred .*config/],
    ['a missing program', 'no-program', /dsn=4\.\d\.\d, status=deferred/],
    ['a read-only store', 'read-only', /dsn=4\.3\.0, status=deferred .*cannot be written/],
    ['a missing sendmail', 'no-sendmail', /dsn=4\.3\.0, status=deferred .*reply/],
  ];
  test.each(deferrals)('%s: deferred in the log, never bounced', async (_, local, line) => {
    const settled = await deliver(local, mail(local, 'x'));
    expect(settled.status).toBe('deferred');
    expect(settled.line).toMatch(line);
    expect(postfix.log()).not.toContain('status=bounced');
  });

  test('a sendmail that takes the reply and does not end holds up no mail, and is not ended', async () => {
    const before = postfix.mailbox('nic').length;
    configure('slow', ['/bin/sh', '-c', '"$@" && sleep 45', 'slow', ...postfix.sendmail]);
    const id = await postfix.send({
      from: NIC,
      to: `slow@${DOMAIN}`,
      data: mail('slowly', 'x'),
    });
    const { status, line } = await postfix.settled(id, 60_000);
    expect([status, line]).toEqual(['sent', expect.stringContaining('delivered to command')]);
    const replyOf = async () => mailsOf(await show('7102', 'slow')).at(-1);
    expect(await replyOf()).toMatchObject({ direction: 'out', delivery: 'under-way' });
    await expect
      .poll(replyOf, { timeout: 60_000, interval: 1000 })
      .toMatchObject({ direction: 'out', delivery: 'sent' });
    await postfix.waitForMail('nic', before + 1);
    expect(postfix.mailbox('nic')).toHaveLength(before + 1);
  });

  test('a mail whose reply waited is answered once when sendmail is back', async () => {
    const before = postfix.mailbox('nic').length;
    const id = await postfix.send({
      from: NIC,
      to: `no-sendmail@${DOMAIN}`,
      data: mail('wait for it', 'x'),
    });
    expect((await postfix.settled(id)).status).toBe('deferred');
    configure('nosendmail', postfix.sendmail);
    await postfix.flush();
    expect((await postfix.settled(id)).status).toBe('sent');
    await postfix.waitForMail('nic', before + 1);
    const subjects = postfix.mailbox('nic').map((message) => header(message, 'Subject'));
    expect(subjects.filter((subject) => subject === 'RE: wait for it')).toHaveLength(1);
    const tickets = JSON.parse(await robot(['ticket', 'list', '--json'], 'nosendmail'));
    expect(tickets.filter(({ subject }: Ticket) => subject === 'wait for it')).toHaveLength(1);
  });
});
