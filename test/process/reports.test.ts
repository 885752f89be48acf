/** What comes back of our mail: delivery reports, receipts, vacation answers; true and forged ones. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type Sent, type TestDesk } from './desk.ts';

const NIC = 'nic@ferrier.example';
let desk: TestDesk;
let answers: number;

beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['caps'] = { address: { count: 100 }, ticket: { count: 100 } };
  });
  answers = 0;
  await deliverCase(desk, 'plain');
});
afterEach(() => desk.remove());

const json = async (...args: readonly string[]) => {
  const { stdout, stderr, exit } = await desk.run([...args, '--json']);
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
  return JSON.parse(stdout);
};

/** A person's answer, and the mail that went out. */
async function answer(): Promise<Sent> {
  answers += 1;
  const { exit, stderr } = await desk.run(['ticket', 'reply', '7102', '-m', `Answer ${answers}.`]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  const last = desk.sent().at(-1);
  if (last === undefined) throw new Error('no mail went out');
  return last;
}

const bounceAddress = ({ args }: Sent) => /-f (\S+) /.exec(args)?.[1] ?? '';

interface Reported {
  readonly action?: string;
  readonly status?: string;
  readonly recipient?: string;
  readonly returned?: string;
}

/** As Postfix writes one (RFC 3464); `returned` is the mail that came back. */
function report({ action = 'failed', status = '5.1.1', recipient = NIC, returned }: Reported) {
  return `From: MAILER-DAEMON@mx.ferrier.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: support@support-ticket.example
Auto-Submitted: auto-replied
Message-ID: <report.${Math.random()}@mx.ferrier.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ferrier.example

Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; 550 ${status} <${recipient}>: User unknown
${returned === undefined ? '' : `--b\nContent-Type: message/rfc822\n\n${returned}`}
--b--
`;
}

const deliver = (input: string, recipient: string, sender = '', verb = 'reply') =>
  desk.run([verb], {
    input,
    env: {
      SENDER: sender,
      RECIPIENT: recipient,
      ORIGINAL_RECIPIENT: recipient,
      EXTENSION: recipient.replace(/@.*/, '').replace(/^[^-]*-?/, ''),
    },
  });

const KEPT = { exit: 0, stdout: '', stderr: '' };

test('an answer that comes back is shown so, and its address gets no more mail until cleared', async () => {
  const sent = await answer();
  expect(bounceAddress(sent)).toMatch(/^support-7102-b-3-[a-z2-7]{16}@support-ticket\.example$/);
  const before = desk.sent().length;
  expect(await deliver(report({}), bounceAddress(sent))).toMatchObject(KEPT);

  const page = (await desk.run(['ticket', 'show', '7102'])).stdout;
  expect(page).toContain(`[could not be delivered to ${NIC}, 5.1.1 <${NIC}>: User unknown]`);
  expect(page).toContain('NOT DELIVERED');
  const ticket = await json('ticket', 'show', '7102');
  expect(ticket.status).toBe('pending');
  expect(ticket.messages.at(2)).toMatchObject({ delivery: 'bounced' });
  expect(ticket.messages.at(3)).toMatchObject({ trust: 'automatic', report: { isProven: true } });

  const refused = await desk.run(['ticket', 'reply', '7102', '-m', 'Once more.']);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toContain(`mailrobot address clear ${NIC}`);
  await deliverCase(desk, 'subject-piled-up');
  expect((await json('ticket', 'show', '7103')).silence).toContain('failing-address');
  expect(desk.sent()).toHaveLength(before);

  expect((await desk.run(['address', 'list'])).stdout).toMatch(/nic@ferrier\.example +stopped +1x/);
  expect(await desk.run(['address', 'clear', 'NIC@ferrier.example'])).toMatchObject({ exit: 0 });
  expect(await json('address', 'list')).toEqual([]);
  await answer();
  expect(desk.sent()).toHaveLength(before + 1);
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
});

test('a report that comes to new@ finds its ticket by the mail that came back', async () => {
  const { content } = await answer();
  const header = content.slice(0, content.indexOf('\n\n'));
  expect(
    await deliver(report({ returned: header }), 'new@support-ticket.example', '', 'new'),
  ).toMatchObject(KEPT);
  expect((await json('ticket', 'show', '7102')).messages.at(2).delivery).toBe('bounced');
  expect(await json('address', 'list')).toHaveLength(1);
});

test('a forged report silences nobody', async () => {
  const sent = await answer();
  const guessed = bounceAddress(sent).replace(/-[a-z2-7]{16}@/, '-aaaaaaaaaaaaaaaa@');
  const forgedId = sent.content.replace(
    /(Message-ID: <support-7102\.3\.)[a-z2-7]+/i,
    '$1aaaaaaaaaaaaaaaa',
  );
  expect(forgedId).not.toBe(sent.content);
  await deliver(report({}), guessed);
  await deliver(report({}), 'support-7102@support-ticket.example');
  await deliver(report({ returned: forgedId }), 'support-7102@support-ticket.example');
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages).toHaveLength(6);
  expect(messages.at(2).delivery).toBe('sent');
  expect(messages.at(5).report.isProven).toBe(false);
  expect((await desk.run(['ticket', 'show', '7102'])).stdout).toContain(
    'it says, unproven: could not',
  );
  expect(await json('address', 'list')).toEqual([]);
});

test('a person who sends a report on silences nobody either', async () => {
  const sent = await answer();
  const id = /^Message-ID: (\S+)$/im.exec(sent.content)?.[1];
  const forwarded = report({ returned: sent.content })
    .replace('Auto-Submitted: auto-replied', `In-Reply-To: ${id}`)
    .replace('multipart/report', 'multipart/mixed')
    .replace('MAILER-DAEMON@mx.ferrier.example (Mail Delivery System)', `Nic <${NIC}>`);
  await deliver(forwarded, 'support-7102@support-ticket.example', NIC);
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1)).toMatchObject({ trust: 'thread' });
  expect(messages.at(-1)).not.toHaveProperty('report');
  expect(await json('address', 'list')).toEqual([]);
});

test('who writes to a bounce address is a machine, whatever it says', async () => {
  const sent = await answer();
  await desk.run(['ticket', 'close', '7102']);
  const challenge = `From: ${NIC}\nSubject: Please confirm that you are a person\n\nClick here.\n`;
  await deliver(challenge, bounceAddress(sent), NIC);
  const ticket = await json('ticket', 'show', '7102');
  expect(ticket.status).toBe('resolved');
  expect(ticket.messages.at(-1)).toMatchObject({ trust: 'automatic' });
  const guessed = bounceAddress(sent).replace(/-[a-z2-7]{16}@/, '-aaaaaaaaaaaaaaaa@');
  await deliver('From: eve@evil.example\n\nLet me in.\n', guessed, 'eve@evil.example');
  expect(await json('held', 'list')).toHaveLength(1);
  expect(await json('ticket', 'show', '7102')).toEqual(ticket);
});

test('a full mailbox stops mail after the third that came back, each counted once', async () => {
  for (let n = 1; n <= 3; n += 1) {
    const address = bounceAddress(await answer());
    for (let again = 0; again < 2; again += 1) {
      await deliver(report({ status: '5.2.2' }), address);
    }
    const [known] = await json('address', 'list');
    expect(known.failures).toHaveLength(n);
    expect(known.isFailing).toBe(n === 3);
  }
});

test('a delay is shown and counts for nothing', async () => {
  await deliver(report({ action: 'delayed', status: '4.4.1' }), bounceAddress(await answer()));
  expect((await desk.run(['ticket', 'show', '7102'])).stdout).toContain(
    '[not delivered yet to nic',
  );
  expect(await json('address', 'list')).toEqual([]);
});

test('an address behind that of the customer does not silence him', async () => {
  await deliver(report({ recipient: 'n@elsewhere.example' }), bounceAddress(await answer()));
  expect((await json('ticket', 'show', '7102')).messages.at(2).delivery).toBe('bounced');
  expect(await json('address', 'list')).toEqual([]);
});

test('a receipt says that the mail was shown (RFC 8098)', async () => {
  const sent = await answer();
  const id = /^Message-ID: (\S+)$/im.exec(sent.content)?.[1];
  const receipt = report({}).replace(
    /--b\nContent-Type: message\/delivery-status[\s\S]*$/,
    `--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; ${NIC}
Original-Message-ID: ${id}
Disposition: manual-action/MDN-sent-manually; displayed
--b--
`,
  );
  await deliver(receipt, 'support-7102@support-ticket.example', NIC);
  expect((await desk.run(['ticket', 'show', '7102'])).stdout).toContain(`[shown to ${NIC}]`);
});

test('a bounce of the old kind, all in text, is in its ticket and proves nothing', async () => {
  const sent = await answer();
  const text = `From: MAILER-DAEMON@mx.ferrier.example
Subject: failure notice

Hi. This is the qmail-send program. I'm afraid I wasn't able to deliver your message.

<${NIC}>:
192.0.2.1 does not like recipient.

--- Below this line is a copy of the message.

${sent.content}`;
  await deliver(text, 'new@support-ticket.example', '', 'new');
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1)).toMatchObject({ trust: 'automatic' });
  expect(messages.at(2).delivery).toBe('sent');
});

test('a vacation answer to the bounce address reopens nothing and notifies nobody', async () => {
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@support-ticket.example'] }];
  });
  const address = bounceAddress(await answer());
  await desk.run(['ticket', 'close', '7102']);
  const before = desk.sent().length;
  const away = `From: ${NIC}\nSubject: away\nAuto-Submitted: auto-replied\n\nI am away.\n`;
  await deliver(away, address, NIC);
  const ticket = await json('ticket', 'show', '7102');
  expect(ticket).toMatchObject({ status: 'resolved' });
  expect(ticket.messages.at(-1)).toMatchObject({ trust: 'automatic' });
  expect(desk.sent()).toHaveLength(before);
});

test('after a restore a bounce of what was lost marks no other mail of the same number', async () => {
  const backup = `${desk.dir}/desk.tar`;
  await desk.run(['backup', backup]);
  const lost = await answer();
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', backup])).toMatchObject({ exit: 0 });
  expect(await desk.run(['resume', '--yes'])).toMatchObject({ exit: 0 });
  const sent = await answer();
  await deliver(report({}), bounceAddress(lost));
  expect((await json('ticket', 'show', '7102')).messages.at(2).delivery).toBe('sent');
  expect(await json('address', 'list')).toEqual([]);
  await deliver(report({}), bounceAddress(sent));
  expect((await json('ticket', 'show', '7102')).messages.at(2).delivery).toBe('bounced');
});
