/** Who is told of changes: programs, webhooks, Maildirs; and what happens when they fail. */

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { problemsOf } from '../feed/event-schema.ts';
import { deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';
import { eventsIn, type FollowedEvent } from '../process/follower.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const types = (given: readonly FollowedEvent[]) => given.map(({ type }) => type);

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function subscribe(...subscribers: readonly object[]): void {
  desk.configure((config) => {
    config['subscribers'] = subscribers;
  });
}

/** A program that puts each event into a file, after `before`. */
function program(name: string, before = ''): string {
  const path = join(desk.dir, name);
  writeFileSync(path, `#!/bin/sh\n${before}\ncat >>"${path}.got"\n`, { mode: 0o755 });
  return path;
}

function got(name: string): readonly FollowedEvent[] {
  const path = join(desk.dir, `${name}.got`);
  return existsSync(path) ? eventsIn(readFileSync(path, 'utf8')) : [];
}

/** One that waits for its next try would keep the test waiting. */
function killRunner(): void {
  const { pid } = JSON.parse(readFileSync(join(desk.store, 'subscribers', 'serving'), 'utf8'));
  process.kill(pid, 'SIGKILL');
}

const list = async () => JSON.parse((await desk.run(['subscriber', 'list', '--json'])).stdout);
/** Until nobody is behind and nobody is at it; to ask for the list starts whoever tells them. */
async function settled(): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    await desk.settled();
    const rows: readonly { behind: number }[] = await list();
    if (rows.every(({ behind }) => behind === 0)) return;
    if (Date.now() > end) throw new Error(JSON.stringify(rows));
  }
}

test('a program gets every event on stdin, in order', async () => {
  subscribe({ name: 'crm', type: 'exec', command: [program('crm', 'sleep 0.2')] });
  expect((await deliverCase(desk, 'plain', desk.run)).exit).toBe(0);
  await desk.run(['ticket', 'close', '7102']);
  await settled();
  const events = eventsIn((await desk.run(['events'])).stdout);
  expect(got('crm')).toEqual(events);
  for (const event of got('crm')) expect(problemsOf(event)).toBe('');
});

test('no mail waits for a program that hangs', async () => {
  subscribe({
    name: 'crm',
    type: 'exec',
    command: [program('crm', `touch "${desk.dir}/begun"; sleep 60`)],
  });
  expect((await deliverCase(desk, 'plain', desk.run)).exit).toBe(0);
  await until(() => existsSync(join(desk.dir, 'begun')));
  expect((await deliverCase(desk, 'obrien', desk.run)).exit).toBe(0);
  expect(got('crm')).toEqual([]);
  killRunner();
  spawnSync('pkill', ['-f', join(desk.dir, 'crm')]);
});

test('types and scopes: what was not asked for, or is private, is not told', async () => {
  subscribe(
    { name: 'created', type: 'exec', command: [program('created')], types: ['ticket.created'] },
    { name: 'open', type: 'exec', command: [program('open')] },
    {
      name: 'notes',
      type: 'exec',
      command: [program('notes')],
      types: ['ticket.noted'],
      scope: ['notes'],
    },
  );
  await deliverCase(desk, 'plain');
  await desk.here(['apply'], { input: '{"type":"ticket.note","ticket":"7102","text":"secret"}\n' });
  await settled();
  expect(types(got('created'))).toEqual(['ticket.created']);
  expect(types(got('notes'))).toEqual(['ticket.noted']);
  expect(types(got('open'))).toEqual(types(eventsIn((await desk.here(['events'])).stdout)));
  expect(JSON.stringify(got('open'))).not.toContain('secret');
});

test('a new subscriber gets what comes after it stands in the config, and not what was before', async () => {
  await deliverCase(desk, 'plain');
  await new Promise((resolve) => setTimeout(resolve, 20));
  subscribe({ name: 'crm', type: 'exec', command: [program('crm')], types: ['ticket.created'] });
  await deliverCase(desk, 'obrien');
  await settled();
  expect(got('crm').map(({ subject }) => subject)).toEqual(['SUPPORT-7103']);
  await desk.run(['subscriber', 'reset', 'crm', '--after', 'beginning']);
  await settled();
  await until(() => got('crm').length === 3);
  expect(got('crm').map(({ subject }) => subject)).toEqual([
    'SUPPORT-7103',
    'SUPPORT-7102',
    'SUPPORT-7103',
  ]);
});

test('one that fails is shown, holds up its own events alone, and an event is left out', async () => {
  const failing = program(
    'crm',
    `test -e "${desk.dir}/mended" || { echo no such customer; exit 3; }`,
  );
  subscribe(
    { name: 'crm', type: 'exec', command: [failing], types: ['ticket.created'] },
    { name: 'well', type: 'exec', command: [program('well')], types: ['ticket.created'] },
  );
  await deliverCase(desk, 'plain');
  await until(() => got('well').length === 1);
  expect((await deliverCase(desk, 'obrien')).exit).toBe(0);
  const stateOf = () => readFileSync(join(desk.store, 'subscribers', 'crm.json'), 'utf8');
  await until(
    () => existsSync(join(desk.store, 'subscribers', 'crm.json')) && stateOf().includes('attempts'),
  );
  const [crm] = await list();
  expect(crm).toMatchObject({ name: 'crm', failing: { error: 'exit 3: no such customer' } });
  const { stdout } = await desk.run(['subscriber', 'list'], { env: { TZ: 'UTC', COLUMNS: '80' } });
  expect(stdout).toMatch(
    /^NAME +BY +BEHIND +FAILED +NEXT TRY \(UTC\) +WHY\ncrm +exec +\d+ commits? +\d+x .* exit 3: no such customer\n/,
  );
  const runner = Number(
    JSON.parse(readFileSync(join(desk.store, 'subscribers', 'serving'), 'utf8')).pid,
  );
  process.kill(runner, 'SIGKILL');
  const skipped = await desk.run(['subscriber', 'skip', 'crm']);
  expect(skipped.stdout).toMatch(
    /^crm: skips ticket\.created 0123456789abcdef\.1\.0\.[0-9a-f]{8}\.\n$/,
  );
  writeFileSync(join(desk.dir, 'mended'), '');
  await desk.run(['ticket', 'list']);
  await settled();
  await until(() => got('crm').length === 1);
  expect(got('crm').map(({ subject }) => subject)).toEqual(['SUPPORT-7103']);
  expect(got('well').map(({ subject }) => subject)).toEqual(['SUPPORT-7102', 'SUPPORT-7103']);
});

test('exit 0 acknowledges, also where a child of the program holds on to its output', async () => {
  subscribe({
    ...{ name: 'crm', type: 'exec', types: ['ticket.created'], seconds: 2 },
    command: [program('crm', 'sleep 30 &')],
  });
  await deliverCase(desk, 'plain');
  await settled();
  expect(got('crm')).toHaveLength(1);
  expect((await list())[0].failing).toBeNull();
});

test('where the journal does not read on, it is shown, and nobody is told by two processes', async () => {
  const guard = join(desk.dir, 'guard');
  const alone = `mkdir "${guard}" || echo twice >>"${desk.dir}/collisions"\nsleep 0.05\nrmdir "${guard}"`;
  for (const name of ['plain', 'obrien']) await deliverCase(desk, name);
  const segment = join(desk.store, 'journal', '000000000001.ndjson');
  const text = readFileSync(segment, 'utf8');
  const second = text.indexOf('\n') + 1;
  writeFileSync(segment, `${text.slice(0, second)}#${text.slice(second + 1)}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  subscribe(
    { name: 'old', type: 'exec', command: ['/bin/true'] },
    { name: 'crm', type: 'exec', command: [program('crm', alone)], types: ['ticket.created'] },
  );
  for (const name of ['old', 'crm']) {
    const after = name === 'old' ? ['--after', 'beginning'] : [];
    expect((await desk.run(['subscriber', 'reset', name, ...after])).exit).toBe(0);
  }
  for (const name of ['attachment', 'html-only']) await deliverCase(desk, name);
  await until(() => got('crm').length === 2);
  const [old] = await list();
  expect(old.failing.error).toContain('does not read');
  expect(existsSync(join(desk.dir, 'collisions'))).toBe(false);
  killRunner();
});

test('a subscriber may be sent elsewhere by several people at once, and while it is told', async () => {
  subscribe({ name: 'crm', type: 'exec', command: [program('crm')] });
  for (const name of ['plain', 'obrien']) await deliverCase(desk, name);
  const reset = () => desk.run(['subscriber', 'reset', 'crm', '--after', 'beginning']);
  for (let round = 0; round < 3; round += 1) {
    const ends = await Promise.all(Array.from({ length: 6 }, reset));
    expect(ends.map(({ stderr }) => stderr).filter((text) => text !== '')).toEqual([]);
  }
});

test('who is taken out of the config is told nothing more, and who is new is told', async () => {
  subscribe({
    name: 'old',
    type: 'exec',
    command: [program('old', 'sleep 0.3')],
    scope: ['notes'],
  });
  await deliverCase(desk, 'plain');
  await until(() => got('old').length === 1);
  subscribe({ name: 'new', type: 'exec', command: [program('new')], scope: ['notes'] });
  await desk.here(['apply'], { input: '{"type":"ticket.note","ticket":"7102","text":"secret"}\n' });
  await settled();
  await until(() => types(got('new')).includes('ticket.noted'));
  expect(types(got('old'))).not.toContain('ticket.noted');
});

test('what fails in the middle of the last commit comes again, with the next command, in its order', async () => {
  // ticket.created is taken, ticket.received is not until it is mended.
  const second = `read line; case $line in *ticket.received*) test -e "${desk.dir}/mended" || exit 1 ;; esac; echo "$line" >>"${desk.dir}/crm.got"; exit 0`;
  subscribe({ name: 'crm', type: 'exec', command: [program('crm', second)] });
  await deliverCase(desk, 'plain');
  const state = join(desk.store, 'subscribers', 'crm.json');
  await until(() => existsSync(state) && readFileSync(state, 'utf8').includes('attempts'));
  expect(types(got('crm'))).toEqual(['ticket.created']);
  const [crm] = await list();
  expect(crm).toMatchObject({ behind: expect.any(Number), failing: { error: 'exit 1' } });
  expect(crm.behind).toBeGreaterThan(0);
  writeFileSync(join(desk.dir, 'mended'), '');
  const begun = Date.now();
  expect((await desk.run(['subscriber', 'retry', 'crm'])).stdout).toBe(
    'crm: is tried again now.\n',
  );
  // The one that rests over it does it, before its own time has come.
  expect(Date.now() - begun).toBeLessThan(4000);
  await settled();
  expect(types(got('crm')).slice(0, 3)).toEqual([
    'ticket.created',
    'ticket.received',
    'ticket.replied',
  ]);
  expect((await desk.run(['subscriber', 'retry', 'crm'])).stderr).toBe(
    'mailrobot: crm does not fail: there is nothing to try again\n',
  );
});

test('killed between two events of the last commit: any command starts it again', async () => {
  const kill = `read line; echo "$line" >>"${desk.dir}/crm.got"; test -e "${desk.dir}/killed" || { touch "${desk.dir}/killed"; kill -9 $PPID; }; exit 0`;
  subscribe({ name: 'crm', type: 'exec', command: [program('crm', kill)] });
  await deliverCase(desk, 'plain');
  await until(() => existsSync(join(desk.dir, 'killed')));
  await desk.settled();
  await desk.run(['ticket', 'list']);
  await settled();
  const [first, ...more] = types(got('crm'));
  expect([first, ...more.slice(0, 3)]).toEqual([
    ...['ticket.created', 'ticket.created', 'ticket.received', 'ticket.replied'],
  ]);
});

test.each([
  [['skip', 'nobody'], 'there is no subscriber "nobody": crm'],
  [['skip', 'crm'], 'crm has got everything: there is nothing to skip'],
  [
    ['reset', 'crm', '--after', 'x'],
    'cursor "x": it is not a cursor: use the id of an event, beginning or now',
  ],
] as const)('subscriber %j is refused in one line', async (args, message) => {
  subscribe({ name: 'crm', type: 'exec', command: ['/bin/true'] });
  const ended = await desk.run(['subscriber', ...args]);
  expect(ended).toMatchObject({ exit: 1, stdout: '', stderr: `mailrobot: ${message}\n` });
});

test('one that has read another journal fails, and is shown how it goes on', async () => {
  subscribe({ name: 'crm', type: 'exec', command: [program('crm')] });
  await deliverCase(desk, 'plain');
  await settled();
  const before = got('crm').length;
  const path = join(desk.store, 'subscribers', 'crm.json');
  const text = readFileSync(path, 'utf8');
  const [, cursor = '', hash8 = ''] = /"([0-9a-f]+\.\d+\.\d+\.)([0-9a-f]{8})"/.exec(text) ?? [];
  writeFileSync(path, text.replace(hash8, '00000000'));
  await deliverCase(desk, 'obrien');
  const [, seq] = cursor.split('.');
  const isFailing = () => readFileSync(path, 'utf8').includes('attempts');
  for (const again of [false, true]) {
    if (again) expect(await desk.run(['subscriber', 'retry', 'crm'])).toMatchObject({ exit: 0 });
    await until(isFailing);
    // It would try three times, for 25 s.
    killRunner();
    await desk.settled();
    const [crm] = await list();
    expect(crm.failing.error).toBe(
      `its cursor ${cursor}00000000: it is of another journal: commit ${seq} is a different one here; mailrobot subscriber reset crm lets it go on`,
    );
  }
  expect(got('crm')).toHaveLength(before);
  expect(await desk.run(['subscriber', 'reset', 'crm'])).toMatchObject({ exit: 0 });
  await desk.here(['ticket', 'close', '7102']);
  await settled();
  expect(got('crm').length).toBeGreaterThan(before);
  expect((await list())[0].failing).toBeNull();
});

interface Posted {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server whose n-th answer is given by `answers`; the last one is given for ever. */
async function endpoint(...answers: readonly ((response: ServerResponse) => void)[]) {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (more) => {
      body += more;
    });
    request.on('end', () => {
      posted.push({ headers: request.headers, body });
      answers[Math.min(posted.length, answers.length) - 1]?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    posted,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answer =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end('x'.repeat(100_000));
  };

test('a webhook gets each event by POST, signed so that Standard Webhooks verifies it', async () => {
  const hook = await endpoint(answer(204));
  try {
    subscribe({ name: 'hook', type: 'webhook', url: hook.url, secret: SECRET });
    await deliverCase(desk, 'plain');
    await settled();
    const all = eventsIn((await desk.here(['events'])).stdout);
    expect(hook.posted.map(({ body }) => JSON.parse(body))).toEqual(all);
    for (const { headers, body } of hook.posted) {
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      const signed = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key, String(value)]),
      );
      expect(new Webhook(SECRET).verify(body, signed)).toEqual(JSON.parse(body));
    }
  } finally {
    hook.close();
  }
});

test.each([
  ['answers 500', answer(500), /answered 500$/],
  [
    'redirects',
    answer(302, { location: 'http://127.0.0.1:1/' }),
    /answered 302 to http:\/\/127\.0\.0\.1:1\/, which is not followed$/,
  ],
  ['hangs', () => {}, /no answer within 1 s$/],
  [
    'resets',
    (response: ServerResponse) => response.socket?.destroy(),
    /(other side closed|ECONNRESET|UND_ERR_SOCKET)/,
  ],
] as const)(
  'a server that %s: the mail is kept at once, and the event comes again',
  async (_, fails, reason) => {
    const hook = await endpoint(fails, answer(200));
    try {
      subscribe({
        name: 'hook',
        type: 'webhook',
        url: hook.url,
        secret: SECRET,
        types: ['ticket.created'],
        seconds: 1,
      });
      expect((await deliverCase(desk, 'plain')).exit).toBe(0);
      const state = join(desk.store, 'subscribers', 'hook.json');
      await until(() => existsSync(state) && readFileSync(state, 'utf8').includes('attempts'));
      const [{ failing }] = await list();
      expect(failing.error).toMatch(reason);
      await until(() => hook.posted.length === 2);
      expect(hook.posted[1]?.body).toBe(hook.posted[0]?.body);
      await settled();
      expect((await list())[0].failing).toBeNull();
    } finally {
      hook.close();
    }
  },
);

test('nobody listens: it says so, and the mail is kept', async () => {
  const { url, close } = await endpoint();
  close();
  subscribe({ name: 'hook', type: 'webhook', url, secret: SECRET });
  expect((await deliverCase(desk, 'plain')).exit).toBe(0);
  const state = join(desk.store, 'subscribers', 'hook.json');
  await until(() => existsSync(state) && readFileSync(state, 'utf8').includes('ECONNREFUSED'));
  killRunner();
});

test('a Maildir gets each event as a mail', async () => {
  const path = join(desk.dir, 'feed');
  subscribe({ name: 'box', type: 'maildir', path, types: ['ticket.created'] });
  await deliverCase(desk, 'plain');
  await settled();
  const [name = ''] = readdirSync(join(path, 'new'));
  const mail = readFileSync(join(path, 'new', name), 'utf8');
  expect(mail).toMatch(/^Subject: ticket\.created SUPPORT-7102$/m);
  expect(JSON.parse(mail.slice(mail.indexOf('\n\n')))).toMatchObject({ type: 'ticket.created' });
});

test('one process at a time tells them, however many mails come at once', async () => {
  const guard = join(desk.dir, 'guard');
  const alone = `mkdir "${guard}" || echo twice >>"${desk.dir}/collisions"\nsleep 0.02\nrmdir "${guard}"`;
  subscribe({
    name: 'crm',
    type: 'exec',
    command: [program('crm', alone)],
    types: ['ticket.created'],
  });
  const mails = Array.from(
    { length: 30 },
    (_, n) => `From: nic${n}@ferrier.example\nSubject: ${n}\n\nx\n`,
  );
  const ends = await Promise.all(mails.map((input) => desk.run(['new'], { input })));
  expect(new Set(ends.map(({ exit }) => exit))).toEqual(new Set([0]));
  await settled();
  await until(() => got('crm').length === 30);
  expect(got('crm').map(({ subject }) => subject)).toEqual(
    mails.map((_, n) => `SUPPORT-${7102 + n}`),
  );
});

test('the process of its own holds nothing of ours open, and is in a session of its own', async () => {
  const look = `ls -l /proc/$PPID/fd >"${desk.dir}/fds"; ps -o sid= -p $PPID >"${desk.dir}/sid"; echo $PPID >"${desk.dir}/pid"`;
  subscribe({
    name: 'crm',
    type: 'exec',
    command: [program('crm', look)],
    types: ['ticket.created'],
  });
  await deliverCase(desk, 'plain', desk.run);
  await settled();
  const fds = readFileSync(join(desk.dir, 'fds'), 'utf8');
  for (const fd of [0, 1, 2]) expect(fds).toMatch(new RegExp(` ${fd} -> /dev/null\n`));
  // Of ours it has the lock of the subscribers alone.
  expect(fds.match(new RegExp(`${desk.store}/.*`, 'g'))).toEqual([
    `${desk.store}/subscribers.lock`,
  ]);
  expect(readFileSync(join(desk.dir, 'sid'), 'utf8').trim()).toBe(
    readFileSync(join(desk.dir, 'pid'), 'utf8').trim(),
  );
});

test('a store that cannot be written, or a program that cannot start, never stops a mail', async () => {
  subscribe({ name: 'crm', type: 'exec', command: ['/nonexistent/program'] });
  writeFileSync(join(desk.store, 'subscribers'), 'not a folder');
  expect((await deliverCase(desk, 'plain', desk.run)).exit).toBe(0);
  renameSync(join(desk.store, 'subscribers'), join(desk.dir, 'away'));
  expect((await deliverCase(desk, 'obrien', desk.run)).exit).toBe(0);
  const state = join(desk.store, 'subscribers', 'crm.json');
  await until(() => existsSync(state) && readFileSync(state, 'utf8').includes('ENOENT'));
  expect(statSync(state).mode & 0o777).toBe(0o600);
  killRunner();
});

test('how far they are is part of a backup: after a restore each is told once that there was one', async () => {
  subscribe({ name: 'crm', type: 'exec', command: [program('crm')], types: ['ticket.created'] });
  await deliverCase(desk, 'plain');
  await settled();
  const archive = join(desk.dir, 'desk.tar');
  expect((await desk.run(['backup', archive])).exit).toBe(0);
  await deliverCase(desk, 'obrien');
  await settled();
  renameSync(desk.store, `${desk.store}.lost`);
  expect((await desk.run(['restore', archive])).exit).toBe(0);
  expect((await desk.run(['resume', '--yes'])).exit).toBe(0);
  await deliverCase(desk, 'attachment');
  await settled();
  expect(types(got('crm'))).toEqual([
    'ticket.created',
    'ticket.created',
    'feed.reset',
    'ticket.created',
  ]);
});

test.each([
  [{ name: 'crm', type: 'exec' }, '"subscribers.0.command" is missing'],
  [{ name: 'CRM', type: 'exec', command: ['x'] }, '"subscribers.0.name" holds "CRM"'],
  [{ name: 'crm', type: 'fax' }, '"subscribers.0.type" holds "fax"'],
  [
    { name: 'crm', type: 'webhook', url: 'ftp://x', secret: SECRET },
    '"subscribers.0.url" holds "ftp://x"',
  ],
  [
    { name: 'crm', type: 'webhook', url: 'http://x/', secret: 'abc' },
    '"subscribers.0.secret" holds',
  ],
  [
    { name: 'crm', type: 'webhook', url: 'http://x/', secret: SECRET, allow: ['10.0.0.0/33'] },
    '"subscribers.0.allow.0" holds "10.0.0.0/33": must be an address or a network',
  ],
  [{ name: 'crm', type: 'maildir', path: 'x', types: ['*'] }, '"subscribers.0.types.0" holds "*"'],
])('a wrong subscriber %j is named in one line', async (subscriber, message) => {
  subscribe(subscriber);
  const ended = await desk.run(['subscriber', 'list']);
  expect(ended.exit).toBe(1);
  expect(ended.stderr).toContain(message);
});
