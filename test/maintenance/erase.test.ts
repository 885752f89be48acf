/**
 * `mailrobot erase` on a desk that has worked: nothing of the person is left in any file, whatever
 * it is decoded from, nor in a backup; and the store, the feed and the numbers go on.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decoded } from '../kit/decoded.ts';
import { unpackOldStore } from '../kit/old-store.ts';
import { deskAt, filesBelow, makeDesk, type TestDesk } from '../process/desk.ts';

const DOMAIN = 'support-ticket.example';
const ZOE = 'zoe.zimmermann@zzfirmly.example';
/** All that Zoe could have chosen; no hash and no salt has it by chance. */
const HERS =
  /zz(?:login|password|report|secret|answer|thanks|heldmail|stranger|vacation|words|firmly)|zimmermann/i;

let desk: TestDesk;
let mails = 0;

beforeEach(async () => {
  mails = 0;
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: [`bob@${DOMAIN}`], sasl: ['bob'] }];
  });
});

afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject?: string;
  readonly more?: string;
  readonly body: string;
  readonly login?: string;
  /** Of the envelope, if it is another. */
  readonly envelope?: string;
}

async function deliver(mail: Mail) {
  expect(await handIn(mail)).toMatchObject({ exit: 0, stdout: '' });
}

/** Whatever comes of it. */
async function handIn({ from, to, subject = 'printer', more = '', body, login, envelope }: Mail) {
  mails += 1;
  const recipient = `${to}@${DOMAIN}`;
  const sender = /<(.*)>/.exec(from)?.[1] ?? from;
  const domain = sender.slice(sender.indexOf('@') + 1);
  const verb = to === 'new' || to === 'control' ? to : 'reply';
  return desk.here([verb], {
    input: `From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nMessage-ID: <m${mails}@${domain}>\n${more}\n${body}\n`,
    env: {
      ...{ SENDER: envelope ?? sender, RECIPIENT: recipient },
      ...(login !== undefined && { SASL_USERNAME: login }),
    },
  });
}

const base64 = (octets: Buffer | string) =>
  Buffer.from(octets).toString('base64').replace(/.{76}/g, '$&\n');

const PARTS = [
  ...['--b', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', ''],
  ...[base64('My zzpassword is wrong, and here are some more words.\n')],
  ...['--b', 'Content-Type: application/gzip', 'Content-Transfer-Encoding: base64'],
  ...['Content-Disposition: attachment; filename="zzreport.gz"', ''],
  ...[base64(gzipSync('zzsecret content')), '--b--'],
].join('\n');

/** By every door, and with everything that may come of it. */
async function workADay(): Promise<void> {
  await deliver({
    ...{ from: `Zoe Zimmermann <${ZOE}>`, to: 'new', subject: 'zzlogin', body: PARTS },
    more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
  });
  await deliver({ from: 'kay@ferrier.example', to: 'new', body: 'It is on fire.' });
  await deliver({
    ...{ from: `bob@${DOMAIN}`, to: 'support-7102', login: 'bob' },
    body: 'Tags: +billing\n\nzzanswer of ours\n\n> My zzpassword is wrong',
  });
  await deliver({
    ...{ from: ZOE, to: 'support-7102', subject: '=?utf-8?B?enp0aGFua3M=?=' },
    more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n',
    body: 'zz=74hanks',
  });
  // Held, since she is not on it.
  await deliver({ from: ZOE, to: 'support-7103', subject: 'zzheldmail', body: 'zzstranger' });
  await deliver({
    from: ZOE,
    // As all of them.
    envelope: '',
    to: 'new',
    more: 'Auto-Submitted: auto-replied\n',
    body: 'zzvacation',
  });
  await deliver({
    from: `bob@${DOMAIN}`,
    to: 'control',
    login: 'bob',
    body: 'show 7102\nassign 7102 bob',
  });
  // Another ticket, which she is on for a while.
  for (const args of [
    ['cc', '7103', `+${ZOE}`],
    ['reply', '7103', '-m', 'We are coming.'],
    ['note', '7103', '-m', 'The hose is short.'],
    ['reply', '7102', '-m', 'zzanswer by command'],
  ]) {
    const { exit, stderr } = await desk.here(['ticket', ...args]);
    expect({ args, exit, stderr }).toMatchObject({ args, exit: 0 });
  }
  await desk.here(['ticket', 'list']);
  await desk.settled();
}

/** Names of the files that have something of hers, and where. */
function filesWithHers(folder: string): readonly string[] {
  return filesBelow(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = HERS.exec(statSync(path).isDirectory() ? name : decoded(readFileSync(path)));
    return found === null
      ? []
      : `${name}: ${found.input.slice(found.index - 90, found.index + 90)}`;
  });
}

const events = async (...more: readonly string[]) => {
  const { stdout } = await desk.here(['events', '--scope', 'notes,held', ...more]);
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { id: string; type: string; data: Record<string, unknown> } => JSON.parse(line));
};

async function fsck(): Promise<string> {
  return (await desk.run(['fsck'])).stdout;
}

test('nothing of a person is left in the store, nor in a backup made afterwards', async () => {
  await workADay();
  expect(filesWithHers(desk.store).length).toBeGreaterThan(10);
  const before = await events();
  const dry = await desk.run(['erase', ZOE, '--dry-run']);
  expect(dry).toMatchObject({ exit: 0, stderr: '' });
  expect(dry.stdout).toMatch(/^Would erase words of \d+ commits, \d+ mails and \d+ files?/);
  expect(await events()).toEqual(before);

  const erased = await desk.run(['erase', ZOE]);
  // It is said where it takes a second.
  const stderr = expect.stringMatching(/^(?:Erasing; mail waits meanwhile\.\n)?$/);
  expect(erased).toMatchObject({ exit: 0, stderr });
  expect(erased.stdout).toMatch(/^Erased words of .*SUPPORT-7102/);
  await desk.settled();
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);

  const archive = join(desk.dir, 'desk.tar');
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0 });
  expect(decoded(readFileSync(archive))).not.toMatch(HERS);
  // And all of it is still there for those who asked for nothing.
  const { stdout } = await desk.here(['ticket', 'show', '7103', '--full']);
  expect(stdout).toMatch(/It is on fire[\s\S]*We are coming[\s\S]*The hose is short/);

  const after = await events();
  expect(after.slice(0, before.length).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.find(({ type }) => type === 'person.erased')?.data).toMatchObject({
    tickets: expect.arrayContaining(['SUPPORT-7102', 'SUPPORT-7103']),
  });
  const cursor = before[3]?.id ?? '';
  expect((await events('--after', cursor))[0]?.id).toBe(before[4]?.id);
  await deliver({ from: 'eva@ferrier.example', to: 'new', body: 'next' });
  expect((await desk.here(['ticket', 'show', '7104'])).exit).toBe(0);
});

test('a backup that is older than the erasure is erased when it is restored', async () => {
  await workADay();
  const archive = join(desk.dir, 'desk.tar');
  expect(await desk.here(['backup', archive])).toMatchObject({ exit: 0 });
  for (const text of ['1', '2', '3', '4', '5', '6']) {
    await desk.here(['ticket', 'note', '7103', '-m', text]);
  }
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(readFileSync(join(desk.dir, 'erasures.json'), 'utf8')).not.toMatch(HERS);
  rmSync(desk.store, { recursive: true });
  const restored = await desk.run(['restore', archive]);
  expect(restored).toMatchObject({ exit: 0, stderr: '' });
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(restored.stdout).toContain('What was erased since the backup is erased again');
  expect(await desk.here(['resume', '--yes'])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
  expect((await events()).filter(({ type }) => type === 'person.erased')).toHaveLength(1);
  // Who writes again afterwards is not erased with a later backup, however often.
  const writeAndRestore = async (name: string) => {
    await deliver({ from: ZOE, to: 'new', subject: name, body: 'again' });
    const later = join(desk.dir, `${name}.tar`);
    expect(await desk.here(['backup', later])).toMatchObject({ exit: 0 });
    rmSync(desk.store, { recursive: true });
    expect((await desk.here(['restore', later])).stdout).not.toContain('erased again');
    expect((await desk.here(['ticket', 'list'])).stdout).toContain(name);
  };
  await writeAndRestore('since');
  // Erased in an epoch that the first backup knows nothing of.
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  rmSync(desk.store, { recursive: true });
  expect((await desk.here(['restore', archive])).stdout).toContain('erased again');
  await writeAndRestore('since-then');
});

test('what is left of a ticket can be looked at, and nobody is answered there', async () => {
  await workADay();
  expect(await desk.here(['erase', '7102'])).toMatchObject({ exit: 0 });
  const { exit, stdout } = await desk.here(['ticket', 'show', '7102']);
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('[erased]') });
  for (const [args, why] of [
    [['ticket', 'attachment', '7102', '1'], 'the attachment was erased'],
    [['ticket', 'reply', '7102', '-m', 'Hello?'], 'there is nobody to answer'],
  ] as const) {
    expect(await desk.run(args)).toMatchObject({ exit: 1, stderr: expect.stringContaining(why) });
  }
  for (const args of [['status'], ['stats'], ['rebuild'], ['ticket', 'list', '--all'], ['fsck']]) {
    expect([args, (await desk.run(args)).exit]).toEqual([
      args,
      args[0] === 'status' ? expect.anything() : 0,
    ]);
  }
});

test('a ticket erased leaves the files and the mail of what was split from it', async () => {
  const from = 'kay@ferrier.example';
  await deliver({ from, to: 'new', body: 'zzwords' });
  await deliver({
    ...{
      from,
      to: 'support-7102',
      body: '--b\n\nsecond\n--b\nContent-Type: application/pdf; name=zzreport.pdf\n\nzzsecret content\n--b--',
    },
    more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
  });
  expect(await desk.here(['ticket', 'split', '7102', '3'])).toMatchObject({ exit: 0 });
  expect(await desk.here(['erase', '7102'])).toMatchObject({ exit: 0 });
  await desk.settled();
  const file = await desk.here(['ticket', 'attachment', '7103', '1']);
  expect(file).toMatchObject({ exit: 0, stdout: expect.stringContaining('zzsecret content') });
  expect((await desk.here(['export', from, '--mbox'])).stdout).toContain('zzreport.pdf');
  expect(filesBelow(join(desk.store, 'tickets/71/SUPPORT-7102/cur'))).toEqual([]);
  expect(await desk.here(['rebuild'])).toMatchObject({ exit: 0 });
  expect(filesBelow(join(desk.store, 'tickets/71/SUPPORT-7102/cur'))).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
  const lost = 'tickets/71/SUPPORT-7102/attachments/3-1.pdf';
  rmSync(join(desk.store, lost));
  expect(await fsck()).toContain(lost);
  // With the other one, nothing of it is left.
  expect(await desk.here(['erase', from])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(filesWithHers(desk.store)).toEqual([]);
});

test('a subscriber is told which tickets have lost words, and not whose', async () => {
  const told = join(desk.dir, 'told');
  desk.configure((config) => {
    const command = ['/bin/sh', '-c', `cat >>${told}`];
    config['subscribers'] = [{ name: 'crm', type: 'exec', command, types: ['person.*'] }];
  });
  await deliver({ from: ZOE, to: 'new', body: 'zzwords' });
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  await desk.settled();
  const event = readFileSync(told, 'utf8');
  expect(JSON.parse(event)).toMatchObject({
    type: 'person.erased',
    data: { tickets: ['SUPPORT-7102'] },
  });
  expect(event).not.toMatch(HERS);
});

test('mail that waits for the MTA does not go out any more', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/bin/false';
  });
  await desk.here(['new'], { input: `From: ${ZOE}\nSubject: zzlogin\n\nzzwords\n` });
  await desk.settled();
  expect(existsSync(join(desk.store, 'outbox'))).toBe(true);
  expect(filesBelow(join(desk.store, 'outbox'))).not.toEqual([]);
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(filesBelow(join(desk.store, 'outbox'))).toEqual([]);
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
});

/** It fails until the desk has its own one back. */
function failingSendmail(): () => void {
  const path = join(desk.dir, 'sendmail');
  const own = readFileSync(path);
  writeFileSync(path, '#!/bin/sh\nexit 75\n');
  return () => writeFileSync(path, own);
}

const sentTo = (address: string) =>
  desk.sent().flatMap(({ args, content }) => (args.includes(address) ? content : []));

test.each([
  ['by command', async () => desk.here(['ticket', 'reply', '7102', '-m', 'We are coming.'])],
  [
    'by mail',
    async () => {
      const bob = { from: `bob@${DOMAIN}`, login: 'bob', to: 'support-7102' };
      await handIn({ ...bob, body: 'We are coming.' });
    },
  ],
])('an answer %s reaches the requester without whom it had in copy', async (_, answer) => {
  const kay = 'kay@ferrier.example';
  await deliver({ from: kay, to: 'new', body: 'It is on fire.' });
  await desk.here(['ticket', 'cc', '7102', `+${ZOE}`, '+lee@other.example']);
  await answer();
  await desk.settled();
  // It has gone: what is left of its copy is exported, and found in order.
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
  const exported = (await desk.here(['export', kay, '--mbox'])).stdout;
  expect(exported).toMatch(/^Cc: lee@other.example$[\s\S]*We are coming/m);
  // It waits: it goes out once sendmail works again.
  await desk.here(['ticket', 'cc', '7102', `+${ZOE}`]);
  const mend = failingSendmail();
  await answer();
  await desk.settled();
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  mend();
  const before = sentTo(kay).length;
  await desk.here(['ticket', 'note', '7102', '-m', 'Sendmail works again.']);
  await desk.settled();
  const [late, ...more] = sentTo(kay).slice(before);
  expect(late).toMatch(/^Cc: lee@other.example$[\s\S]*We are coming/m);
  expect(more).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
  // And whoever else was in copy of both is gone as well, if they ask later.
  expect(await desk.here(['erase', 'lee@other.example'])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(await fsck()).toMatch(/^The store is in order/);
  expect((await desk.here(['export', kay, '--mbox'])).stdout).not.toMatch(/lee@other/);
});

test('the staff are told of what somebody else wrote, though the mail that tells it goes', async () => {
  await deliver({ from: 'kay@ferrier.example', to: 'new', body: 'It is on fire.' });
  await desk.here(['ticket', 'cc', '7102', `+${ZOE}`]);
  await desk.settled();
  const mend = failingSendmail();
  await handIn({ from: ZOE, to: 'support-7102', body: 'zzwords' });
  await handIn({ from: 'kay@ferrier.example', to: 'support-7102', body: 'It is out now.' });
  await desk.settled();
  mend();
  const before = desk.sent().length;
  expect(await desk.here(['erase', ZOE])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(filesWithHers(desk.store)).toEqual([]);
  const told = desk.sent().slice(before);
  expect(told.map(({ args }) => args)).toEqual([expect.stringContaining(`bob@${DOMAIN}`)]);
  expect(told[0]?.content).toMatch(/^kay@ferrier.example.*:$[\s\S]*^It is out now/m);
  expect(told.map(({ content }) => content).join('')).not.toMatch(HERS);
  expect(await fsck()).toMatch(/^The store is in order/);
});

test.each([
  ['nobody@nowhere.example', 'there is nothing to erase'],
  [`bob@${DOMAIN}`, 'who is of the staff'],
  [`new@${DOMAIN}`, "the desk's own address"],
  ['7109', 'there is no ticket'],
  ['Zoe', 'neither an address nor a ticket'],
])('%s is refused', async (what, why) => {
  await deliver({ from: 'kay@ferrier.example', to: 'new', body: 'It is on fire.' });
  const { exit, stderr } = await desk.here(['erase', what]);
  expect(stderr).toContain(why);
  expect(exit).not.toBe(0);
  expect(existsSync(join(desk.dir, 'erasures.json'))).toBe(false);
});

test('a ticket on legal hold says so, and refuses until that is lifted', async () => {
  await deliver({ from: ZOE, to: 'new', body: 'zzwords' });
  const onHold = await desk.here(['legal-hold', '7102']);
  expect(onHold).toMatchObject({ exit: 0, stdout: 'SUPPORT-7102 is on legal hold.\n' });
  expect((await desk.here(['ticket', 'show', '7102'])).stdout).toContain('Legal hold');
  for (const what of [ZOE, '7102']) {
    const { exit, stderr } = await desk.here(['erase', what]);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('legal hold') });
  }
  expect(existsSync(join(desk.dir, 'erasures.json'))).toBe(false);
  expect(filesWithHers(desk.store)).not.toEqual([]);
  expect((await desk.here(['legal-hold', '7102', '--lift'])).exit).toBe(0);
  expect((await desk.here(['erase', '7102'])).exit).toBe(0);
  expect(filesWithHers(desk.store)).toEqual([]);
  expect(await fsck()).toMatch(/^The store is in order/);
});

test('what is known of a person is exported as JSON and as an mbox, on legal hold, too', async () => {
  await workADay();
  expect((await desk.here(['legal-hold', '7102'])).exit).toBe(0);
  const json = await desk.here(['export', ZOE]);
  expect(json).toMatchObject({ exit: 0, stderr: '' });
  const known: { tickets: readonly { id: string }[]; held: readonly unknown[] } = JSON.parse(
    json.stdout,
  );
  expect(known.tickets.map(({ id }) => id)).toEqual(['SUPPORT-7102', 'SUPPORT-7103']);
  expect(known.held).toHaveLength(1);
  expect(json.stdout).toMatch(/zzpassword[\s\S]*zzanswer by command/);
  expect(json.stdout).not.toMatch(/bob|on fire|The hose is short/);
  const mbox = (await desk.here(['export', ZOE, '--mbox'])).stdout;
  // Hers: opened, thanks, held, vacation; to her: acknowledgement, two answers, and that of 7103.
  expect(mbox.match(/^From MAILER-DAEMON /gm)).toHaveLength(8);
  expect(decoded(Buffer.from(mbox))).toMatch(/zzsecret content/);
  expect(await desk.here(['export', 'nobody@nowhere.example'])).toMatchObject({ exit: 1 });
});

test('what an older mailrobot wrote is upgraded first, and in an old backup by restore', async () => {
  desk.remove();
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-erase-old-'));
  unpackOldStore(dir);
  desk = deskAt(dir);
  const archive = join(dir, 'desk.tar');
  expect(await desk.here(['backup', archive])).toMatchObject({ exit: 0 });
  const nic = 'nic@ferrier.example';
  const { exit, stderr } = await desk.here(['erase', nic]);
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('upgrade first') });
  expect(await desk.here(['upgrade'])).toMatchObject({ exit: 0 });
  expect(await desk.here(['erase', nic])).toMatchObject({ exit: 0 });
  await desk.settled();
  const left = () =>
    filesBelow(desk.store).filter((name) => {
      const path = join(desk.store, name);
      return !statSync(path).isDirectory() && decoded(readFileSync(path)).includes(nic);
    });
  expect([left(), await fsck()]).toEqual([[], expect.stringContaining('in order')]);
  rmSync(desk.store, { recursive: true });
  expect(await desk.here(['restore', archive])).toMatchObject({ exit: 0 });
  expect([left(), await fsck()]).toEqual([[], expect.stringContaining('in order')]);
});

test('nothing is erased that cannot be remembered', async () => {
  await deliver({ from: ZOE, to: 'new', body: 'zzwords' });
  mkdirSync(join(desk.dir, 'erasures.json'));
  const { exit, stderr } = await desk.here(['erase', ZOE]);
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('erasures.json') });
  expect(filesWithHers(desk.store)).not.toEqual([]);
});
