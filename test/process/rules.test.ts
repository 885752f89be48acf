/** Rules of a queue as an administrator meets them: a mail, `explain`, `rules check`, `replay`. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const INVOICES = {
  ...{ name: 'invoices', if: { address: 'new-{client}', phrase: 'invoice' } },
  ...{ tag: ['invoice', 'of-{client}'], assign: 'kim', priority: 'high' },
  ...{ answer: 'invoices', run: 'draft' },
};

function rules(...match: readonly object[]): void {
  desk.configure((config) => {
    config['queues'] = [{ ...QUEUE, match }];
    config['staff'] = [{ name: 'kim', addresses: ['kim@support-ticket.example'] }];
    config['robots'] = [{ name: 'draft', user: 'owner', from: 'anybody', may: ['note'] }];
  });
}

function robotAndText(): void {
  mkdirSync(join(desk.dir, 'robots'));
  const script =
    '#!/bin/sh\necho "{\\"type\\":\\"note\\",\\"text\\":\\"For $MAILROBOT_CAPTURE_CLIENT.\\"}"\n';
  writeFileSync(join(desk.dir, 'robots', 'draft'), script);
  chmodSync(join(desk.dir, 'robots', 'draft'), 0o755);
  mkdirSync(join(desk.dir, 'templates'));
  writeFileSync(join(desk.dir, 'templates', 'answer-invoices.txt'), 'We look into it.\n');
}

const MAIL = {
  input:
    'From: Nic <nic@ferrier.example>\nTo: new-acme@support-ticket.example\nSubject: Late\nMessage-ID: <1@ferrier.example>\n\nWhere is my Invoice?\n',
  env: {
    ...{ SENDER: 'nic@ferrier.example', RECIPIENT: 'new@support-ticket.example' },
    ORIGINAL_RECIPIENT: 'new-acme@support-ticket.example',
  },
};

test('a mail is tagged, assigned, made urgent, answered and given to a robot, and it is told why', async () => {
  rules(INVOICES);
  robotAndText();
  expect(await desk.run(['new'], MAIL)).toMatchObject({ exit: 0, stdout: '' });
  await desk.settled();
  const ticket = JSON.parse((await desk.run(['ticket', 'show', '7102', '--json'])).stdout);
  expect(ticket).toMatchObject({
    ...{ tags: ['invoice', 'of-acme'], assignee: 'kim', priority: 'high' },
  });
  expect(ticket.messages.at(-1)).toMatchObject({ direction: 'internal', text: 'For acme.\n' });
  const answers = desk.sent().filter(({ args }) => args.includes('nic@ferrier.example'));
  expect(answers).toHaveLength(1);
  expect(answers[0]?.content).toContain('We look into it.');
  const { stdout } = await desk.run(['explain', '<1@ferrier.example>']);
  expect(stdout).toContain(
    'Rules       invoices: it came to new-acme@support-ticket.example; the text has "invoice"; does: tag +invoice +of-acme, assign kim, priority high, answer invoices, run draft\n',
  );
  expect(stdout).toMatch(/mail 1 {2}draft {2}done/);
});

test('what the robot of a rule has failed on is given to it once more, and only if it has', async () => {
  rules(INVOICES);
  robotAndText();
  const robot = join(desk.dir, 'robots', 'draft');
  const works = readFileSync(robot);
  writeFileSync(robot, '#!/bin/sh\necho broken >&2; exit 1\n');
  await desk.here(['new'], MAIL);
  await desk.settled();
  const texts = async (): Promise<readonly string[]> => {
    const { stdout } = await desk.here(['ticket', 'show', '7102', '--json']);
    const { messages } = JSON.parse(stdout) as { readonly messages: readonly { text: string }[] };
    return messages.map(({ text }) => text);
  };
  expect((await texts()).at(-1)).toBe('robot draft: it ended with 1\nbroken\n');
  writeFileSync(robot, works);
  for (const [named, exit] of [
    ['deploy', 1],
    ['draft', 0],
    ['draft', 1],
    ['1', 1],
  ] as const) {
    expect({ named, ...(await desk.here(['robot', 'retry', named])) }).toMatchObject({
      named,
      exit,
    });
    await desk.settled();
  }
  expect((await texts()).filter((text) => text === 'For acme.\n')).toHaveLength(1);
});

test('rules check says all that is wrong, with line and column', async () => {
  rules(INVOICES);
  robotAndText();
  expect(await desk.here(['rules', 'check'])).toMatchObject({
    ...{ exit: 0, stdout: `The rules in ${desk.config} can be used.\n` },
  });
  const text = [
    '{"domain": "support-ticket.example", "store": "store",',
    ' "queues": [{"prefix": "SUPPORT", "address": "new", "name": "Support", "match": [',
    '  {"name": "a", "if": {"phrase": "..."}},',
    '  {"name": "b", "assign": "eve"},',
    '  {"name": "b", "run": "nobody", "tag": ["{x}"]},',
    '  {"name": "c", "if": {"address": "a-{b}{c}"}, "answer": "Hi!"}',
    ' ]}]}',
  ].join('\n');
  const file = join(desk.dir, 'wrong.json');
  writeFileSync(file, text);
  const { exit, stdout } = await desk.here(['rules', 'check', '--config', file]);
  expect(exit).toBe(1);
  const places = [...stdout.matchAll(/wrong\.json:(\d+:\d+): /g)].map(([, place]) => place);
  expect(places).toEqual(['3:24', '6:24', '6:48', '4:17', '5:4', '5:42', '5:17']);
  expect(stdout).toContain('"queues.0.match.1.assign" holds "eve": must be one of the staff');
  expect(stdout).toContain('"queues.0.match.2.run" holds "nobody", and there is no such robot');
  // They are errors of the config as well.
  expect((await desk.here(['config', 'check', '--config', file])).stdout).toBe(stdout);
});

test('with a mail on stdin it says which rules fit, and why', async () => {
  rules({ name: 'no', if: { subject: 'nothing' } }, INVOICES, { name: 'rest' });
  robotAndText();
  const { exit, stdout } = await desk.here(['rules', 'check'], MAIL);
  expect(exit).toBe(0);
  expect(stdout.replaceAll(/^\S+config\.json:1:\d+: /gm, '')).toBe(
    [
      'The mail is for SUPPORT.',
      'no does not fit',
      'invoices fits: it came to new-acme@support-ticket.example; the text has "invoice"',
      'rest fits: it asks nothing; a rule above it was enough',
      '',
    ].join('\n'),
  );
  const json = JSON.parse((await desk.here(['rules', 'check', '--json'], MAIL)).stdout);
  expect(json.mail.rules[1]).toMatchObject({ counts: true, captures: { client: 'acme' } });
});

test('replay says what other rules would have done with the mail of the last days', async () => {
  rules({ name: 'late', if: { subject: 'late' }, tag: ['late'] });
  await desk.here(['new'], MAIL);
  expect((await desk.here(['replay'])).stdout).toBe(
    'One mail: 1 as before, 0 otherwise, 0 that the store does not know.\n',
  );
  rules({ name: 'invoices', if: { phrase: 'invoice' }, tag: ['invoice'] });
  const { stdout } = await desk.here(['replay', '--since', '2h']);
  expect(stdout).toContain(
    'now  open SUPPORT; claimed: nothing proves its From; rule invoices: tag +invoice\n',
  );
  expect(stdout).toContain(
    'was  open SUPPORT; claimed: nothing proves its From; rule late: tag +late\n',
  );
  expect(stdout).toContain('One mail: 0 as before, 1 otherwise');
  expect(await desk.here(['replay', '--since', 'monday'])).toMatchObject({ exit: 2 });
  // Nothing was changed by it.
  const { tags } = JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout);
  expect(tags).toEqual(['late']);
});

test('what was given to a robot is no difference, as long as its row is what it was', async () => {
  rules();
  robotAndText();
  await desk.here(['run', 'draft'], {
    input: MAIL.input,
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: 'draft@support-ticket.example' },
  });
  await desk.settled();
  expect((await desk.here(['replay'])).stdout).toContain('1 as before, 0 otherwise');
  desk.configure((config) => {
    config['robots'] = [{ name: 'draft', user: 'owner', may: ['note'] }];
  });
  expect((await desk.here(['replay'])).stdout).toContain('0 as before, 1 otherwise');
});

test('addresses with holes are in the map that is printed for Postfix', async () => {
  rules(INVOICES, { name: 'plus', if: { address: 'new+{client}' } });
  robotAndText();
  desk.configure((config) => {
    config['robots'] = [
      { name: 'draft', user: 'owner', from: 'anybody', may: ['note'] },
      { name: 'deploy', command: ['/bin/true'], address: 'deploy-{service}-{env}' },
    ];
  });
  const { stdout } = await desk.here(['postfix', 'maps']);
  const lines = stdout.trimEnd().split('\n').slice(2);
  expect(lines).toEqual([
    `/^new-[a-z0-9][a-z0-9._-]*@(support-ticket\\.example)$/  new@\${1}`,
    `/^deploy-[a-z0-9][a-z0-9._-]*-[a-z0-9][a-z0-9._-]*@(support-ticket\\.example)$/  deploy@\${1}`,
  ]);
  const lmtp = (await desk.here(['postfix', 'lmtp'])).stdout;
  expect(lmtp).toContain('|new-[a-z0-9][a-z0-9._-]*)@support-ticket\\.example$/');
  expect(lmtp).not.toContain('deploy');
});

test('a rule that is wrong leaves the mail with the MTA', async () => {
  rules({ name: 'x', tag: 'x' });
  const { exit, stdout } = await desk.run(['new'], MAIL);
  expect({ exit, stdout: stdout.slice(0, 6) }).toEqual({ exit: 75, stdout: '4.3.5 ' });
});
