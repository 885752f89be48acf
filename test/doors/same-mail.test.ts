/**
 * One mail, three doors: every case of fixtures/cases that came by Postfix becomes the same by
 * the pipe, by `serve --lmtp` and by `serve` (SMTP), from what each of them hands to a delivery.
 * That they take a mail from a client, test/services/three-doors.test.ts proves.
 */
import { describe, expect, test } from 'vitest';
import { withUnixLineEnds } from '../../src/doors/line-ends.ts';
import { lmtp } from '../../src/doors/lmtp.ts';
import { environmentOf, headLines, receivedLine } from '../../src/doors/local-mail.ts';
import { type FromMta, fromMta, NOT_BY, octetsOfCase, PIPED, readCase } from '../kit/cases.ts';
import { DOMAIN } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

type Door = (desk: Desk, name: string, mail: FromMta, n: number) => Promise<unknown>;

const PEER = { address: '203.0.113.1', helo: 'ferrier.example', login: null };
/** Of the desk's own aliases. */
const ALIASES: Readonly<Record<string, string>> = { info: 'new', office: 'new' };

const byPipe: Door = (desk, name) => {
  const { env = {}, args } = readCase(name);
  const verb = args[0] === 'new' ? 'new' : 'reply';
  return desk.deliver({ octets: octetsOfCase(name), environment: env, verb });
};

const DOORS: Readonly<Record<'lmtp' | 'smtp', Door>> = {
  lmtp: (desk, _, { sender, recipient, mail }, n) => {
    const peer = { ...PEER, protocol: 'LMTP' };
    const transaction = { id: `L${n}`, peer, sender, recipients: [recipient] };
    return desk.during((context) => lmtp(() => context).take(bySmtp(mail), transaction));
  },
  // What shim.ts gives to the command of an alias.
  smtp: async (desk, _, { sender, recipient, mail }, n) => {
    const local = recipient.slice(0, recipient.lastIndexOf('@')).toLowerCase();
    const [name = local] = local.split(/[+-]/);
    const alias = ALIASES[name] ?? name;
    const extension = local === name ? null : local.slice(name.length + 1);
    const envelope = { sender, recipient, alias, extension, domain: DOMAIN };
    const peer = { ...PEER, protocol: 'ESMTP' };
    const received = receivedLine(peer, { by: DOMAIN, id: `S${n}`, recipient }, desk.now);
    const octets: Buffer[] = [Buffer.from(headLines(envelope, desk.now) + received)];
    for await (const chunk of withUnixLineEnds(bySmtp(mail))) octets.push(chunk);
    const environment = environmentOf(envelope, peer, { home: '/', shell: '/bin/sh' });
    const verb = alias === 'new' ? 'new' : 'reply';
    return desk.deliver({ octets: Buffer.concat(octets), environment, verb });
  },
};

describe.each(['lmtp', 'smtp'] as const)('by %s as by the pipe', (door) => {
  const cases = PIPED.filter((name) => NOT_BY[name]?.[0].includes(door) !== true);
  test.each(cases.map((name) => [name, readCase(name).about]))('%s: %s', async (name) => {
    const wanted = await seen(name, byPipe);
    expect(await seen(name, DOORS[door])).toEqual(wanted);
  });
});

test('most cases come by every door', () => {
  expect(PIPED.length).toBeGreaterThan(20);
});

/** As a client sends it. */
async function* bySmtp(mail: Buffer): AsyncGenerator<Buffer> {
  const text = mail.toString('latin1').replace(/\r?\n/g, '\r\n');
  yield Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}

/** What came of it, without what differs in the lines on top of the raw mail. */
async function seen(name: string, door: Door) {
  const desk = new Desk({ staff: [] });
  for (const [n, one] of [...(readCase(name).before ?? []), name].entries()) {
    const mail = fromMta(one);
    if (mail === null) throw new Error(`${one} came by no door`);
    await door(desk, one, mail, n);
  }
  const tickets = JSON.stringify(desk.tickets(), (key, value) =>
    value?.filename === 'message.eml' || key === 'date' ? null : value,
  );
  const sent = desk.letters.map(({ to, sender, content }) => ({ to, sender, content }));
  return { tickets: JSON.parse(tickets), held: desk.held().length, sent };
}
