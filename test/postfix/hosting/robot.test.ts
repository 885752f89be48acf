/** The robot of examples/hosting as a program, on a real database: what it makes of a mail. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, EXAMPLE } from './database.ts';
import { askIn, CHOSEN } from './engines.ts';

const missing = CHOSEN.missing();
const ROBOT = join(EXAMPLE, 'robots', 'accounts');
const NIC = 'nic@ferrier.example';
const DESK = 'accounts@support-ticket.example';
const LINE = '{BLF-CRYPT}$2y$05$80JTcaLvIdMz7SrMWbLs/uGrmtQmUBbI31THRG735JpQ2SCg8VRTG';

describe.skipIf(missing !== undefined)(`on a real ${CHOSEN.name} ${missing ?? ''}`, () => {
  let database: Database;
  let ownAsk: string;
  beforeAll(async () => {
    database = await CHOSEN.start();
    ownAsk = askIn(database.dir, CHOSEN, database);
  });
  afterAll(() => database?.stop());

  /** Of the mail that the robot gets; of its message, what is not as always. */
  interface More {
    readonly message?: object;
    readonly phase?: string | undefined;
    readonly signed?: object;
  }
  interface Said {
    readonly end: number | undefined;
    readonly orders: readonly Readonly<Record<string, unknown>>[];
    readonly stdout: string;
    readonly stderr: string;
  }
  async function give(newText: string, more: More = {}, ask = ownAsk): Promise<Said> {
    const to = [{ name: '', address: DESK }];
    const message = { subject: 'accounts', messageId: '<1@ferrier.example>', text: newText, to };
    const { message: other, ...rest } = more;
    const mail = {
      ...{ v: 1, run: 7, receivedAt: '2026-11-28T10:00:00.000Z', phase: 'plan', newText },
      message: { ...message, ...other },
      ...{ from: { name: 'Nic', address: NIC }, signed: null, ...rest },
    };
    const { exitCode, stdout, stderr } = await execa(ROBOT, [ask], {
      input: JSON.stringify(mail),
      reject: false,
    });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { end: exitCode, orders: lines.map((line) => JSON.parse(line)), stdout, stderr };
  }
  const accounts = () => database.sql('SELECT address FROM accounts');

  test('it plans, and changes nothing; then it does what it has planned', async () => {
    const { end, orders } = await give('\n  create Nic@Hosted.example \nThank you!');
    expect(end).toBe(0);
    expect(orders).toMatchObject([
      { type: 'plan', text: expect.stringMatching(/^Create the account nic@hosted\.example\.\n/) },
    ]);
    expect(await accounts()).toBe('');
    const done = await give('create Nic@Hosted.example', { phase: 'carry-out' });
    expect(done.orders).toMatchObject([{ type: 'mail', to: NIC, secrets: [expect.any(String)] }]);
    expect(await accounts()).toBe('nic@hosted.example');
  });

  test('a question is answered at once', async () => {
    expect((await give('What do I have?')).orders).toMatchObject([
      { type: 'reply', text: expect.stringContaining('nic@hosted.example\n') },
    ]);
    expect((await give('set up')).orders).toMatchObject([
      { type: 'reply', text: expect.stringContaining('imap.hosted.example, port 993') },
    ]);
    expect(await give('please help me')).toMatchObject({ end: 20, orders: [{ type: 'reply' }] });
  });

  test('a line of doveadm that a mail program has wrapped is one line', async () => {
    const { orders } = await give(`password nic@hosted.example\n${LINE}\n`);
    expect(orders).toMatchObject([{ type: 'plan' }]);
    expect(String(orders[0]?.['text'])).not.toContain(LINE);
  });

  test('its plan says which line it is, and when it was asked for', async () => {
    const { orders } = await give(`password nic@hosted.example ${LINE}`);
    const text = String(orders[0]?.['text']);
    expect(text).toContain('BLF-CRYPT');
    expect(text).toContain(`${LINE.slice(-8)}\n`);
    expect(text).toContain('10:00 UTC');
  });

  test('our random password in what an answer quotes is blanked', async () => {
    const text = `password nic@hosted.example ${LINE}\n> Password: mwxss-7wprb-4u2e4-s6u65u\n`;
    const more = {
      ...{ phase: 'carry-out', message: { subject: 'Re: your account', messageId: null, text } },
    };
    expect((await give(`password nic@hosted.example ${LINE}`, more)).orders).toMatchObject([
      { type: 'reply' },
      { type: 'blank', words: ['mwxss-7wprb-4u2e4-s6u65u'] },
    ]);
  });

  const OURS = 'mwxss-7wprb-4u2e4-s6u65u';
  const quoting = (said: string, quoted = OURS) => ({
    message: {
      ...{ subject: 'Re: your account', messageId: null },
      text: `${said}\n> Password: ${quoted}\n`,
    },
  });

  test.each([
    ['is not understood', 'What is this?', 20],
    ['is refused', 'forgot nobody@hosted.example', 20],
    ['is a question', 'have', 0],
  ])('so it is where the mail %s', async (_, text, end) => {
    expect(await give(text, quoting(text))).toMatchObject({
      ...{ end, orders: [{ type: 'reply' }, { type: 'blank', words: [OURS] }] },
    });
  });

  test('a mail that would make a plan is refused, since a plan that nobody confirms would keep it', async () => {
    const text = 'forgot nic@hosted.example';
    const { end, orders, stdout } = await give(text, quoting(text));
    expect(end).toBe(20);
    expect(orders).toMatchObject([
      { type: 'reply', text: expect.stringContaining('without') },
      { type: 'blank', words: [OURS] },
    ]);
    expect(String(orders[0]?.['text'])).not.toContain(OURS);
    expect(stdout).not.toContain('"plan"');
  });

  test('of more of them than words can be named, all of the text is blanked', async () => {
    const many = Array.from(
      { length: 11 },
      (_, n) => `${'abcdefghjkmn'.charAt(n)}${OURS.slice(1)}`,
    );
    expect((await give('have', quoting('have', many.join('\n> ')))).orders).toEqual([
      expect.objectContaining({ type: 'reply' }),
      { type: 'blank' },
    ]);
  });

  test.each([
    ...['create \u0000nic@hosted.example', 'create nic\ud800@hosted.example', '\udfff'],
    ...['restore nic@hosted.example \ud800', 'restore nic@hosted.example a\u0000b', '\u0007'],
  ])('%j gets the words that it knows', async (text) => {
    expect(await give(text)).toMatchObject({
      ...{ end: 20, orders: [{ type: 'reply', text: expect.stringContaining('what do I have?') }] },
    });
  });

  test('a blank of another kind is a blank', async () => {
    expect(await give('forgot\u00a0nic@hosted.example')).toMatchObject({
      ...{ end: 0, orders: [{ type: 'plan' }] },
    });
  });

  test.each([
    ...['password nic@hosted.example hunter2', 'password hunter2', 'Password: hunter2'],
    ...[
      'my password is hunter2',
      'the password of nic@hosted.example is geheim',
      'Passwort: geheim',
    ],
    ...['create nic@hosted.example with password hunter2', 'password nic@hosted.example\nhunter2'],
    ...['password nic@hosted.example {PLAIN}hunter2', 'new password = hunter2', 'pw hunter2'],
    ...[
      'forgot nic@hosted.example\nI lost my password; my password is hunter2',
      'forgot nic@hosted.example\nold password was lost. password: hunter2',
      'forgot nic@hosted.example\nMy password:\nhunter2',
      'forgot nic@hosted.example\nMy password is\n\n  geheim',
      'forgot nic@hosted.example\nhunter2 was my password',
      'create nic@hosted.example hunter2',
      'alias shop@hosted.example nic@hosted.example geheim',
      `password nic@hosted.example ${LINE} geheim`,
    ],
    ...[
      'password nic@hosted.example {SSHA}aHVudGVyMg==',
      'forgot nic@hosted.example\n\nIt was my password: hunter2',
    ],
  ])('%j holds a password: refused, and blanked', async (text) => {
    const { end, orders, stdout } = await give(text);
    expect(end).toBe(20);
    expect(orders).toMatchObject([{ type: 'reply' }, { type: 'blank' }]);
    expect(stdout).not.toMatch(/hunter2|geheim|aHVud/);
  });

  test('who has sent a password to others as well is told so', async () => {
    const to = [DESK, NIC].map((address) => ({ name: '', address }));
    const told = async (more: More) => (await give('password hunter2', more)).orders[0]?.['text'];
    expect(await told({ message: { to } })).toContain('other addresses as well');
    expect(await told({})).not.toContain('as well');
  });

  test('a line that says the word a hundred thousand times is read in seconds, not hours', {
    timeout: 30_000,
  }, async () => {
    const text = `forgot nic@hosted.example\n${'lost pass '.repeat(100_000)}`;
    expect(await give(text)).toMatchObject({ end: 0, orders: [{ type: 'plan' }] });
  });

  test('so does a subject', async () => {
    const message = { subject: 'password hunter2', messageId: null, text: 'have' };
    expect(await give('have', { message })).toMatchObject({
      ...{ end: 20, orders: [{ type: 'reply' }, { type: 'blank' }] },
    });
  });

  test.each([
    ...['forgot nic@hosted.example\n\nI have lost my password. Nic', 'forgot nic@hosted.example'],
    'forgot nic@hosted.example\nMy password is forgotten, I need a new password please.',
    'forgot nic@hosted.example\nI lost my password. Sorry for that; what is a good password?\nNic',
    'forgot nic@hosted.example\nThat is for my lost password\n-- \nNic Ferrier',
  ])('%j holds none', async (text) => {
    expect(await give(text)).toMatchObject({ end: 0, orders: [{ type: 'plan' }] });
  });

  test.each([
    ...["create ';DROP/**/TABLE/**/accounts;--@hosted.example", "create :'sender'@hosted.example"],
    ...["create a\\'||1||\\'@hosted.example", 'create "a\\"@hosted.example'],
    ...['create \\!id@hosted.example', 'create `id`@hosted.example', 'create $$@hosted.example'],
    ...[
      'create a\\gexec@hosted.example',
      'create x@hosted.example;',
      "create '||1||'@hosted.example",
    ],
  ])('%j is only a wrong name', async (text) => {
    const { end, orders, stderr } = await give(text, { phase: 'carry-out' });
    expect({ end, orders, stderr }).toMatchObject({
      end: 20,
      orders: [{ type: 'reply' }],
      stderr: '',
    });
    expect(await accounts()).toBe('nic@hosted.example');
  });

  test('without a database it is run again', async () => {
    const away = { ...database, env: { PGHOST: '/nowhere', MYSQL_UNIX_PORT: '/nowhere' } };
    const dir = mkdtempSync(join(database.dir, 'away-'));
    expect(await give('have', {}, askIn(dir, CHOSEN, away))).toMatchObject({
      ...{ end: 75, orders: [] },
    });
  });

  test('a row without confirm and proof does nothing, and says so', async () => {
    const { end, stderr } = await give('forgot nic@hosted.example', { phase: undefined });
    expect({ end, stderr }).toEqual({
      ...{ end: 1, stderr: 'its row in the config needs "confirm": true, or "proof": "pgp"' },
    });
    const signed = { fingerprint: 'A'.repeat(40), at: '2026-11-28T10:00:00.000Z' };
    const { orders } = await give('forgot nic@hosted.example', { phase: undefined, signed });
    expect(orders).toMatchObject([{ type: 'reply', secrets: [expect.any(String)] }]);
  });
});
