/** What a restored desk does: it takes mail at once, and sends nothing before somebody says so. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BARE_PATH,
  filesBelow,
  makeDesk,
  PROGRAM,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';

let desk: TestDesk;
let archive: string;
beforeEach(async () => {
  desk = await makeDesk();
  archive = join(desk.dir, 'desk.tar');
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const RESTS = 'mail and events rest until mailrobot resume';

async function restored(): Promise<void> {
  expect(await desk.here(['backup', archive])).toMatchObject({ exit: 0 });
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0 });
}

const deliver = (n: number) => desk.here(['new'], { input: shortMail(n) });
const shown = async (id: string) =>
  JSON.parse((await desk.here(['ticket', 'show', id, '--json'])).stdout);

test('a restored store takes mail and keeps every answer, and sends what rests once it may', async () => {
  await deliver(1);
  await restored();
  const before = desk.sent().length;
  expect(await deliver(2)).toMatchObject({ exit: 0, stdout: '' });
  expect(await deliver(2)).toMatchObject({ exit: 0, stdout: '' });
  const answer = await desk.here(['ticket', 'reply', '8103', '-m', 'It works again.']);
  expect(answer).toMatchObject({
    exit: 0,
    stdout: 'SUPPORT-8103: your answer is kept, and rests.\n',
  });
  expect(answer.stderr).toContain(RESTS);
  expect((await desk.here(['ticket', 'show', '8103'])).stdout).toMatch(/^Sending +rests since/m);
  const status = await desk.run(['status']);
  expect(status).toMatchObject({ exit: 1 });
  expect(status.stdout).toMatch(/outbox +warning +2, .*mailrobot resume/);
  expect(await desk.here(['due'])).toMatchObject({ exit: 1 });
  expect(await desk.here(['ticket', 'list'])).toMatchObject({ exit: 0 });
  expect(desk.sent()).toHaveLength(before);

  const listed = await desk.here(['resume']);
  expect(listed).toMatchObject({ exit: 1 });
  expect(listed.stdout).toContain('2 mails would go out');
  expect(listed.stdout).toMatch(/^SUPPORT-8103 +now +nic2@ferrier\.example$/m);
  expect(listed.stderr).toContain('nothing has gone out');
  expect(desk.sent()).toHaveLength(before);

  const gone = await desk.here(['resume', '--yes']);
  expect(gone).toMatchObject({ exit: 0, stderr: '' });
  expect(gone.stdout).toContain('2 of 2 mails have gone out');
  expect(desk.sent()).toHaveLength(before + 2);
  const { messages } = await shown('8103');
  expect(messages.map(({ delivery }: { delivery?: string }) => delivery)).toEqual([
    undefined,
    'sent',
    'sent',
  ]);
  expect(await deliver(3)).toMatchObject({ exit: 0 });
  expect(desk.sent()).toHaveLength(before + 3);
  expect(await desk.here(['resume'])).toMatchObject({ exit: 0, stderr: '' });
  expect(await desk.run(['status'])).toMatchObject({ exit: 0 });
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
});

test('what had not gone out when the backup was made rests too, and is listed', async () => {
  const config = readFileSync(desk.config);
  desk.configure((value) => {
    value['sendmail'] = '/nonexistent';
  });
  expect(await deliver(1)).toMatchObject({ exit: 75 });
  await restored();
  writeFileSync(desk.config, config);
  for (const args of [['ticket', 'list'], ['rebuild'], ['fsck'], ['ticket', 'close', '7102']]) {
    expect(await desk.run(args)).toMatchObject({ exit: 0 });
  }
  expect(await desk.here(['new'], { input: shortMail(1) })).toMatchObject({ exit: 0, stdout: '' });
  expect(desk.sent()).toHaveLength(0);
  expect((await desk.here(['resume', '--yes'])).stdout).toMatch(/^SUPPORT-7102 .*nic1@/m);
  expect(desk.sent()).toHaveLength(1);
});

test('no subscriber is told anything before, and all of it after', async () => {
  const told = join(desk.dir, 'told');
  writeFileSync(join(desk.dir, 'crm'), `#!/bin/sh\ncat >>"${told}"\n`, { mode: 0o755 });
  desk.configure((config) => {
    config['subscribers'] = [
      { name: 'crm', type: 'exec', command: ['crm'], types: ['ticket.created'] },
    ];
  });
  await restored();
  await deliver(1);
  await desk.run(['subscriber', 'run', '--once']);
  await desk.settled();
  expect(existsSync(told)).toBe(false);
  const listed = await desk.here(['resume']);
  expect(listed.stdout).toMatch(/^crm +\d+$/m);
  expect(existsSync(told)).toBe(false);
  await desk.here(['resume', '--yes']);
  await desk.settled();
  const events = readFileSync(told, 'utf8').trim().split('\n');
  expect(listed.stdout).toMatch(new RegExp(`^crm +${events.length}$`, 'm'));
  expect(events.at(-1)).toContain('SUPPORT-8102');
});

test.skipIf(spawnSync('script', ['--version']).status !== 0)(
  'at a terminal the question is asked, and anything but yes sends nothing',
  async () => {
    await restored();
    await deliver(1);
    const ask = (answer: string) =>
      new Promise<string>((resolve) => {
        const child = spawn('script', ['-qec', `${PROGRAM} resume`, '/dev/null'], {
          env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
        });
        let output = '';
        child.stdout.on('data', (chunk) => {
          const wasAsked = output.includes('[y/N]');
          output += chunk;
          if (!wasAsked && output.includes('[y/N]')) child.stdin.end(`${answer}\n`);
        });
        child.on('close', () => resolve(output));
      });
    expect(await ask('n')).toContain('nothing has gone out');
    expect(desk.sent()).toHaveLength(0);
    expect(await ask('y')).toContain('1 of 1 mails have gone out');
    expect(desk.sent()).toHaveLength(1);
  },
);

test('a copy of a store that rests rests, too', async () => {
  await restored();
  await deliver(1);
  renameSync(archive, `${archive}.first`);
  await restored();
  expect((await desk.here(['resume'])).stdout).toContain('one mail would go out');
  expect(desk.sent()).toHaveLength(0);
});

describe('what the staff answer to an address of before the restore', () => {
  const BOB = 'bob@support-ticket.example';
  const lastTo = (address: string) =>
    desk
      .sent()
      .filter(({ args }) => args.endsWith(`-- ${address}`))
      .at(-1)?.content ?? '';
  const unfolded = (content: string) => content.replace(/\n(?=[ \t])/g, '');
  const replyTo = () => /^Reply-To: +(.*)$/m.exec(unfolded(lastTo(BOB)))?.[1] ?? 'nobody';
  const write = (from: string, to: string, text: string, more = '') =>
    desk.here(['reply'], {
      input: `From: ${from}\nTo: ${to}\nSubject: Re: 1\nMessage-ID: <${text.length}@x.example>\n${more}\n${text}\n`,
      env: { SENDER: from, RECIPIENT: to },
    });
  const waiting = async () => (await desk.here(['resume', '--yes'])).stdout;

  beforeEach(() => {
    desk.configure((config) => {
      config['staff'] = [{ name: 'bob', addresses: [BOB] }];
    });
  });

  test('comes back to them with their words and a fresh address, and nothing is done', async () => {
    await deliver(1);
    const old = replyTo();
    await restored();
    const before = await shown('7102');
    expect(await write(BOB, old, 'I have reset it.')).toMatchObject({ exit: 0, stdout: '' });
    expect(await shown('7102')).toEqual(before);
    expect(JSON.parse((await desk.here(['held', 'list', '--json'])).stdout)).toEqual([]);
    await waiting();
    const back = lastTo(BOB);
    expect(back).toContain('> I have reset it.');
    expect(back).toContain('was not carried out');
    expect(back.replace(/=?\n/g, ' ')).toMatch(/the store was restored from a\s+backup/i);
    const fresh = replyTo();
    expect(fresh).not.toBe(old);
    expect(await write(BOB, fresh, 'I have reset it now.')).toMatchObject({ exit: 0 });
    expect(lastTo('nic1@ferrier.example')).toContain('I have reset it now.');
  });

  test('comes back also where the ticket is lost', async () => {
    await desk.here(['backup', archive]);
    await deliver(1);
    const old = replyTo();
    rmSync(desk.store, { recursive: true });
    await desk.here(['restore', archive]);
    expect(await write(BOB, old, 'I have reset it.')).toMatchObject({ exit: 0, stdout: '' });
    expect((await desk.here(['ticket', 'list', '--json'])).stdout.trim()).toBe('[]');
    await waiting();
    expect(lastTo(BOB).replace(/=?\n/g, ' ')).toMatch(/does not know\s+this ticket/);
    expect(lastTo(BOB)).toContain('> I have reset it.');
    expect(replyTo()).not.toMatch(/-a-/);
  });

  test('and nobody else gets anything by such an address', async () => {
    await deliver(1);
    const old = replyTo();
    await restored();
    await write('eve@evil.example', old, 'Pay to my account.');
    await write('nic1@ferrier.example', old, 'It still does not work.');
    await write(
      BOB,
      old.replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@')),
      'Guessed.',
    );
    await write(BOB, old, 'I am away till Monday.', 'Auto-Submitted: auto-replied\n');
    await waiting();
    expect(JSON.stringify(desk.sent())).not.toContain('was not carried out');
    expect(JSON.stringify(await shown('7102'))).toContain('It still does not work.');
    // The staff read in a notice how what is held begins.
    const toOthers = desk.sent().filter(({ args }) => !args.includes(BOB));
    expect(JSON.stringify(toOthers)).not.toContain('my account');
  });
});

describe('where a desk has been nobody is told to begin a new one', () => {
  const lost = async (...paths: readonly string[]) => {
    await deliver(1);
    for (const path of paths) rmSync(join(desk.dir, path), { recursive: true });
  };
  const COMMANDS = [['ticket', 'list'], ['fsck'], ['rebuild'], ['status'], ['resume']];

  test.each([
    ['the config', ['config.json'], /takes the config out of a backup/],
    ['the store', ['store'], /mailrobot restore a backup/],
    ['store.json', ['store/store.json'], /store\.json is missing: put it back/],
    ['the keys', ['store/keys.json'], /keys\.json is missing: put it back/],
    ['the journal', ['store/journal'], /journal is missing: put it back/],
    ['the texts', ['store/texts'], /texts\/000000000001\.ndjson is missing: put it back/],
    ['the raw mail', ['store/raw'], /raw is missing: put it back/],
    ['the outbox', ['store/outbox'], /outbox is missing: mailrobot rebuild makes it again/],
  ])('%s is lost', async (what, paths, advice) => {
    await lost(...paths);
    // Each mail takes an empty file, also one that is put off.
    const kept = () => filesBelow(desk.store).filter((name) => !name.startsWith('slots/'));
    const before = kept();
    const messages: string[] = [];
    // What does not need what is lost goes on, or makes it again.
    const commands = COMMANDS.filter(
      ([name = '']) =>
        (what !== 'the keys' || name === 'status') &&
        (what !== 'the outbox' || name !== 'rebuild') &&
        (what !== 'the texts' || ['fsck', 'rebuild'].includes(name)),
    );
    for (const args of commands) {
      const { exit, stdout, stderr } = await desk.run(args);
      expect(exit).not.toBe(0);
      messages.push(`${stdout}${stderr}`);
    }
    const deferred = await deliver(2);
    expect(deferred.exit).toBe(75);
    messages.push(deferred.stdout);
    expect(messages.join('')).toMatch(advice);
    expect(messages.join('')).not.toMatch(/mailrobot init/);
    expect(kept()).toEqual(before);
    if (what !== 'the outbox') return;
    expect(await desk.here(['rebuild'])).toMatchObject({ exit: 0 });
    expect((await deliver(2)).exit).toBe(0);
  });

  test('an empty folder is asked about, and restored into', async () => {
    await desk.here(['backup', archive]);
    rmSync(desk.store, { recursive: true });
    mkdirSync(desk.store);
    expect((await desk.here(['rebuild'])).stderr).toContain('is its file system mounted?');
    expect(readdirSync(desk.store)).toEqual([]);
    expect(await desk.here(['restore', archive])).toMatchObject({ exit: 0 });
  });

  test('rebuild touches nothing where the end of the journal is lost', async () => {
    for (const n of [1, 2, 3]) await deliver(n);
    const journal = join(desk.store, 'journal/000000000001.ndjson');
    writeFileSync(journal, `${readFileSync(journal, 'utf8').split('\n')[0]}\n`);
    const before = filesBelow(desk.store);
    expect(await desk.here(['rebuild'])).toMatchObject({ exit: 1 });
    expect(filesBelow(desk.store)).toEqual(before);
  });
});
