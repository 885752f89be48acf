/**
 * What a robot would do, told and confirmed by mail: with the real program, from the alias of the
 * robot to that of the tickets.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ended, makeDesk, type TestDesk } from '../process/desk.ts';

let desk: TestDesk;
let theirs: string;
beforeEach(async () => {
  desk = await makeDesk();
  theirs = mkdtempSync(join(tmpdir(), 'mailrobot-theirs-'));
  mkdirSync(join(desk.dir, 'robots'));
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
  rmSync(theirs, { recursive: true, force: true });
});

function robot(script: string, row: object = {}): void {
  const path = join(desk.dir, 'robots', 'host');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const may = ['reply-unproven', 'create', 'status', 'note'];
  desk.configure((config) => {
    config['robots'] = [
      { name: 'host', from: 'anybody', confirm: true, may, user: 'owner', ...row },
    ];
  });
}

const NIC = 'nic@ferrier.example';
let count = 0;

async function give(text = 'create nic', more = '', id = ''): Promise<Ended> {
  count += 1;
  const ended = await desk.here(['run', 'host'], {
    input: `From: Nic <${NIC}>\nTo: host@support-ticket.example\nSubject: please\nMessage-ID: <${id || `m${count}`}@ferrier.example>\n${more}\n${text}\n`,
    env: { SENDER: NIC, RECIPIENT: 'host@support-ticket.example' },
  });
  await desk.settled();
  return ended;
}

interface Asks {
  readonly to: string;
  readonly word: string;
}

/** By the last mail that asks. */
function asked(): Asks {
  const contents = desk.sent().map(({ content }) => content.replaceAll('=\n', ''));
  const mail = contents.findLast((content) => content.includes('-p-')) ?? '';
  const to = /^Reply-To: .*?([a-z0-9]+-\d+-p-[a-z0-9-]+@[a-z.-]+)/im.exec(mail)?.[1];
  const word = /^ {4}(confirm \d{4})\r?$/m.exec(mail)?.[1];
  if (to === undefined || word === undefined) throw new Error(`nothing is asked: ${mail}`);
  return { to, word };
}

interface Answering {
  readonly text: string;
  readonly from?: string;
  readonly more?: string;
  readonly id?: string;
}

/** As postfix/tickets.regexp brings it: SUPPORT-1-p-…@ is the alias support, with an extension. */
async function answer(to: string, { text, from = NIC, more = '', id }: Answering): Promise<Ended> {
  count += 1;
  return desk.run(['reply'], {
    input: `From: <${from}>\nTo: ${to}\nSubject: Re: please confirm (host)\nMessage-ID: <${id ?? `m${count}`}@ferrier.example>\n${more}\n${text}\n`,
    env: { SENDER: from, RECIPIENT: to.replace('-', '+') },
  });
}

const tickets = async (): Promise<readonly { readonly id: string }[]> =>
  JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout);
const plans = async (): Promise<readonly { readonly confirmed: unknown }[]> => {
  const rows = JSON.parse((await desk.run(['robot', 'list', '--json'])).stdout);
  return rows.flatMap((row: { readonly plans: readonly [] }) => row.plans);
};
const held = async (): Promise<readonly unknown[]> =>
  JSON.parse((await desk.run(['held', 'list', '--json'])).stdout);

const OPENS = `echo '{"type": "ticket.create", "queue": "SUPPORT", "subject": "zsubject", "text": "ztext"}'`;

/** Says what it would do, and does it when it is told to. */
const accounts = (first = 'true') =>
  [
    `echo "$MAILROBOT_PHASE $MAILROBOT_RUN" >>${theirs}/runs; cat >${theirs}/$MAILROBOT_PHASE.json`,
    `if [ "$MAILROBOT_PHASE" = plan ]; then`,
    `  echo '{"type": "plan", "text": "Create the account nic.", "data": {"name": "nic"}}'; exit`,
    'fi',
    first,
    `touch ${theirs}/nic; echo "The account is there."`,
  ].join('\n');

test('what it orders is told, confirmed by a reply, and done once', async () => {
  robot(OPENS);
  expect(await give()).toMatchObject({ exit: 0 });
  const { to, word } = asked();
  expect(await tickets()).toEqual([]);
  expect(
    desk
      .sent()
      .map(({ content }) => content)
      .join(''),
  ).not.toMatch(/zsubject|ztext/);
  expect((await desk.run(['status'])).stdout).toMatch(/robots .*1 plan is not confirmed/);
  expect(await answer(to, { text: word })).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(await tickets()).toHaveLength(1);
  expect(await plans()).toEqual([]);
  await answer(to, { text: word });
  await desk.settled();
  expect(await tickets()).toHaveLength(1);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('a robot with a plan of its own is run in two phases, for the same mail', async () => {
  robot(accounts());
  await give();
  expect(existsSync(`${theirs}/nic`)).toBe(false);
  const first = JSON.parse(readFileSync(`${theirs}/plan.json`, 'utf8'));
  expect(first).toMatchObject({ phase: 'plan', plan: null, newText: 'create nic' });
  const { to, word } = asked();
  await answer(to, { text: word });
  await desk.settled();
  expect(existsSync(`${theirs}/nic`)).toBe(true);
  const second = JSON.parse(readFileSync(`${theirs}/carry-out.json`, 'utf8'));
  expect(second).toMatchObject({ ...first, phase: 'carry-out', plan: { data: { name: 'nic' } } });
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\ncarry-out 1\n');
  expect(desk.sent().at(-1)?.content).toContain('The account is there.');
  const log = (await desk.run(['robot', 'log', 'host'])).stdout;
  expect(log).toMatch(
    /told: nic@ferrier\.example has to confirm it\n.*planned\n.*queued: it confirms the plan for mail 1\n.*done\n$/s,
  );
  const explained = (await desk.run(['explain', `<m${count - 1}@ferrier.example>`])).stdout;
  expect(explained).toMatch(/planned\n.*done\n/s);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('a carrying out that was killed is run again, with the same number', async () => {
  const once = `${theirs}/once`;
  const dies = `[ -e ${once} ] || { touch ${once}; kill -9 $$; }`;
  robot(accounts(dies));
  await give();
  const { to, word } = asked();
  await answer(to, { text: word });
  await desk.settled();
  expect(existsSync(`${theirs}/nic`)).toBe(false);
  expect(await plans()).toMatchObject([{ confirmed: { run: expect.any(Number) } }]);
  await desk.run(['robot', 'retry', 'host']);
  await desk.settled();
  expect(existsSync(`${theirs}/nic`)).toBe(true);
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\ncarry-out 1\ncarry-out 1\n');
  expect(await plans()).toEqual([]);
});

test('one that fails is held, and a person has it carried out again', async () => {
  robot(accounts(`[ -e ${theirs}/mended ] || { echo broken >&2; exit 1; }`));
  await give();
  const { to, word } = asked();
  await answer(to, { text: word });
  await desk.settled();
  expect(await held()).toHaveLength(1);
  writeFileSync(`${theirs}/mended`, '');
  expect(await desk.run(['robot', 'retry', 'host'])).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(existsSync(`${theirs}/nic`)).toBe(true);
  expect(await held()).toEqual([]);
  expect(await plans()).toEqual([]);
});

test('two confirmations at once, and one that comes twice, are carried out once', async () => {
  robot(accounts());
  await give();
  const { to, word } = asked();
  const twice = { text: word, id: 'twice' };
  const ends = await Promise.all([
    answer(to, { text: word }),
    answer(to, { text: `${word}\n\nNic` }),
    answer(to, twice),
    answer(to, twice),
  ]);
  expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0, 0]);
  await desk.settled();
  await desk.run(['robot', 'run', '--once']);
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\ncarry-out 1\n');
  expect(await plans()).toEqual([]);
});

const HTML = 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n';

test('nothing else confirms, and nothing is used up by it', async () => {
  robot(accounts());
  await give();
  const { to, word } = asked();
  const other = to.replace(
    /-([a-z2-7])([a-z2-7]{15})@/,
    (_, one, rest) => `-${one === 'a' ? 'b' : 'a'}${rest}@`,
  );
  const tries: readonly (readonly [string, Answering])[] = [
    [to, { text: word, from: 'eve@attacker.example' }],
    [to, { text: word, more: 'Auto-Submitted: auto-replied\n' }],
    [to, { text: `I am away until Monday.\n\n${word}` }],
    [to, { text: `> ${word}` }],
    [to, { text: `<blockquote>${word}</blockquote>`, more: HTML }],
    [to, { text: '' }],
    [other, { text: word }],
  ];
  for (const [address, mail] of tries) {
    expect(await answer(address, mail)).toMatchObject({ exit: 0 });
  }
  await desk.settled();
  expect(existsSync(`${theirs}/carry-out.json`)).toBe(false);
  expect(await plans()).toMatchObject([{ confirmed: null }]);
  await answer(to, { text: `<p>${word}</p><p>Nic</p>`, more: HTML });
  await desk.settled();
  expect(existsSync(`${theirs}/nic`)).toBe(true);
});

test('no plan of before a restore is carried out by its word, and a new request is told anew', async () => {
  robot(accounts());
  await give();
  const before = asked();
  const archive = join(desk.dir, 'desk.tar');
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0 });
  // It is done after the backup, which knows nothing of that.
  await answer(before.to, { text: before.word });
  await desk.settled();
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\ncarry-out 1\n');
  rmSync(desk.store, { recursive: true });
  await desk.run(['restore', archive]);
  await desk.run(['resume', '--yes']);
  expect(await answer(before.to, { text: before.word })).toMatchObject({ exit: 0 });
  await desk.settled();
  await desk.run(['robot', 'run', '--once']);
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\ncarry-out 1\n');
  expect(await held()).toHaveLength(1);
  await give('once more');
  await desk.run(['robot', 'run', '--once']);
  const { to, word } = asked();
  expect(to).not.toBe(before.to);
  await answer(to, { text: word });
  await desk.settled();
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toMatch(
    /carry-out \d+\nplan \d+\ncarry-out \d+\n$/,
  );
}, 240_000);

test('what was confirmed and waits rests after a restore, is named, and can be left out', async () => {
  robot(`[ "$MAILROBOT_PHASE" = carry-out ] && exit 75; ${accounts()}`);
  await give();
  const { to, word } = asked();
  await answer(to, { text: word });
  await desk.settled();
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\n');
  const archive = join(desk.dir, 'desk.tar');
  await desk.run(['backup', archive]);
  rmSync(desk.store, { recursive: true });
  await desk.run(['restore', archive]);
  robot(accounts());
  await desk.run(['robot', 'retry', 'host']);
  await desk.settled();
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\n');
  const { exit, stdout } = await desk.run(['resume']);
  expect(exit).toBe(1);
  const [, number = ''] = /^ *(\d+) +host .*nic@ferrier\.example$/m.exec(stdout) ?? [];
  expect(await desk.run(['robot', 'skip', number])).toMatchObject({ exit: 0 });
  await desk.run(['resume', '--yes']);
  await desk.run(['robot', 'run', '--once']);
  expect(readFileSync(`${theirs}/runs`, 'utf8')).toBe('plan 1\n');
  expect(await plans()).toEqual([]);
}, 240_000);

test('a plan about a ticket is shown with it', async () => {
  await desk.here(['new'], {
    input: `From: ${NIC}\nSubject: hi\nMessage-ID: <t@ferrier.example>\n\nHello\n`,
  });
  const ack = /^Message-ID: (.*)$/im.exec(desk.sent()[0]?.content ?? '')?.[1] ?? '';
  robot(`echo '{"type": "ticket.status", "status": "resolved"}'`);
  await give('close it', `In-Reply-To: ${ack.trim()}\n`);
  const show = async () => (await desk.run(['ticket', 'show', '7102'])).stdout;
  expect(await show()).toMatch(/Plan .*host.*nic@ferrier\.example has to confirm it/);
  const { to, word } = asked();
  await answer(to, { text: word });
  await desk.settled();
  expect(await show()).toMatch(/Status +resolved/);
  expect(await show()).not.toMatch(/^Plan/m);
});

test('a dry run shows the very mail that would ask, and keeps nothing', async () => {
  robot(accounts());
  const tried = await desk.run(['run', 'host', '--dry-run'], {
    input: `From: ${NIC}\nSubject: x\n\ncreate nic\n`,
    env: { RECIPIENT: 'host@support-ticket.example', SENDER: NIC },
  });
  expect(tried.stdout).toMatch(/It would be: planned\n/);
  expect(tried.stdout).toContain('Create the account nic.');
  expect(await plans()).toEqual([]);
  expect(desk.sent()).toEqual([]);
});

test('a robot with a confirmation may do more, and is not run within a delivery', async () => {
  robot('true', { may: ['status', 'command'] });
  expect((await desk.run(['config', 'check'])).exit).toBe(0);
  robot('true', { confirm: false, may: ['status'] });
  expect((await desk.run(['config', 'check'])).stdout).toMatch(/without "proof" or "confirm"/);
  robot('true', { when: 'now' });
  expect((await desk.run(['config', 'check'])).stdout).toMatch(
    /"now", which does not go with "confirm"/,
  );
});
