/**
 * What stands behind a ticket in its address is read from two tables, and from nothing else:
 * ticket/suffix.ts names the row, and the row of the grammar says what is done.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { COMMANDS, commandNamed } from '../../src/desk/grammar.ts';
import { SUFFIXES, suffixNamed } from '../../src/ticket/suffix.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';

const NIC = 'nic@ferrier.example';
const BOB = 'bob@home.example';
let line: PipeLine;

beforeEach(async () => {
  const staff = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  line = makePipeLine({ config: { staff } });
  await send(NIC, 'new', 'Hello');
});

afterEach(() => {
  vi.restoreAllMocks();
  line.remove();
});

async function send(from: string, local: string, text: string, login?: string) {
  const RECIPIENT = `${local}@support-ticket.example`;
  const id = `${local}.${Math.random()}`;
  const mail = `From: ${from}\nTo: ${RECIPIENT}\nSubject: x\nMessage-ID: <${id}@x.example>\n\n${text}\n`;
  const env = { SENDER: from, RECIPIENT, ...(login !== undefined && { SASL_USERNAME: login }) };
  return line.deliver(Buffer.from(mail), env);
}

const ticket = () => line.store.ticket('SUPPORT-1');
const answers = async () =>
  (await ticket())?.messages.filter(({ direction }) => direction === 'out').length;

/** A row that is there while the test runs. */
async function withWord(word: string, meaning: object, work: () => Promise<void>) {
  const table: Record<string, unknown> = SUFFIXES;
  table[word] = meaning;
  try {
    await work();
  } finally {
    delete table[word];
  }
}

test('support-1-close@ is what the row close says, whatever that is', async () => {
  const row = COMMANDS.find(({ name }) => name === 'close');
  if (row === undefined) throw new Error('there is no row close');
  vi.spyOn(row, 'read').mockReturnValue({ type: 'priority', priority: 'urgent' });
  expect(await send(BOB, 'support-1-close', '', 'bob')).toBe('carried-out');
  expect(await ticket()).toMatchObject({ status: 'new', priority: 'urgent' });
});

test('a row that wants words more than an address can give sends the mail back', async () => {
  const row = COMMANDS.find(({ name }) => name === 'close');
  if (row === undefined) throw new Error('there is no row close');
  vi.spyOn(row, 'read').mockReturnValue({ refused: 'a day is wanted' });
  expect(await send(BOB, 'support-1-close', '', 'bob')).toBe('returned');
});

test('a new row for an address is read by staff and customers alike', async () => {
  await send(BOB, 'support-1-finish', '', 'bob');
  await send(NIC, 'support-1-finish', 'How is it?');
  expect((await ticket())?.status).toBe('new');
  expect(await answers()).toBe(1);
  await withWord('finish', { command: 'close', customerCommand: 'status' }, async () => {
    expect(await send(BOB, 'support-1-finish', '', 'bob')).toBe('carried-out');
    expect((await ticket())?.status).toBe('resolved');
    await send(NIC, 'support-1-finish', 'How is it?');
    expect(await answers()).toBe(2);
  });
});

test('a word that is kept inside is kept inside by the table', async () => {
  await withWord('aside', { command: 'note', customerCommand: null }, async () => {
    await send(BOB, 'support-1-aside', 'They are angry.', 'bob');
  });
  expect((await ticket())?.messages.at(-1)).toMatchObject({
    direction: 'internal',
    text: 'They are angry.\n',
  });
});

test('each command that a word names is a row of the grammar, and takes no words', () => {
  for (const [word, { command }] of Object.entries(SUFFIXES)) {
    expect(suffixNamed(word.toUpperCase())).toBe(word);
    if (command !== null) expect(commandNamed(command), word).not.toBeNull();
  }
  expect(suffixNamed('constructor')).toBe('unknown');
});
