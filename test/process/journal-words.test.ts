/**
 * What people write, and who they are, is in no line of the journal, whatever happened at the
 * desk; and all of it is still there for whoever reads, searches, follows or restores the store.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
let desk: TestDesk;
let mails = 0;

beforeEach(async () => {
  mails = 0;
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [
      { name: 'quentin', addresses: [`quentinmail@${DOMAIN}`], sasl: ['quentinlogin'] },
      { name: 'rosalind', addresses: [`rosalindmail@${DOMAIN}`] },
    ];
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
  readonly login?: string;
}

async function deliver(verb: string, body: string, mail: Mail): Promise<void> {
  const { from, to, subject = 'zsubject', more = '', login } = mail;
  mails += 1;
  const recipient = `${to}@${DOMAIN}`;
  const id = `<zmessage${mails}.id@zhost.example>`;
  const address = /<(.*)>/.exec(from)?.[1] ?? from;
  const ended = await desk.here([verb], {
    input: `From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nMessage-ID: ${id}\n${more}\n${body}\n`,
    env: {
      ...{ SENDER: address, RECIPIENT: recipient, CLIENT_HELO: 'zhelo.example' },
      ...(login !== undefined && { SASL_USERNAME: login }),
    },
  });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}

const CUSTOMER = 'Zacharias Zimmermann <zacharias@zfirm.example>';
const STAFF = { from: `quentinmail@${DOMAIN}`, login: 'quentinlogin' };
const PARTS = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n`;
const BODY = `--b\n\nzbody of the customer\n--b\nContent-Type: application/zsecret\nContent-Disposition: attachment; filename="zpicture.zextn"\n\nzcontent\n--b--`;

const ALTERNATIVES =
  '--b\n\nzrich *zbold*\n\n--b\nContent-Type: text/html\n\n<p>zrich <b>zbold</b></p>\n--b--';

/** Everything that a desk does: by mail, by command, by another system. */
async function workADay(): Promise<void> {
  await deliver('new', BODY, { from: CUSTOMER, to: 'new', more: PARTS });
  await deliver('reply', 'Cc: +zcopied@zfirm.example\nTags: +ztag\n\nzanswer of the staff', {
    ...{ ...STAFF, to: 'support-7102' },
  });
  await deliver('reply', ALTERNATIVES, {
    ...{ ...STAFF, to: 'support-7102' },
    more: 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n',
  });
  await deliver('reply', 'znote of the staff', { ...STAFF, to: 'support-7102+note' });
  await deliver('control', 'assign 7102 rosalind\nretitle 7102 zretitled\nquit\nzrest', {
    ...{ ...STAFF, to: 'control' },
  });
  await deliver('reply', 'zstranger writes', {
    from: 'zstranger@zevil.example',
    to: 'support-7102',
  });
  await deliver('new', 'zvacation', {
    ...{ from: 'zrobot@zfirm.example', to: 'new', more: 'Auto-Submitted: auto-replied\n' },
  });
  for (const args of [
    ['reply', '7102', '-m', 'zreply by command'],
    ['note', '7102', '-m', 'znote by command'],
    ['priority', '7102', 'urgent'],
    ['close', '7102'],
  ]) {
    expect(await desk.here(['ticket', ...args])).toMatchObject({ exit: 0 });
  }
  const order = {
    ...{ type: 'ticket.reply', ticket: 'SUPPORT-7102', text: 'zfixed by a system', by: 'zcrm' },
    ...{ id: 'zevent', source: '/zsystem' },
  };
  expect(await desk.here(['apply'], { input: `${JSON.stringify(order)}\n` })).toMatchObject({
    exit: 0,
  });
  expect(await desk.here(['ticket', 'block', '7102'])).toMatchObject({ exit: 0 });
  await desk.here(['ticket', 'list']);
}

const linesOf = (folder: string) =>
  readdirSync(join(desk.store, folder))
    .map((name) => readFileSync(join(desk.store, folder, name), 'utf8'))
    .join('');

test('a day at the desk leaves no words, names, addresses, subjects or Message-IDs in the journal', async () => {
  await workADay();
  const journal = linesOf('journal');
  expect(journal.match(/.*\n/g)?.length).toBeGreaterThan(12);
  // All that a person could have chosen begins with a z, or is a name of the staff.
  expect(journal.match(/.{40}[^a-z](z[a-z]|quentin|rosalind|@|urgent).{40}/gi)).toBeNull();
  expect(journal).not.toContain(DOMAIN);
  const texts = linesOf('texts');
  for (const word of [
    ...['zbody', 'zanswer', 'znote of', 'zretitled', 'zstranger', 'zreply', 'zfixed', 'ztag'],
    ...[
      '<p>zrich <b>zbold</b></p>',
      'Zimmermann',
      'zacharias@zfirm',
      'zmessage1.id',
      'zpicture',
      'zevent',
      'zcrm',
    ],
    ...['rosalind', 'quentin', 'zcopied', 'zrobot'],
  ]) {
    expect(texts).toContain(word);
  }
});

test('what is not in the journal is found, followed, made again and restored', async () => {
  await workADay();
  for (const word of ['zbody', 'zimmermann', 'znote', 'ztag', 'zpicture', 'zretitled', '7102']) {
    const { stdout } = await desk.here(['ticket', 'search', word]);
    expect([word, stdout]).toEqual([word, expect.stringContaining('SUPPORT-7102')]);
  }
  expect((await desk.here(['ticket', 'search', 'znowhere'])).stdout).not.toContain('SUPPORT');
  const told = async () => ({
    ticket: (await desk.here(['ticket', 'show', '7102', '--json'])).stdout,
    events: (await desk.here(['events', '--scope', 'notes,held'])).stdout,
    why: (await desk.run(['explain', '7102'])).stdout,
    held: (await desk.here(['held', 'list', '--json'])).stdout,
  });
  const before = await told();
  expect(before.events).toMatch(/zbody.*zanswer.*znote.*zfixed/s);
  expect(before.why).toContain('zmessage1.id');
  expect(before.held).toContain('zstranger');
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  expect(await desk.here(['rebuild'])).toMatchObject({ exit: 0 });
  expect(await told()).toEqual(before);
  const archive = join(desk.dir, 'desk.tar');
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0 });
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0 });
  const { ticket, held } = await told();
  expect({ ticket, held }).toEqual({ ticket: before.ticket, held: before.held });
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});
