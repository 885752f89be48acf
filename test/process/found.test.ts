/**
 * What was found where no filter in front of us has looked goes out in no mail: each kind is
 * delivered, and every mail that went out is looked at. A command brings it.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { HIDDEN, HIDDEN_FILE, HIDDEN_WORDS, type Hidden } from '../kit/hidden.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const NIC = 'nic@ferrier.example';
const EVE = 'eve@elsewhere.example';
const DOMAIN = 'support-ticket.example';
const BOB = `bob@${DOMAIN}`;

const VERBS = new Map([
  ['new', 'new'],
  ['control', 'control'],
]);

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['authservId'] = 'mx.example';
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

async function deliver({ header, body }: Hidden, from: string, to: string, login = '') {
  const input = `From: <${from}>\nTo: ${to}\nSubject: a meter\nMessage-ID: <${Math.random()}@x.example>\nMIME-Version: 1.0\n${header}\n${body}`;
  const env = {
    ...{ SENDER: from, RECIPIENT: to },
    ...(login !== '' && { SASL_USERNAME: login }),
  };
  const verb = VERBS.get(to.slice(0, to.indexOf('@'))) ?? 'reply';
  expect(await desk.here([verb], { input, env })).toMatchObject({ exit: 0, stdout: '' });
}

async function ticket(): Promise<Ticket> {
  return JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout);
}

/** All that went out, with whatever it has in base64 or quoted-printable decoded as well. */
function sent(): string {
  return desk
    .sent()
    .map(({ content }) => {
      const base64 = content.match(/(?:^[A-Za-z0-9+/]{4,}={0,2}\n?)+/gm) ?? [];
      const decoded = base64.map((text) => Buffer.from(text, 'base64').toString('latin1'));
      return [content.replace(/=\n/g, ''), ...decoded].join('\n');
    })
    .join('\n');
}

describe.each(HIDDEN)('$name', (hidden) => {
  test('is on the ticket, with its mark, and in no mail', async () => {
    await deliver(hidden, NIC, `new@${DOMAIN}`);
    const { messages } = await ticket();
    const [message] = messages;
    const n = message?.attachments.findIndex(({ filename }) => filename === 'meter.csv') ?? -1;
    expect(message?.attachments[n]).toMatchObject({ foundIn: hidden.foundIn });
    const page = (await desk.here(['ticket', 'show', '7102'])).stdout;
    expect(page).toMatch(/meter\.csv, .*, found inside /);
    if (hidden.hasWords) expect(page).toContain(HIDDEN_WORDS);
    const file = await desk.here(['ticket', 'attachment', '7102', String(n + 1)]);
    expect(file.stdout).toBe(HIDDEN_FILE);

    await desk.here(['ticket', 'forward', '7102', EVE, 'Please look.']);
    await desk.here(['ticket', 'reply', '7102', 'We look into it.']);
    const out = sent();
    expect(out).toContain('1 file was found inside');
    expect(out).toContain('not sent, on ticket]');
    expect(out).not.toContain(HIDDEN_FILE.trim());
    expect(out).not.toContain(HIDDEN_WORDS);

    await deliver(
      { ...hidden, header: '', body: `get 7102 1 ${n + 1}\n` },
      BOB,
      `control@${DOMAIN}`,
      'bob',
    );
    expect(sent()).toContain('"meter.csv" is attached. It was found inside');
    expect(sent()).toContain(HIDDEN_FILE.trim());
  });

  test('of one of the staff is no answer and no command', async () => {
    await deliver(
      { ...hidden, header: '', body: 'Hello, my meter is broken.\n' },
      NIC,
      `new@${DOMAIN}`,
    );
    await deliver(hidden, BOB, `support-7102@${DOMAIN}`, 'bob');
    const { priority, messages } = await ticket();
    expect(priority).toBe('normal');
    expect(messages.filter(({ direction }) => direction === 'out')).toHaveLength(1);
    const out = sent();
    expect(out).toContain('was not carried out');
    // Whether a file is there as well is not what keeps its words back.
    if (hidden.hasWords) expect(out).toMatch(/Its words were found inside|its parts do not begin/);
    expect(out).not.toContain(HIDDEN_FILE.trim());
    expect(out).not.toContain(HIDDEN_WORDS);
  });
});
