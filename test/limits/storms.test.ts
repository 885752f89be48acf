/**
 * What goes out while a storm comes in: a thousand mails that come back though the desk has not
 * sent them, and a thousand people who write for the first time, one a second. Prints how many
 * mails went to whom. The clock is the test's.
 */
import { afterEach, expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';

const STAFF = ['bob', 'kim', 'lee'].map((name) => ({ name, addresses: [`${name}@home.example`] }));
const MAILS = 1000;
const MINUTE_MS = 60_000;

let now = new Date('2026-11-20T10:00:00Z');
let line: PipeLine;
afterEach(() => line.remove());

async function storm(mail: (n: number) => { readonly text: string; readonly sender: string }) {
  now = new Date('2026-11-20T10:00:00Z');
  line = makePipeLine({ now: () => now, config: { staff: STAFF } });
  for (let n = 1; n <= MAILS; n += 1) {
    const { text, sender } = mail(n);
    const env = { SENDER: sender, RECIPIENT: 'new@support-ticket.example' };
    await line.deliver(Buffer.from(text), env);
    now = new Date(now.getTime() + 1000);
  }
  // Nothing else comes in; a timer runs.
  for (let n = 0; n < 4; n += 1) {
    now = new Date(now.getTime() + 20 * MINUTE_MS);
    await doChores(line.context);
  }
  const records = line.all();
  const outgoing = records.flatMap((record) => record.outgoing);
  const toStaff = outgoing.filter(({ recipient }) => recipient.endsWith('@home.example'));
  return { records, toStaff, toOthers: outgoing.length - toStaff.length };
}

const REPORT = (n: number) => `From: MAILER-DAEMON@mx${n}.example
To: new@support-ticket.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <r${n}@mx${n}.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I could not deliver your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx${n}.example

Final-Recipient: rfc822; u${n}@mx${n}.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

From: new@support-ticket.example
Message-ID: <forged${n}@spam.example>
--b--
`;
const fields = (n: number, from: string, subject: string, more = '') =>
  `From: ${from}\nTo: new@support-ticket.example\nSubject: ${subject}\nMessage-ID: <${n}@mx${n}.example>\n${more}\n`;
/** What servers and mailboxes say to a forged sender. */
const BACKSCATTER: readonly ((n: number) => { readonly text: string; readonly sender: string })[] =
  [
    (n) => ({ sender: '', text: REPORT(n) }),
    (n) => ({
      sender: '',
      text: `${fields(n, `postmaster@mx${n}.example`, 'Delivery Status Notification (Failure)')}It failed.\n`,
    }),
    (n) => ({
      sender: '',
      text: `${fields(n, `u${n}@mx${n}.example`, 'Out of office', 'Auto-Submitted: auto-replied\n')}I am away.\n`,
    }),
    (n) => ({
      sender: `challenge@mx${n}.example`,
      text: `${fields(n, `challenge@mx${n}.example`, 'Please confirm your mail', 'Auto-Submitted: auto-generated\n')}Click here.\n`,
    }),
  ];

test('a thousand mails that come back', async () => {
  const { toStaff, toOthers } = await storm((n) => {
    const kind = BACKSCATTER[n % BACKSCATTER.length] ?? BACKSCATTER[0];
    return kind?.(n) ?? { sender: '', text: '' };
  });
  console.log(
    `backscatter, ${MAILS} mails: ${toOthers} to senders, ${toStaff.length} to three of the staff`,
  );
  expect(toOthers).toBe(0);
  // What is held for a person opens no more than ten tickets that are told alone, and then notices.
  expect(toStaff.length).toBeLessThanOrEqual(3 * 15);
});

test('a thousand people who write for the first time', async () => {
  const { records, toStaff, toOthers } = await storm((n) => ({
    sender: `c${n}@c${n}.example`,
    text: `${fields(n, `c${n}@c${n}.example`, `Question ${n}`)}Hello\n`,
  }));
  console.log(
    `newcomers, ${MAILS} mails: ${toOthers} to senders, ${toStaff.length} to three of the staff`,
  );
  const opened = records.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.type === 'ticket.created' ? change.ticket : [])),
  );
  expect(opened).toHaveLength(MAILS);
  expect(toOthers).toBe(10);
  // Within 17 minutes: twice ten alone, three digests, and a notice of those ten of the told ones
  // that got no acknowledgement.
  expect(toStaff.length).toBeLessThanOrEqual(3 * 24);
});
