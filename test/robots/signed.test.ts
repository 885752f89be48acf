/** A mail to a robot that wants a PGP signature, by the real gpg: who starts it, and what it gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { documentFor } from '../../src/robots/document.ts';
import { valuesFor } from '../../src/robots/environment.ts';
import { finish } from '../../src/robots/finish.ts';
import { givenMail } from '../../src/robots/given-mail.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';
import { EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom } from '../kit/mail.ts';
import { NO_READER } from '../kit/no-reader.ts';
import { Pgp, partOf, SIGNED, secondsAgo, signedBody, testWithGpg as test } from '../kit/pgp.ts';

const DEPLOY: RobotConfig = {
  ...{ name: 'deploy', command: ['/robots/deploy'], user: 'mailrobot-robot', from: 'anybody' },
  ...{ proof: 'pgp', input: 'json', when: 'queued', confirm: false, seconds: 60, concurrency: 1 },
  may: ['reply', 'note', 'status'],
};
const PAUL = 'paul@keys.example';
const FIRST = 'mailrobot: deploy@support-ticket.example 2026-11-20';

const pgp = new Pgp();
const folder = mkdtempSync(join(tmpdir(), 'mailrobot-config-'));
const keyring = join(folder, 'robots/deploy.keys');
let paul: string;
let signer: string;
beforeAll(() => {
  paul = pgp.key(`Paul Paulsen <${PAUL}>`, { encrypts: true });
  signer = pgp.key('Signs Only <signs@keys.example>');
  mkdirSync(join(folder, 'robots'));
});
afterAll(() => {
  pgp.remove();
  rmSync(folder, { recursive: true });
});

let desk: Desk;
beforeEach(() => {
  desk = new Desk({}, join(folder, 'config.json'));
  writeFileSync(keyring, pgp.keyring(paul, signer));
});

const text = (...lines: readonly string[]) => [FIRST, ...lines, ''].join('\n');
const clear = (...lines: readonly string[]): Mail => ({ text: pgp.clear(text(...lines), paul) });
function mime(part: string, more: Mail = {}): Mail {
  return { ...more, more: SIGNED, text: signedBody(part, pgp.detached(part, paul)) };
}
const give = (mail: Mail, robot = DEPLOY) =>
  desk.deliver({ from: NIC, to: 'deploy', ...mail, verb: 'run' }, robot);
const waiting = (): Promise<readonly RobotRun[]> => desk.during(({ store }) => store.robotRuns());
const reason = () => desk.held().at(-1)?.reason;

/** What the robot gets of the mail that waits longest. */
async function given() {
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  return desk.during(async ({ store, config }) => {
    const recorded = await store.mailAt(run.raw);
    if (recorded === null) throw new Error('no mail');
    const context = { config, reader: NO_READER };
    const octets = await store.rawMail(run.raw);
    const incoming = store.receive();
    const mail = await givenMail(run, recorded.decision, octets, incoming, context);
    const { message, decision } = mail;
    const paths = message.attachments.map(() => null);
    return {
      document: JSON.parse(
        JSON.stringify(documentFor({ ...mail, ticket: null, paths, phase: null, plan: null })),
      ),
      environment: valuesFor(mail.run, message, decision),
      raw: Buffer.concat([...incoming.chunks()]).toString(),
    };
  });
}

async function reply(said: string, robot = DEPLOY) {
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
  return desk.during((context) => {
    const known = { source: 'mailrobot://here/00', names, by: 'robot' };
    const mail = { messageId: '<mail@x.example>', text: '', date: run.since };
    const became = { type: 'orders', output: said } as const;
    return finish(run, became, robot, mail, { ...context, desk: known });
  });
}

test('a clear-signed mail of a key in the keyring starts it, whoever From says', async () => {
  expect((await give(clear('deploy'))).end).toBe('queued');
  const [run] = await waiting();
  expect(run).toMatchObject({
    ...{ from: { name: 'Paul Paulsen', address: PAUL }, answerTo: { address: PAUL } },
    ...{ trust: 'authenticated', silence: null, onTicket: null, signed: { fingerprint: paul } },
  });
  const { document, environment } = await given();
  expect(document).toMatchObject({
    ...{ newText: 'deploy', from: { address: PAUL }, trust: 'authenticated' },
    ...{ evidence: expect.stringContaining(paul), signed: { fingerprint: paul } },
  });
  expect(environment).toMatchObject({
    ...{ MAILROBOT_FIRST_LINE: 'deploy', MAILROBOT_FINGERPRINT: paul, MAILROBOT_FROM: PAUL },
  });
});

test('and so does a multipart/signed', async () => {
  expect((await give(mime(partOf(text('', 'deploy', '', '-- ', 'Paul'))))).end).toBe('queued');
  expect((await given()).document.newText.trim()).toBe('deploy');
});

test('why it was let in stands in its decision, for explain', async () => {
  const { decision } = await give(clear('deploy'));
  expect(decision?.why).toMatch(
    new RegExp(`signature of .* by the key ${paul}; of its From: nothing`),
  );
});

test('nothing that is not signed reaches the robot', async () => {
  const zzz = 'In-Reply-To: <zzz@zzz.example>\nReply-To: zzz@zzz.example\nX-Zzz: zzz\n';
  const mail = mime(partOf(text('deploy')), {
    ...{
      from: 'zzz@zzz.example',
      subject: 'zzz',
      id: '<zzz@zzz.example>',
      sender: 'zzz@zzz.example',
    },
  });
  const body = mail.text?.replace('This is signed.', 'zzz').concat('zzz\n') ?? '';
  await give({ ...mail, more: `${zzz}${SIGNED}`, text: body });
  const all = await given();
  expect(all.environment['MAILROBOT_FIRST_LINE']).toBe('deploy');
  expect(JSON.stringify([all.document, all.environment, all.raw])).not.toMatch(/zzz/i);
});

test('a subject within what is signed is given', async () => {
  const header =
    'Content-Type: text/plain; protected-headers="v1"\r\nSubject: =?utf-8?q?gr=C3=BCn?=';
  await give(mime(partOf(text('deploy'), header), { subject: '...' }));
  expect((await given()).environment['MAILROBOT_SUBJECT']).toBe('grün');
});

test('files within what is signed are given, and charsets and encodings are as it says', async () => {
  const inner = [
    '--i\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable',
    `\r\n\r\n${FIRST.replaceAll('=', '=3D')}\r\ngr=FCn =\r\nund mehr\r\n`,
    '--i\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--i--\r\n',
  ].join('');
  await give(mime(partOf(inner, 'Content-Type: multipart/mixed; boundary=i')));
  const { document } = await given();
  expect(document.newText).toBe('grün und mehr');
  expect(document.message.attachments).toMatchObject([{ filename: 'a.csv' }]);
});

test('a ticket that only the unsigned header names is none of it', async () => {
  const { letters } = await desk.deliver({ from: NIC });
  const answers = /^Message-ID: (.*)$/im.exec(letters[0]?.content ?? '')?.[1] ?? '';
  await give({ ...clear('deploy'), answers });
  expect(await waiting()).toMatchObject([{ onTicket: null }]);
});

test.each<readonly [string, () => Mail, RegExp]>([
  ['is not signed', () => ({ text: text('deploy') }), /nothing in it is signed/],
  [
    'was changed',
    () => ({ text: clear('deploy').text?.replace('deploy\n', 'delete\n') ?? '' }),
    /was changed/,
  ],
  [
    'is for another day',
    () => ({ text: pgp.clear(FIRST.replace('-20', '-10'), paul) }),
    /more than 4 days/,
  ],
  [
    'is for another robot',
    () => ({ text: pgp.clear(FIRST.replace('deploy', 'other'), paul) }),
    /is not for deploy@/,
  ],
  ['says not what it is for', () => ({ text: pgp.clear('deploy\n', paul) }), /first line/],
  ['says it below', () => ({ text: pgp.clear(`deploy\n${FIRST}\n`, paul) }), /first line/],
])('a mail that %s is held, and starts nothing', async (_, mail, why) => {
  expect((await give(mail())).end).toBe('held');
  expect(await waiting()).toEqual([]);
  expect(reason()).toMatchObject({ check: 'unsigned', evidence: expect.stringMatching(why) });
});

test("a key that was revoked, is expired or is a stranger's opens nothing", async () => {
  const stranger = pgp.key(`Paul Paulsen <${PAUL}>`);
  await give({ text: pgp.clear(text('1'), stranger) });
  expect(reason()?.evidence).toMatch(/not in the keyring/);
  const more = secondsAgo(3 * 86400);
  const brief = pgp.key('Brief <brief@keys.example>', { expires: '1d', more });
  const signed = pgp.clear(text('2'), brief, ...more);
  const gone = pgp.key('Gone <gone@keys.example>');
  const before = pgp.clear(text('3'), gone);
  pgp.revoke(gone);
  writeFileSync(keyring, pgp.keyring(brief, gone));
  await give({ text: before });
  expect(reason()?.evidence).toMatch(/is revoked/);
  await give({ text: signed });
  expect(reason()?.evidence).toMatch(/is expired/);
  expect(await waiting()).toEqual([]);
});

test('two keys with one address are two people, told apart by fingerprint', async () => {
  const other = pgp.key(`Paul Paulsen <${PAUL}>`);
  writeFileSync(keyring, pgp.keyring(paul, other));
  await give({ text: pgp.clear(text('a'), other) });
  await give({ text: pgp.clear(text('b'), paul) });
  expect((await waiting()).map(({ signed }) => signed?.fingerprint)).toEqual([other, paul]);
});

test('a subkey signs for its primary key', async () => {
  const owner = pgp.key('Sub <sub@keys.example>');
  pgp.addSigningSubkey(owner);
  writeFileSync(keyring, pgp.keyring(owner));
  await give({ text: pgp.clear(text('deploy'), owner) });
  expect(await waiting()).toMatchObject([{ signed: { fingerprint: owner } }]);
});

test.each<readonly [string, (mail: Mail) => Mail]>([
  ['as it is', (mail) => mail],
  [
    'with another header',
    (mail) => ({ ...mail, subject: 'other', id: '<other@x.example>', from: EVE }),
  ],
  [
    'with blanks at the ends of lines',
    (mail) => ({ ...mail, text: mail.text?.replaceAll('\n', ' \t\n') ?? '' }),
  ],
  [
    'with a comment in its armor',
    (mail) => ({ ...mail, text: mail.text?.replace('SIGNATURE-----\n', '$&Comment: x\n') ?? '' }),
  ],
  [
    'in quoted-printable',
    (mail) => ({
      ...mail,
      more: 'Content-Transfer-Encoding: quoted-printable\n',
      text: mail.text?.replaceAll('=', '=3D').replace('dep', '=\ndep') ?? '',
    }),
  ],
])('the same once more, %s, starts nothing, at once or in days', async (_, change) => {
  const mail = { ...clear('deploy'), id: '<1@x.example>' };
  expect((await give(mail)).end).toBe('queued');
  expect(['held', 'duplicate']).toContain((await give(change(mail))).end);
  await reply('');
  desk.wait(3.9 * 24 * 60 * 60 * 1000);
  expect(['held', 'duplicate']).toContain(
    (await give({ ...change(mail), more: `${change(mail).more ?? ''}X: 1\n` })).end,
  );
  expect(await waiting()).toEqual([]);
  expect(reason()).toMatchObject({ check: 'signed-before' });
});

test('two copies at once start it once', async () => {
  const mail = { ...clear('deploy'), from: NIC, to: 'deploy', verb: 'run' } as const;
  const other = async () => give({ ...mail, subject: 'faster' });
  const { end } = await desk.deliverWhile({ ...mail, subject: 'slower' }, other, DEPLOY);
  expect(end).toBe('held');
  expect(await waiting()).toMatchObject([{ subject: 'faster' }]);
});

test('words that are signed anew are a new order', async () => {
  const old = pgp.key('Old <old@keys.example>', { more: secondsAgo(3000) });
  writeFileSync(keyring, pgp.keyring(old));
  for (const seconds of [2000, 1000]) {
    const signed = pgp.clear(text('deploy'), old, ...secondsAgo(seconds));
    expect((await give({ text: signed })).end).toBe('queued');
  }
  expect(await waiting()).toHaveLength(2);
});

test('what one of two robots got, the other does not take', async () => {
  const other = { ...DEPLOY, name: 'other' };
  writeFileSync(join(folder, 'robots/other.keys'), pgp.keyring(paul));
  expect((await give(clear('deploy'), other)).end).toBe('held');
  expect(reason()?.evidence).toMatch(/is not for other@/);
});

test('what seems to be of the staff and is not proven is let in by its signature', async () => {
  expect((await give({ ...clear('deploy'), from: KIM })).end).toBe('queued');
  expect(await waiting()).toMatchObject([{ from: { address: PAUL } }]);
});

test('of a robot for the staff both must be right', async () => {
  const robot: RobotConfig = { ...DEPLOY, from: 'staff' };
  expect((await give(clear('1'), robot)).end).toBe('held');
  expect((await give({ text: 'x', from: KIM, results: provenFrom(KIM) }, robot)).end).toBe('held');
  expect((await give({ ...clear('2'), from: KIM }, robot)).end).toBe('held');
  expect((await give({ ...clear('3'), from: KIM, results: provenFrom(KIM) }, robot)).end).toBe(
    'queued',
  );
});

test('spam and the mail of machines stay what they are, signed or not', async () => {
  expect((await give({ ...clear('1'), above: 'X-Spam-Flag: YES\n', queueId: 'Q1' })).end).toBe(
    'held',
  );
  expect((await give({ ...clear('2'), more: 'Auto-Submitted: auto-replied\n' })).end).toBe(
    'recorded',
  );
  expect((await give({ ...clear('3'), more: 'List-Id: <l.x.example>\n' })).end).toBe('held');
  expect(await waiting()).toEqual([]);
});

test('the reply goes to the address of the key, encrypted, and is nowhere in the store', async () => {
  await give({ ...clear('deploy'), from: EVE, subject: 'go' });
  await reply('It is déployed: zsecret');
  const { content } = desk.lastTo(PAUL);
  expect(content).toMatch(
    /^Content-Type: multipart\/encrypted;\s+protocol="application\/pgp-encrypted"/m,
  );
  expect(content).toMatch(/Content-Type: application\/pgp-encrypted\n(?:.+\n)*\nVersion: 1\n/);
  const [armor = ''] = /-----BEGIN PGP MESSAGE[\s\S]*END PGP MESSAGE-----\n/.exec(content) ?? [];
  const [header, body = ''] = pgp.decrypted(armor).split('\r\n\r\n');
  expect(header).toMatch(/text\/plain; charset=utf-8/);
  expect(Buffer.from(body, 'base64').toString()).toBe('It is déployed: zsecret');
  expect(JSON.stringify(desk.records)).not.toContain('zsecret');
  expect(desk.to(EVE)).toEqual([]);
});

test('a secret in it goes out encrypted, and lies nowhere else', async () => {
  await give(clear('deploy'));
  const said = { type: 'reply', text: 'For a day: k7Qm-x2Ta', secrets: ['k7Qm-x2Ta'] };
  await reply(JSON.stringify(said));
  const { content } = desk.lastTo(PAUL);
  const [armor = ''] = /-----BEGIN PGP MESSAGE[\s\S]*END PGP MESSAGE-----\n/.exec(content) ?? [];
  const [, body = ''] = pgp.decrypted(armor).split('\r\n\r\n');
  expect(Buffer.from(body, 'base64').toString()).toBe('For a day: k7Qm-x2Ta');
  expect(JSON.stringify(desk.records)).not.toContain('k7Qm');
});

test('to a key that is good for signatures alone it is plain', async () => {
  await give({ text: pgp.clear(text('deploy'), signer) });
  await reply('It is deployed.');
  expect(desk.lastTo('signs@keys.example').text).toContain('It is deployed.');
});

test('if it cannot be encrypted though the key is good for it, there is none', async () => {
  await give(clear('deploy'));
  writeFileSync(keyring, 'garbage');
  await reply('It is deployed.');
  expect(desk.to(PAUL)).toEqual([]);
});

test('a key without an address gets none', async () => {
  const nobody = pgp.key('deploy key');
  writeFileSync(keyring, pgp.keyring(nobody));
  await give({ text: pgp.clear(text('deploy'), nobody) });
  expect(await waiting()).toMatchObject([{ from: null, answerTo: null }]);
  expect((await reply('It is deployed.')).end).toBe('done');
  expect(desk.letters).toEqual([]);
});

describe('a plan of what was signed', () => {
  const confirming: RobotConfig = { ...DEPLOY, confirm: true };
  const plan = JSON.stringify({ type: 'ticket.status', ticket: '7102', status: 'resolved' });
  const address = (content: string) =>
    /^Reply-To: .*?([a-z0-9-]+-p-[a-z0-9-]+@[a-z.-]+)/im.exec(content.replaceAll('=\n', ''))?.[1] ??
    '';
  const word = (told: string) => /^ {4}(confirm \d{4})$/m.exec(told)?.[1] ?? 'none';
  const decrypted = (content: string): string => {
    const [armor = ''] = /-----BEGIN PGP MESSAGE[\s\S]*END PGP MESSAGE-----\n/.exec(content) ?? [];
    return Buffer.from(pgp.decrypted(armor).split('\r\n\r\n')[1] ?? '', 'base64').toString();
  };
  const says = (to: string, said: string, from = PAUL) =>
    desk.deliver({ from, to, subject: 'Re: please', text: said, verb: 'reply' });

  test('is encrypted to the key, and confirmed by whoever reads it there', async () => {
    await desk.deliver({ from: NIC });
    await give(clear('close it'), confirming);
    expect((await reply(plan, confirming)).end).toBe('planned');
    const { content } = desk.lastTo(PAUL);
    expect(content).not.toMatch(/confirm \d/);
    const told = decrypted(content);
    expect(told).toContain('  - set SUPPORT-7102 to resolved\n');
    expect(JSON.stringify(desk.records)).not.toContain(word(told));
    expect((await says(address(content), word(told), EVE)).end).toBe('held');
    expect((await says(address(content), 'confirm 0000')).end).toBe('answered');
    expect(desk.ticket(7102).status).not.toBe('resolved');
    expect((await says(address(content), word(told))).end).toBe('queued');
    expect(await waiting()).toMatchObject([{ trust: 'authenticated', signed: {} }]);
    expect((await reply(plan, confirming)).end).toBe('done');
    expect(desk.ticket(7102).status).toBe('resolved');
  });

  test('is plain to a key that is good for signatures alone', async () => {
    await desk.deliver({ from: NIC });
    await give({ text: pgp.clear(text('close it'), signer) }, confirming);
    await reply(plan, confirming);
    const letter = desk.lastTo('signs@keys.example');
    expect((await says(address(letter.content), word(letter.text), 'signs@keys.example')).end).toBe(
      'queued',
    );
  });

  test('is not told if it cannot be encrypted: a person looks at the mail', async () => {
    await desk.deliver({ from: NIC });
    await give(clear('close it'), confirming);
    writeFileSync(keyring, 'garbage');
    expect((await reply(plan, confirming)).end).toBe('held');
    expect(desk.to(PAUL)).toEqual([]);
    expect(reason()?.evidence).toContain('could not be told (not-encrypted');
  });

  test('replaces an open one of the same key, and a forged request does not', async () => {
    await desk.deliver({ from: NIC });
    for (const order of ['close it', 'now']) {
      await give(clear(order), confirming);
      await reply(plan, confirming);
    }
    await give({ text: 'close it', from: PAUL }, confirming);
    expect(await desk.during(({ store }) => store.robotPlans())).toMatchObject([
      { trust: 'authenticated' },
    ]);
  });
});

test('who has signed may order things on any ticket', async () => {
  await desk.deliver({ from: NIC });
  await give(clear('close it'));
  const order = { type: 'ticket.status', ticket: '7102', status: 'resolved' };
  expect((await reply(JSON.stringify(order))).end).toBe('done');
  expect(desk.ticket(7102).status).toBe('resolved');
});

test.each([
  ['is not there', () => rmSync(keyring)],
  ['is armored', () => writeFileSync(keyring, '-----BEGIN PGP PUBLIC KEY BLOCK-----\n')],
  ['is none', () => writeFileSync(keyring, 'a text of some octets')],
  ['is empty', () => writeFileSync(keyring, '')],
])('a keyring that %s leaves the mail with the MTA', async (_, change) => {
  change();
  await expect(give(clear('deploy'))).rejects.toMatchObject({ end: 'config' });
  expect(desk.records).toEqual([]);
});

test('erasing its author leaves nothing but that it cannot be used again', async () => {
  await give({ ...clear('zwords'), subject: 'zsubject' });
  await desk.erase(ofPerson(PAUL));
  expect(JSON.stringify(desk.records)).not.toMatch(/paulsen|keys\.example|zsubject|zwords/i);
  expect(await waiting()).toEqual([]);
});
