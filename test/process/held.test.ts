/**
 * Held mail as the desk sees it: shown, let in or thrown away, and what `explain` says of every
 * mail. What is held, and what becomes of it, is decided in test/desk/held.test.ts.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, filesBelow, makeDesk, ROOT, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  await deliverCase(desk, 'plain');
});
afterEach(() => desk.remove());

const TO_TICKET = {
  SENDER: 'eve@evil.example',
  RECIPIENT: 'support-7102@support-ticket.example',
  EXTENSION: '7102',
};
const STRANGER = `From: Eve <eve@evil.example>
To: SUPPORT-7102@support-ticket.example
Subject: your code is\u001b[31m 4711
Message-ID: <eve.1@evil.example>

What did Nic write?
`;

const json = async (...args: readonly string[]) => {
  const { stdout, exit } = await desk.run([...args, '--json']);
  expect(exit).toBe(0);
  return JSON.parse(stdout);
};

async function holdStranger(): Promise<string> {
  expect(await desk.here(['reply'], { input: STRANGER, env: TO_TICKET })).toMatchObject({
    exit: 0,
  });
  const [held] = await json('held', 'list');
  return String(held.id);
}

test('a stranger who guesses the address of a ticket reaches nobody', async () => {
  const before = await json('ticket', 'show', '7102');
  const id = await holdStranger();
  expect(await json('ticket', 'show', '7102')).toEqual(before);
  expect(desk.sent()).toHaveLength(1);
  expect((await desk.here(['held', 'list'])).stdout).toContain('your code is [31m 4711');
  const shown = await desk.here(['held', 'show', id]);
  expect(shown.stdout).toContain('  What did Nic write?');
  expect(shown.stdout).not.toContain('\u001b');
});

test('a mail that is let in is in its ticket, unverified, and makes no mail', async () => {
  const id = await holdStranger();
  expect(await desk.here(['held', 'release', id])).toMatchObject({
    exit: 0,
    stdout: 'Held mail 2 was let in.\n',
  });
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1)).toMatchObject({ trust: 'claimed', text: 'What did Nic write?\n' });
  expect(await json('held', 'list')).toEqual([]);
  expect(desk.sent()).toHaveLength(1);
  expect(await desk.here(['held', 'release', id])).toMatchObject({ exit: 1 });
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('a mail that is thrown away is gone from the list, and its raw copy is not', async () => {
  const id = await holdStranger();
  expect(await desk.here(['held', 'discard', id])).toMatchObject({ exit: 0 });
  expect(await json('held', 'list')).toEqual([]);
  const raw = filesBelow(join(desk.store, 'raw')).filter((name) => name.endsWith('-in.eml'));
  expect(raw).toHaveLength(2);
  expect((await desk.run(['fsck'])).exit).toBe(0);
  expect((await desk.run(['rebuild'])).exit).toBe(0);
  expect(await json('held', 'list')).toEqual([]);
});

test('two who let the same mail in, or throw it away, do it once', async () => {
  const id = await holdStranger();
  const ends = await Promise.all(
    ['release', 'discard', 'release', 'discard'].map((verb) => desk.run(['held', verb, id])),
  );
  expect(ends.filter(({ exit }) => exit === 0)).toHaveLength(1);
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
});

test('the attachments of a mail come with it when it is let in', async () => {
  const mail = readFileSync(join(ROOT, 'fixtures', 'cases', 'attachment', 'in.eml'), 'latin1');
  const input = mail.replace(/^From:.*$/m, 'From: eve@evil.example');
  await desk.here(['reply'], { input, env: TO_TICKET });
  const [held] = await json('held', 'list');
  await desk.here(['held', 'release', String(held.id)]);
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1).attachments).toMatchObject([{ contentType: 'image/png', size: 8 }]);
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});

test('explain: by ticket, by Message-ID and by file, for mail that is in no ticket too', async () => {
  await holdStranger();
  const [byTicket] = await json('explain', '7102');
  expect(byTicket.decision).toMatchObject({ intent: 'open', trust: 'claimed', by: 'queue' });
  const [byId] = await json('explain', 'eve.1@evil.example');
  expect(byId.decision).toMatchObject({ intent: 'hold', by: 'address', route: 'SUPPORT-7102' });
  const file = join(ROOT, 'fixtures', 'cases', 'plain', 'in.eml');
  expect(await json('explain', file)).toEqual([byTicket]);
  const page = await desk.run(['explain', '<eve.1@evil.example>']);
  expect(page.stdout).toMatch(/^Trust {7}claimed: nothing proves its From$/m);
  expect(await desk.run(['explain', 'nobody@x.example'])).toMatchObject({ exit: 1 });
});

test('--dry-run shows the decision and the very mail, and changes nothing', async () => {
  const before = filesBelow(desk.store);
  const input = 'From: Nic <nic@ferrier.example>\nSubject: dry\n\nHello\n';
  const { exit, stdout } = await desk.here(['new', '--dry-run'], { input });
  expect(exit).toBe(0);
  expect(stdout).toContain('Intent      open: it opens a ticket\n');
  expect(stdout).toContain('SUPPORT-7103: nic@ferrier.example opened the ticket ');
  expect(filesBelow(desk.store)).toEqual(before);
  expect(desk.sent()).toHaveLength(1);
  await desk.here(['new'], { input });
  const [mail] = desk.sent().slice(-1);
  const bytes = stdout.slice(stdout.indexOf('Auto-Submitted:'));
  const withoutDate = (text: string) => text.replace(/^Date:.*$/m, '');
  expect(withoutDate(bytes)).toBe(withoutDate(mail?.content ?? ''));
});

test('--dry-run of a mail too many ends as the mail would', async () => {
  desk.configure((config) => {
    config['limits'] = { messageSize: 10 };
  });
  const ended = await desk.here(['new', '--dry-run'], { input: 'Subject: x\n\nHello\n' });
  expect(ended).toMatchObject({ exit: 75 });
  expect(ended.stdout).toMatch(/^4\.3\.4 /);
});

test('key rotate: new mail is signed anew, and an answer to an older one is still known', async () => {
  const rotated = await desk.run(['key', 'rotate']);
  expect(rotated).toMatchObject({
    exit: 0,
    stdout: 'A new key signs from now on; 1 older one still verifies.\n',
  });
  await deliverCase(desk, 'reply-by-thread');
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1)).toMatchObject({ direction: 'in', trust: 'thread' });
  const file = join(desk.store, 'keys.json');
  expect(JSON.parse(readFileSync(file, 'utf8')).secrets).toHaveLength(2);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('key rotate while mail comes in: what went out meanwhile is known by its answers', async () => {
  desk.configure((config) => {
    config['caps'] = { firstTime: { count: 20 } };
  });
  const mails = Array.from({ length: 16 }, (_, n) => n);
  const rotate = async () => {
    for (let n = 0; n < 9; n += 1)
      expect(await desk.run(['key', 'rotate'])).toMatchObject({ exit: 0 });
  };
  const write = (n: number) =>
    desk.here(['new'], {
      input: `From: c${n}@x${n}.example\nSubject: ${n}\nMessage-ID: <load.${n}@x.example>\n\nx\n`,
    });
  const [, ...ended] = await Promise.all([rotate(), ...mails.map(write)]);
  expect(ended.map((one) => (one === undefined ? null : one.exit))).toEqual(mails.map(() => 0));
  for (const { content } of desk.sent().slice(1)) {
    const id = /^Message-ID: (.*)$/m.exec(content)?.[1];
    const to = /^To: (.*)$/m.exec(content)?.[1];
    const input = `From: ${to}\nIn-Reply-To: ${id}\nSubject: Re\n\nstill\n`;
    expect(await desk.here(['new'], { input })).toMatchObject({ exit: 0 });
  }
  const tickets: readonly { id: string }[] = await json('ticket', 'list');
  expect(tickets).toHaveLength(17);
  for (const { id } of tickets.slice(0, 16)) {
    expect((await json('ticket', 'show', id)).messages.at(-1)).toMatchObject({ trust: 'thread' });
  }
  expect((await desk.run(['key', 'rotate'])).stderr).toContain('what the oldest key has signed');
}, 60_000);

test('past a cap tickets are opened as ever, and no acknowledgement goes out', async () => {
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const input = `From: nic@ferrier.example\nSubject: ${n}\nMessage-ID: <cap.${n}@x.example>\n\nx\n`;
    expect(await desk.here(['new'], { input })).toMatchObject({ exit: 0 });
  }
  expect(await json('ticket', 'list')).toHaveLength(7);
  expect(desk.sent()).toHaveLength(5);
  const shown = await desk.here(['ticket', 'show', '7108']);
  expect(shown.stdout).toContain('no acknowledgement went out: cap-address: 5 automatic answers');
  expect(await desk.here(['ticket', 'reply', '7108', '-m', 'I am a person.'])).toMatchObject({
    exit: 0,
  });
  expect(desk.sent()).toHaveLength(6);
  expect(await desk.run(['rebuild'])).toMatchObject({ exit: 0 });
  await desk.here(['new'], { input: 'From: nic@ferrier.example\nSubject: 8\n\nx\n' });
  expect(desk.sent()).toHaveLength(6);
});
