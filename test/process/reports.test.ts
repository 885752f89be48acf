/** A mail of ours that comes back, from end to end; what else may come back is in test/desk/reports.test.ts. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type Sent, type TestDesk } from './desk.ts';

const NIC = 'nic@ferrier.example';
let desk: TestDesk;
let answers: number;

beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['caps'] = {
      address: { count: 100 },
      ticket: { count: 100 },
      firstTime: { count: 100 },
    };
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
  const { exit, stderr } = await desk.here(['ticket', 'reply', '7102', '-m', `Answer ${answers}.`]);
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

  const page = (await desk.here(['ticket', 'show', '7102'])).stdout;
  expect(page).toContain(`[could not be delivered to ${NIC}, 5.1.1 <${NIC}>: User unknown]`);
  expect(page).toContain('NOT DELIVERED');
  const ticket = await json('ticket', 'show', '7102');
  expect(ticket.status).toBe('pending');
  expect(ticket.messages.at(2)).toMatchObject({ delivery: 'bounced' });
  expect(ticket.messages.at(3)).toMatchObject({ trust: 'automatic', report: { isProven: true } });

  const refused = await desk.here(['ticket', 'reply', '7102', '-m', 'Once more.']);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toContain(`mailrobot address clear ${NIC}`);
  await deliverCase(desk, 'subject-piled-up');
  expect((await json('ticket', 'show', '7103')).silence).toContain('failing-address');
  expect(desk.sent()).toHaveLength(before);

  expect((await desk.here(['address', 'list'])).stdout).toMatch(
    /nic@ferrier\.example +stopped +1x/,
  );
  expect(await desk.here(['address', 'clear', 'NIC@ferrier.example'])).toMatchObject({ exit: 0 });
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
