/** The feed out and in, with the built program. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { problemsOf } from '../feed/event-schema.ts';
import { chained } from '../kit/chained.ts';
import {
  BARE_PATH,
  deliverCase,
  makeDesk,
  PROGRAM,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';
import { eventsIn, type FollowedEvent, follow } from '../process/follower.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

async function events(...args: readonly string[]): Promise<readonly FollowedEvent[]> {
  const { exit, stdout, stderr } = await desk.here(['events', ...args]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return eventsIn(stdout);
}

async function apply(lines: readonly unknown[], ...args: readonly string[]) {
  const input = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  const { exit, stdout, stderr } = await desk.run(['apply', ...args], { input: input.join('') });
  return {
    exit,
    stderr,
    results: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

const types = (given: readonly FollowedEvent[]) => given.map(({ type }) => type);

test('a mail, an answer and a status are events, in order, and each is one by the schema', async () => {
  await deliverCase(desk, 'plain');
  await desk.here(['ticket', 'reply', '7102', '-m', 'Fixed.']);
  await desk.here(['ticket', 'close', '7102']);
  const all = await events();
  expect(types(all)).toEqual([
    ...['ticket.created', 'ticket.received', 'ticket.replied'],
    ...['reply.sent', 'ticket.replied', 'ticket.status'],
    ...['reply.sent', 'ticket.status'],
  ]);
  for (const event of all) expect(problemsOf(event)).toBe('');
  expect(all[4]?.data).toMatchObject({ text: 'Fixed.\n', automatic: false });
});

test('after a cursor comes what lies behind it, once, whichever cursor it is', async () => {
  for (const n of [1, 2, 3]) await desk.here(['new'], { input: shortMail(n) });
  const all = await events();
  expect(all.length).toBeGreaterThan(9);
  for (const [n, { id }] of all.entries()) {
    expect(await events('--after', id)).toEqual(all.slice(n + 1));
  }
}, 60_000);

test('a cursor is refused if another line lies at its place, and one without a hash is not', async () => {
  for (const n of [1, 2]) await desk.here(['new'], { input: shortMail(n) });
  const [first] = await events();
  const id = first?.id ?? '';
  const segment = join(desk.store, 'journal', '000000000001.ndjson');
  const text = readFileSync(segment, 'utf8').replace('"time":"20', '"time":"19');
  writeFileSync(segment, chained(text));
  const ended = await desk.here(['events', '--after', id]);
  expect(ended).toMatchObject({
    ...{ exit: 1, stdout: '' },
    stderr: `mailrobot: cursor "${id}": it is of another journal: commit 1 is a different one here\n`,
  });
  const old = id.slice(0, id.lastIndexOf('.'));
  const [, ...more] = await events();
  expect(await events('--after', old)).toEqual(more);
});

test('by type, by ticket, and what is private only with its scope', async () => {
  await deliverCase(desk, 'plain');
  await deliverCase(desk, 'obrien');
  await apply([{ type: 'ticket.note', ticket: '7102', text: 'secret' }]);
  const env = { SENDER: 'eve@evil.example', RECIPIENT: 'support-7102@support-ticket.example' };
  await desk.here(['reply'], { input: 'From: eve@evil.example\n\nlet me in\n', env });
  expect(types(await events('--type', 'ticket.created'))).toHaveLength(2);
  expect(new Set(types(await events('--type', 'reply.*,ticket.noted')))).toEqual(
    new Set(['reply.sent']),
  );
  expect(new Set((await events('--ticket', '7103')).map(({ subject }) => subject))).toEqual(
    new Set(['SUPPORT-7103']),
  );
  const open = JSON.stringify(await events());
  expect(open).not.toMatch(/secret|eve@evil/);
  expect(
    types(await events('--scope', 'notes')).filter((type) => type === 'ticket.noted'),
  ).toHaveLength(1);
  expect(
    types(await events('--scope', 'held')).filter((type) => type === 'mail.held'),
  ).toHaveLength(1);
});

test.each([
  [['--after', 'x'], 1, 'cursor "x": it is not a cursor: use the id of an event, beginning or now'],
  [
    ['--after', 'aaaaaaaa.1.0'],
    1,
    'cursor "aaaaaaaa.1.0": it is of another store; without --after all events are given',
  ],
  [['--after', '0123456789abcdef.9.0'], 1, 'it is beyond the last commit, which is 0'],
  [['--type', 'ticket.gone'], 2, 'there are no events "ticket.gone"'],
  [['--scope', 'all'], 2, 'there is no scope "all"; the scopes are notes and held'],
  [['--ticket', '1'], 1, 'there is no ticket SUPPORT-1'],
] as const)('events %j is refused in one line', async (args, exit, message) => {
  const ended = await desk.here(['events', ...args]);
  expect(ended).toMatchObject({ exit, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trimEnd()).not.toContain('\n');
});

test('--follow: what is committed comes at once, and SIGTERM ends it cleanly', async () => {
  const follower = follow(desk);
  await deliverCase(desk, 'plain', desk.run);
  const first = (await follower.until(3)).slice(0, 3);
  expect(types(first)).toEqual(['ticket.created', 'ticket.received', 'ticket.replied']);
  await desk.run(['ticket', 'close', '7102']);
  expect(types(await follower.until(5))).toContain('ticket.status');
  expect(await follower.end('SIGTERM')).toEqual({ exit: 0, signal: null });
  expect(follower.rest()).toBe('');
  expect(follower.events()).toEqual(await events());
});

test('--follow ends when nobody reads any more', async () => {
  const pipe = spawn('sh', ['-c', `"${PROGRAM}" events --follow | head -1`], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => pipe.once('close', resolve));
  for (const n of [1, 2]) await desk.run(['new'], { input: shortMail(n) });
  expect(await ended).toBe(0);
});

test('a slow reader misses nothing and holds up no mail', async () => {
  const follower = follow(desk);
  follower.child.stdout?.pause();
  const text = 'x'.repeat(100_000);
  for (const n of [1, 2, 3, 4]) {
    expect((await desk.run(['new'], { input: `${shortMail(n)}${text}\n` })).exit).toBe(0);
  }
  follower.child.stdout?.resume();
  const all = await events();
  expect(await follower.until(all.length)).toEqual(all);
  await follower.end('SIGTERM');
});

test('a follower who is killed and comes back 25 times gets each event once', async () => {
  const commits = 250;
  const writer = (async () => {
    const orders = Array.from({ length: commits }, (_, n) => ({
      type: 'ticket.note',
      ticket: '7102',
      text: `note ${n}`,
    }));
    await deliverCase(desk, 'plain', desk.run);
    return apply(orders);
  })();
  const got: FollowedEvent[] = [];
  let kills = 0;
  const last = () => got.filter(({ type }) => type === 'ticket.noted').length;
  while (kills < 25 || last() < commits) {
    const cursor = got.at(-1)?.id;
    const args = ['--scope', 'notes', ...(cursor === undefined ? [] : ['--after', cursor])];
    const follower = follow(desk, args);
    if (last() < commits) await follower.until(1);
    await follower.end(kills % 3 === 0 ? 'SIGTERM' : 'SIGKILL');
    got.push(...follower.events());
    kills += 1;
  }
  expect((await writer).exit).toBe(0);
  console.log(`${got.length} events over ${kills} followers`);
  const all = await events('--scope', 'notes');
  expect(all.slice(0, got.length)).toEqual(got);
  expect(last()).toBe(commits);
}, 180_000);

test('a follower lives through a torn line that a crash has left, and a new segment', async () => {
  await deliverCase(desk, 'plain', desk.run);
  const follower = follow(desk, ['--scope', 'notes']);
  await follower.until(3);
  const segment = join(desk.store, 'journal', '000000000001.ndjson');
  const end = readFileSync(segment).length;
  appendFileSync(segment, '{"v":1,"seq":2,"time":"2026-01-02T0');
  await desk.run(['ticket', 'close', '7102']);
  await follower.until(5);
  expect(readFileSync(segment).length).toBeGreaterThan(end);
  const big = 'x'.repeat(900_000);
  await apply(
    Array.from({ length: 10 }, (_, n) => ({
      type: 'ticket.note',
      ticket: '7102',
      text: `${n}${big}`,
    })),
  );
  await apply([{ type: 'ticket.note', ticket: '7102', text: 'in the next segment' }]);
  const all = await events('--scope', 'notes');
  expect(await follower.until(all.length)).toEqual(all);
  expect(
    spawnSync('ls', [join(desk.store, 'journal')])
      .stdout.toString()
      .match(/ndjson$/gm),
  ).toHaveLength(2);
  await follower.end('SIGTERM');
});

test('after a restore an older cursor gets one reset, then what is new, and nothing twice', async () => {
  const archive = join(desk.dir, 'desk.tar');
  await desk.run(['new'], { input: shortMail(1) });
  const early = (await events())[0]?.id ?? '';
  await desk.run(['backup', archive]);
  await desk.run(['new'], { input: shortMail(2) });
  const before = await events();
  const late = before.at(-1)?.id ?? '';
  const follower = follow(desk, ['--after', early]);
  const seen = (await follower.until(before.length - 1)).length;
  renameSync(desk.store, `${desk.store}.lost`);
  // The follower looks every second: it must bear that there is no store.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect((await desk.run(['restore', archive])).exit).toBe(0);
  expect((await desk.run(['resume', '--yes'])).exit).toBe(0);
  await desk.run(['new'], { input: shortMail(3) });
  const fromLate = await events('--after', late);
  expect(types(fromLate)).toEqual([
    'feed.reset',
    ...['ticket.created', 'ticket.received', 'ticket.replied'],
    ...types(fromLate).slice(4),
  ]);
  expect(problemsOf(fromLate[0])).toBe('');
  const fromEarly = await events('--after', early);
  expect(types(fromEarly).filter((type) => type === 'feed.reset')).toHaveLength(1);
  expect(fromEarly.slice(-fromLate.length)).toEqual(fromLate);
  expect(fromEarly[0]).toEqual(before[1]);
  const followed = await follower.until(seen + fromLate.length);
  expect(followed.slice(-fromLate.length)).toEqual(fromLate);
  await follower.end('SIGTERM');
}, 60_000);

test('a fix made elsewhere goes back to the person as a reply to the mail that began it', async () => {
  await deliverCase(desk, 'plain');
  const fix = {
    ...{ specversion: '1.0', id: '42', source: 'https://crm.example', type: 'ticket.reply' },
    data: { ticket: 'SUPPORT-7102', text: 'I have reset your password.', by: 'crm' },
  };
  expect(await apply([fix])).toMatchObject({
    exit: 0,
    results: [{ line: 1, result: 'done', ticket: 'SUPPORT-7102' }],
  });
  const answer = desk.sent().at(-1)?.content ?? '';
  expect(answer).toMatch(/^From: .*SUPPORT-7102@support-ticket\.example/m);
  expect(answer).toMatch(/^In-Reply-To: <20260102\.1@ferrier\.example>$/m);
  expect(answer).toContain('I have reset your password.');
  expect((await apply([fix])).results).toEqual([
    { line: 1, result: 'duplicate', ticket: 'SUPPORT-7102' },
  ]);
  expect(desk.sent()).toHaveLength(2);
  const event = (await events('--type', 'ticket.replied')).at(-1);
  expect(event).toMatchObject({ source: 'https://crm.example', originid: '42' });
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('an event is carried out once, also where there was nothing left to do', async () => {
  await deliverCase(desk, 'plain');
  const close = { id: '1', source: 's', type: 'ticket.status', ticket: '7102', status: 'resolved' };
  await desk.here(['ticket', 'close', '7102']);
  expect((await apply([close])).results).toMatchObject([{ result: 'unchanged' }]);
  await desk.here(['ticket', 'reopen', '7102']);
  expect((await apply([close])).results).toEqual([{ line: 1, result: 'duplicate' }]);
  await desk.run(['rebuild']);
  expect((await apply([close])).results).toEqual([{ line: 1, result: 'duplicate' }]);
  expect((await desk.here(['ticket', 'show', '7102'])).stdout).toContain('Status     open');
});

test('a bad line is named by its number and changes nothing; the others go on, or --strict stops', async () => {
  await deliverCase(desk, 'plain');
  const lines = [
    '',
    { type: 'ticket.reply', ticket: '7999', text: 'x' },
    'not JSON',
    { type: 'ticket.note', ticket: '7102', text: 'a\u2028b' },
    { type: 'ticket.assign', ticket: '7102', assignee: 'eve' },
  ];
  const { exit, stderr, results } = await apply(lines);
  expect(exit).toBe(1);
  expect(stderr).toBe('mailrobot: 3 of 4 orders could not be carried out\n');
  expect(results).toEqual([
    { line: 2, result: 'error', error: 'there is no ticket SUPPORT-7999' },
    { line: 3, result: 'error', error: 'not JSON' },
    { line: 4, result: 'done', ticket: 'SUPPORT-7102' },
    {
      line: 5,
      result: 'error',
      error: 'nobody on the staff is called "eve": the config names nobody',
    },
  ]);
  const strict = await apply(lines, '--strict');
  expect(strict).toMatchObject({ exit: 1, stderr: 'mailrobot: line 2 could not be carried out\n' });
  expect(strict.results).toHaveLength(1);
});

test('a line that would be deep or raw on a terminal harms nothing behind it', async () => {
  await deliverCase(desk, 'plain');
  const deep = `{"type":"ticket.note","ticket":${'['.repeat(10_000)}${']'.repeat(10_000)},"text":"x"}`;
  const raw = '{"type":"evil\u009b31m\u202e"}';
  const input = `${deep}\n${raw}\n{"type":"ticket.note","ticket":"7102","text":"\u009b31m"}\n`;
  const { exit, stdout } = await desk.here(['apply'], { input });
  expect(exit).toBe(1);
  expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]/);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).result),
  ).toEqual([...['error', 'error', 'done']]);
  const given = (await desk.here(['events', '--scope', 'notes'])).stdout;
  expect(given).not.toMatch(/[\u0080-\u009f]/);
  expect(eventsIn(given).find(({ type }) => type === 'ticket.noted')?.data).toMatchObject({
    text: '\u009b31m\n',
  });
});

test('a note that came with an order is passed on with it', async () => {
  await apply([{ type: 'ticket.create', subject: 'x', text: 'note', id: 'c1', source: 'crm' }]);
  const other = await makeDesk();
  try {
    writeFileSync(join(other.store, 'store.json'), '{"v":1,"epoch":"fedcba9876543210"}\n');
    const { stdout } = await desk.here(['events', '--scope', 'notes']);
    const passed = async () =>
      (await other.here(['apply'], { input: stdout })).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).result);
    expect(await passed()).toEqual(['done', 'done']);
    expect(await passed()).toEqual(['duplicate', 'duplicate']);
  } finally {
    other.remove();
  }
});

test('a damaged line of the journal: events ends with an error that names it, and what lies behind a cursor is given', async () => {
  for (const n of [1, 2, 3]) await desk.run(['new'], { input: shortMail(n) });
  const all = await events();
  const segment = join(desk.store, 'journal', '000000000001.ndjson');
  const text = readFileSync(segment, 'utf8');
  const second = text.indexOf('\n') + 1;
  writeFileSync(segment, `${text.slice(0, second)}#${text.slice(second + 1)}`);
  const ended = await desk.run(['events', '--follow']);
  expect(ended).toMatchObject({ exit: 1, signal: null });
  expect(ended.stderr).toContain(`the line at offset ${second} does not read`);
  const damaged = all.find(({ id }) => id.startsWith('0123456789abcdef.2.'))?.id ?? '';
  expect((await desk.run(['events', '--after', damaged])).stderr).toContain(
    'is a different one here',
  );
  const third = all.findIndex(({ id }) => id.startsWith('0123456789abcdef.3.'));
  expect(third).toBeGreaterThan(0);
  expect(await events('--after', all[third]?.id ?? '')).toEqual(all.slice(third + 1));
});

test('SIGTERM ends a follower also where its reader stands still', async () => {
  const follower = follow(desk, ['--scope', 'notes']);
  await deliverCase(desk, 'plain', desk.run);
  await follower.until(3);
  follower.child.stdout?.pause();
  const text = 'x'.repeat(500_000);
  await apply([1, 2, 3, 4].map(() => ({ type: 'ticket.note', ticket: '7102', text })));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const ended = new Promise((resolve) => follower.child.once('exit', (exit) => resolve(exit)));
  follower.child.kill('SIGTERM');
  expect(await ended).toBe(0);
  follower.child.stdout?.destroy();
});

test('from a file, without a last line end, with a byte order mark', async () => {
  await deliverCase(desk, 'plain');
  const file = join(desk.dir, 'orders');
  writeFileSync(file, '\uFEFF{"type":"ticket.status","ticket":"7102","status":"resolved"}');
  expect(await apply([], file)).toMatchObject({ exit: 0, results: [{ line: 1, result: 'done' }] });
  const missing = await apply([], join(desk.dir, 'nothing'));
  expect(missing.stderr).toMatch(/^mailrobot: .*nothing: there is no such file\n$/);
});

test('a feed that is piped into its own source makes no echo', async () => {
  await deliverCase(desk, 'plain', desk.run);
  const env = { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config };
  const loop = spawn(
    'sh',
    ['-c', `"${PROGRAM}" events --follow --scope notes | "${PROGRAM}" apply`],
    {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  );
  let text = '';
  loop.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  await desk.run(['ticket', 'reply', '7102', '-m', 'Fixed.']);
  await apply([{ type: 'ticket.note', ticket: '7102', text: 'x' }]);
  const all = await events('--scope', 'notes');
  const results = () => text.split('\n').filter(Boolean);
  const end = Date.now() + 20_000;
  while (results().length < all.length && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (loop.pid !== undefined) process.kill(-loop.pid, 'SIGTERM');
  expect(results().map((line) => JSON.parse(line).result)).toEqual(all.map(() => 'own'));
  expect(await events('--scope', 'notes')).toEqual(all);
  expect(desk.sent()).toHaveLength(2);
});

test('another desk, or system, may call a ticket by the name that it has there', async () => {
  const other = await makeDesk();
  try {
    writeFileSync(join(other.store, 'store.json'), '{"v":1,"epoch":"fedcba9876543210"}\n');
    await deliverCase(desk, 'obrien');
    await deliverCase(other, 'plain');
    await other.here(['ticket', 'reply', '7102', '-m', 'For Nic alone.']);
    const { stdout } = await other.here(['events', '--type', 'ticket.created,ticket.replied']);
    const applied = await desk.here(['apply'], { input: stdout });
    expect(
      applied.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { line: 1, result: 'done', ticket: 'SUPPORT-7103' },
      { line: 2, result: 'ignored' },
      { line: 3, result: 'done', ticket: 'SUPPORT-7103' },
    ]);
    const last = desk.sent().at(-1);
    expect(last?.args).toContain('nic@ferrier.example');
    expect(last?.content).toContain('For Nic alone.');
    const crm = { source: 'https://crm.example', ticket: 'CRM-5' };
    const orders = [
      { ...crm, id: '1', type: 'ticket.create', subject: 'By phone' },
      { ...crm, id: '2', type: 'ticket.note', text: 'x' },
      { ...crm, id: '3', type: 'ticket.note', ticket: 'CRM-6', text: 'x' },
    ];
    expect((await apply(orders)).results).toMatchObject([
      { result: 'done', ticket: 'SUPPORT-7104' },
      { result: 'done', ticket: 'SUPPORT-7104' },
      { result: 'error', error: 'there is no ticket CRM-6' },
    ]);
    expect((await desk.run(['rebuild'])).exit).toBe(0);
    expect(
      (await apply([{ ...crm, id: '4', type: 'ticket.note', text: 'y' }])).results,
    ).toMatchObject([{ result: 'done', ticket: 'SUPPORT-7104' }]);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  } finally {
    other.remove();
  }
});

test('two desks that feed each other settle: each carries out once, and knows its own again', async () => {
  const other = await makeDesk();
  try {
    writeFileSync(join(other.store, 'store.json'), '{"v":1,"epoch":"fedcba9876543210"}\n');
    for (const each of [desk, other]) await deliverCase(each, 'plain');
    const pass = async (from: TestDesk, to: TestDesk) => {
      const { stdout } = await from.here(['events', '--type', 'ticket.replied,ticket.status']);
      const applied = await to.here(['apply'], { input: stdout });
      expect(applied.exit).toBe(0);
      return eventsIn(applied.stdout).map((result) => Reflect.get(result, 'result'));
    };
    await desk.here(['ticket', 'reply', '7102', '-m', 'Fixed.']);
    expect(await pass(desk, other)).toEqual(['ignored', 'done', 'unchanged']);
    expect(await pass(other, desk)).toEqual(['ignored', 'own', 'own']);
    expect(await pass(desk, other)).toEqual(['ignored', 'duplicate', 'duplicate']);
    expect([desk.sent().length, other.sent().length]).toEqual([2, 2]);
  } finally {
    other.remove();
  }
});
