/**
 * The table of commands by door: each command of the grammar, given by every door that
 * takes it, leaves the very same tickets behind. The table is printed.
 */
import { afterAll, expect, test } from 'vitest';
import { COMMANDS, type Command } from '../../src/desk/grammar.ts';
import { SUFFIXES } from '../../src/ticket/suffix.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const BOB = 'bob@support-ticket.example';
const NIC = 'nic@ferrier.example';

/** Words behind the ticket that change something. */
const WORDS: Readonly<Record<string, string>> = {
  status: 'pending',
  assign: 'bob',
  tag: '+login +vip',
  priority: 'high',
  cc: '+alice@ferrier.example',
  retitle: 'Nobody can log in',
  merge: '7103',
  split: '3',
  note: 'He calls back.',
};
/** What has to be there before it. */
const BEFORE: Readonly<Record<string, string>> = { reopen: 'close', unblock: 'block' };

const DOORS = ['terminal', 'control', 'feed', 'answer', 'address'] as const;
type Door = (typeof DOORS)[number];

const rows: string[] = [];
afterAll(() => console.log(`commands by door\n${rows.join('\n')}`));

/** The word in an address that means this command and nothing more. */
function suffixOf({ name }: Command): string | undefined {
  return Object.entries(SUFFIXES).find(([, { command }]) => command === name)?.[0];
}

function doorsOf(command: Command): readonly Door[] {
  const { name, field } = command;
  return [
    ...(['terminal', 'control', 'feed'] as const),
    ...(field === undefined && name !== 'note' ? [] : (['answer'] as const)),
    ...(suffixOf(command) === undefined ? [] : (['address'] as const)),
  ];
}

async function deliver(desk: TestDesk, verb: string, mail: string, env: Record<string, string>) {
  const ended = await desk.run([verb], { input: mail, env });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}

async function staffMail(desk: TestDesk, verb: string, to: string, body: string) {
  const recipient = `${to}@support-ticket.example`;
  const mail = `From: ${BOB}\nTo: ${recipient}\nSubject: x\nMessage-ID: <staff.${verb}@x.example>\n\n${body}\n`;
  await deliver(desk, verb, mail, { SENDER: BOB, RECIPIENT: recipient, SASL_USERNAME: 'bob' });
}

async function arranged(): Promise<TestDesk> {
  const desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' }];
  });
  for (const [n, to] of ['new', 'support-7102', 'new'].entries()) {
    const recipient = `${to}@support-ticket.example`;
    const mail = `From: ${NIC}\nTo: ${recipient}\nSubject: mail ${n}\nMessage-ID: <${n}@ferrier.example>\n\nHello ${n}\n`;
    await deliver(desk, n === 1 ? 'reply' : 'new', mail, { SENDER: NIC, RECIPIENT: recipient });
  }
  return desk;
}

async function give(desk: TestDesk, door: Door, command: Command): Promise<void> {
  const { name, field } = command;
  const words = WORDS[name] ?? '';
  switch (door) {
    case 'terminal': {
      const rest = name === 'note' ? ['-m', words] : words.split(' ').filter((one) => one !== '');
      const ended = await desk.run(['ticket', name, '7102', ...rest]);
      expect(ended).toMatchObject({ exit: 0, stderr: '' });
      return;
    }
    case 'control':
      return staffMail(desk, 'control', 'control', `${name} 7102 ${words}`);
    case 'feed': {
      const order = { type: 'ticket.command', ticket: '7102', command: `${name} ${words}` };
      expect(await desk.run(['apply'], { input: `${JSON.stringify(order)}\n` })).toMatchObject({
        exit: 0,
      });
      return;
    }
    case 'answer':
      return staffMail(
        desk,
        'reply',
        'support-7102',
        name === 'note' ? `note\n\n${words}` : `${field}: ${words}`,
      );
    case 'address':
      return staffMail(desk, 'reply', `support-7102-${suffixOf(command)}`, words);
  }
}

/** What does not say when, or by whom. */
async function state(desk: TestDesk) {
  const { stdout } = await desk.run(['ticket', 'list', '--all', '--json']);
  const tickets: Ticket[] = await Promise.all(
    JSON.parse(stdout).map(async ({ id }: Ticket) =>
      JSON.parse((await desk.run(['ticket', 'show', id, '--json'])).stdout),
    ),
  );
  const blocked = JSON.parse((await desk.run(['address', 'list', '--json'])).stdout);
  return {
    blocked: blocked.map(({ address }: { address: string }) => address),
    tickets: tickets.map(({ messages, createdAt: _, updatedAt: __, waiting, ...ticket }) => ({
      ...ticket,
      waiting: waiting?.for ?? null,
      messages: messages.map(({ direction, text, serial }) => ({ direction, text, serial })),
    })),
  };
}

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  '%s does the same by every door',
  async (name, command) => {
    const doors = doorsOf(command);
    const states = await Promise.all(
      doors.map(async (door) => {
        const desk = await arranged();
        try {
          const before = BEFORE[name];
          if (before !== undefined) await desk.run(['ticket', before, '7102']);
          const was = await state(desk);
          await give(desk, door, command);
          const is = await state(desk);
          expect(is, door).not.toEqual(was);
          await desk.settled();
          return is;
        } finally {
          desk.remove();
        }
      }),
    );
    for (const [n, door] of doors.entries()) expect(states[n], door).toEqual(states[0]);
    rows.push(
      `${name.padEnd(9)} ${DOORS.map((door) => (doors.includes(door) ? door : '-').padEnd(9)).join(' ')}`,
    );
  },
);
