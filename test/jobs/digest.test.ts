/** A digest while the mail server takes nothing, and when it takes mail again. */
import { afterEach, expect, test } from 'vitest';
import { deliver as deliverMail } from '../../src/intake/deliver.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { letterIn } from '../kit/outgoing.ts';

const MINUTE_MS = 60_000;
const STAFF = [{ name: 'bob', addresses: ['bob@home.example'] }];

let now = new Date('2026-11-20T10:00:00Z');
let line: PipeLine;
afterEach(() => line.remove());

const deliver = (n: number) =>
  line.deliver(
    Buffer.from(
      `From: c${n}@c${n}.example\nSubject: ${n}\nMessage-ID: <${n}@c${n}.example>\n\nx\n`,
    ),
    { SENDER: `c${n}@c${n}.example`, RECIPIENT: 'new@support-ticket.example' },
  );
const runWith = (sendmail: string) => doChores({ ...line.context, mta: [sendmail] });
const toBob = () =>
  line
    .all()
    .flatMap(({ outgoing }) => outgoing)
    .filter(({ recipient }) => recipient === 'bob@home.example')
    .map((mail) => letterIn(mail));
const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};

test('while nothing is taken none is written, and then one names every ticket', async () => {
  now = new Date('2026-11-20T10:00:00Z');
  line = makePipeLine({ now: () => now, config: { staff: STAFF, sendmail: '/bin/false' } });
  for (let n = 1; n <= 15; n += 1) expect(await deliver(n)).toMatch(/opened|reply-waits/);
  for (let n = 0; n < 3; n += 1) {
    pass(20);
    await runWith('/bin/false');
  }
  expect(toBob()).toHaveLength(10);
  for (let n = 0; n < 12; n += 1) {
    pass(2);
    await runWith('/bin/true');
  }
  expect((await line.store.unsent()).length).toBe(0);
  const digests = toBob().slice(10);
  const text = digests.map((letter) => letter.text).join('');
  for (let n = 11; n <= 15; n += 1) expect(text.split(`SUPPORT-${n}  `)).toHaveLength(2);
});

test('one that was not taken goes out later, and is not written again', async () => {
  now = new Date('2026-11-20T10:00:00Z');
  line = makePipeLine({ now: () => now, config: { staff: STAFF } });
  for (let n = 1; n <= 10; n += 1) await deliver(n);
  const environment = { SENDER: 'x@x.example', RECIPIENT: 'new@support-ticket.example' };
  await deliverMail(once('From: x@x.example\nSubject: x\n\nx\n'), {
    ...{ ...line.context, environment, verb: 'any', chores: 'later' },
  });
  await runWith('/bin/false');
  const before = toBob().length;
  expect(before).toBe(11);
  expect((await line.store.unsent()).length).toBe(1);
  pass(30);
  await runWith('/bin/false');
  pass(2);
  await runWith('/bin/true');
  await runWith('/bin/true');
  expect(toBob()).toHaveLength(before);
  expect((await line.store.unsent()).length).toBe(0);
});

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
