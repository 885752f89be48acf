import { expect, test } from 'vitest';
import { problemsOfStore } from '../../src/config/database.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { checkConfig } from '../../src/config/read.ts';

const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const GOOD = { domain: 'support-ticket.example', store: 'store', queues: [QUEUE] };
const problem = (config: unknown): string => {
  try {
    checkConfig(config, '/etc/mailrobot/config.json');
    return 'none';
  } catch (error) {
    return String(error);
  }
};

test('a store lies in a folder, or in a database with a folder of this host', () => {
  const storeOf = (more: object) =>
    checkConfig({ ...GOOD, ...more }, '/etc/mailrobot/config.json').store;
  const url = 'postgresql://desk@db1.example,db2.example/mail';
  expect(storeOf({ store: url })).toEqual({ kind: 'database', url, spool: '/var/lib/mailrobot' });
  expect(storeOf({ store: url, spool: 'spool' })).toMatchObject({ spool: '/etc/mailrobot/spool' });
  expect(storeOf({ store: '../desk' })).toEqual({ kind: 'files', root: '/etc/desk' });
});

test('what is wrong with the name of a database is said without its password', () => {
  const config = (store: string) => checkConfig({ ...GOOD, store }, '/etc/mailrobot/config.json');
  expect(problemsOfStore(config('postgresql://desk:secret@db.example/mail'), {})).toEqual([]);
  expect(problemsOfStore(config('store'), GOOD)).toEqual([]);
  expect(problemsOfStore(config('store'), { ...GOOD, spool: '/var/spool' })).toEqual([
    { key: 'spool', problem: 'is for a database, and "store" is none' },
  ]);
  const [wrong] = problemsOfStore(
    config('postgresql://desk:secret@db.example/mail?sslmode=require'),
    {},
  );
  expect(wrong?.key).toBe('store');
  expect(wrong?.problem).toContain('sslmode=require');
  expect(wrong?.problem).not.toContain('secret');
});

test('defaults are filled in and paths are made absolute', () => {
  expect(checkConfig(GOOD, '/etc/mailrobot/config.json')).toEqual({
    file: '/etc/mailrobot/config.json',
    domain: 'support-ticket.example',
    store: { kind: 'files', root: '/etc/mailrobot/store' },
    sendmail: ['/usr/sbin/sendmail'],
    log: null,
    smtp: null,
    queues: [
      {
        ...QUEUE,
        numbers: 'own',
        quote: 'last',
        rating: false,
        language: 'en',
        signature: '',
        due: {},
        bulk: 'hold',
        markedPerHour: 20,
      },
    ],
    ...{ staff: [], control: 'control', help: 'help', alsoKnownAs: [], onBehalf: true },
    markdown: true,
    subjectTag: false,
    collapse: [],
    caps: {
      address: { count: 5, hours: 24 },
      domain: { count: 50, hours: 1 },
      ticket: { count: 3, hours: 24 },
      total: { count: 200, hours: 1 },
      firstTime: { count: 10, hours: 1 },
      all: { count: 20, hours: 24 },
    },
    history: 3,
    notificationHtml: true,
    copies: 'ask',
    authservId: null,
    authResults: 'above',
    ownHosts: [],
    relays: [],
    strict: false,
    undo: 0,
    staffProof: 'authenticated',
    proof: 'message-id',
    forms: [],
    groups: [],
    users: [],
    acrossQueues: 'link',
    reopenDays: 60,
    retentionDays: 30,
    subscribers: [],
    spam: expect.arrayContaining([{ header: 'X-Spam-Flag', pattern: '^yes' }]),
    limits: { messageSize: 50 * 1024 * 1024, reading: DEFAULT_LIMITS },
    sizes: { notification: 2 * 1024 * 1024, answer: 25 * 1024 * 1024, get: 10 * 1024 * 1024 },
    status: expect.objectContaining({ unsentMinutes: { warning: 15, critical: 120 } }),
  });
  const { sendmail } = checkConfig({ ...GOOD, sendmail: ['bin/sendmail', '-C', 'x'] }, '/a/c.json');
  expect(sendmail).toEqual(['/a/bin/sendmail', '-C', 'x']);
  const logOf = (log: string) => checkConfig({ ...GOOD, log }, '/a/c.json').log;
  expect(logOf('syslog')).toEqual({ to: 'syslog' });
  expect(logOf('mail.log')).toEqual({ to: 'file', path: '/a/mail.log' });
});

test.each([
  ['127.0.0.1:25', { host: '127.0.0.1', port: 25 }],
  ['localhost:2525', { host: 'localhost', port: 2525 }],
  ['[::1]:25', { host: '::1', port: 25 }],
])('mail goes by SMTP to %s', (smtp, wanted) => {
  expect(checkConfig({ ...GOOD, smtp }, '/etc/mailrobot/config.json').smtp).toEqual(wanted);
});

test.each(['127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', '::1:25', ':25', 'a b:25'])(
  'and not to %s',
  (smtp) => {
    const wanted = `"smtp" holds "${smtp}": must be a host and a port such as 127.0.0.1:25`;
    expect(problem({ ...GOOD, smtp })).toContain(wanted);
  },
);

test.each([
  [[], 'it must be a JSON object'],
  [{ ...GOOD, domain: undefined }, '"domain" is missing'],
  [{ ...GOOD, domain: 'not a domain' }, '"domain" holds "not a domain": must be a domain such as'],
  [{ ...GOOD, sendmail: 7 }, '"sendmail" holds 7: must be a path, or a list'],
  [{ ...GOOD, sendmail: [] }, '"sendmail" holds []: must be a path, or a list'],
  [{ ...GOOD, domain: 7 }, '"domain" holds 7: must be a text'],
  [{ ...GOOD, limits: null }, '"limits" holds null: must be an object'],
  [{ ...GOOD, subscribers: [7] }, '"subscribers.0" holds 7: must be an object'],
  [
    { ...GOOD, subscribers: [{ type: 'crm' }] },
    '"subscribers.0.type" holds "crm": must be exec or webhook or maildir or pages',
  ],
  [
    { ...GOOD, queues: [{ ...GOOD.queues[0], rating: 'yes' }] },
    '"queues.0.rating" holds "yes": must be true or false',
  ],
  [
    { ...GOOD, staff: [{ name: 'bob', addresses: ['b@x.example'], queues: ['NOPE'] }] },
    '"staff.0.queues" holds "NOPE": must be one of SUPPORT',
  ],
  [
    { ...GOOD, staff: [{ name: 'bob', addresses: ['new@support-ticket.example'] }] },
    '"staff.0.addresses" holds "new@support-ticket.example", which is the desk\'s own address',
  ],
  [{ ...GOOD, staff: [{ name: 'bob', addresses: ['-bob@x.example'] }] }, 'an address such as'],
  [
    {
      ...GOOD,
      staff: ['b@x.example', 'c@x.example'].map((one) => ({ name: 'bob', addresses: [one] })),
    },
    'people with names that all differ',
  ],
  [{ ...GOOD, forms: ['support-7@support-ticket.example'] }, '"forms" holds'],
  [
    { ...GOOD, forms: ['CONTROL@support-ticket.example'] },
    '"forms" holds "CONTROL@support-ticket.example", which is the desk\'s own address',
  ],
  [{ ...GOOD, queues: [] }, '"queues" holds []: must be at least one queue'],
  [
    { ...GOOD, queues: [{ ...QUEUE, prefix: 'sup-port' }] },
    '"queues.0.prefix" holds "sup-port": must be up to 20 capital letters',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, first: 0 }] },
    '"queues.0.first" holds 0: must be a whole number from 1 to',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, first: '7' }] },
    '"queues.0.first" holds "7": must be a whole number',
  ],
  [
    { ...GOOD, queues: [QUEUE, { ...QUEUE, prefix: 'B' }] },
    '"queues.1.address" holds "new", which another queue has already',
  ],
  [
    { ...GOOD, queues: [QUEUE, { ...QUEUE, address: 'b' }] },
    '"queues.1.prefix" holds "SUPPORT", which another queue has already',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, due: { closeDays: 7 } }] },
    '"queues.0.due.closeDays" holds 7, and remindDays is missing',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, due: { answerHours: 0 } }] },
    '"queues.0.due.answerHours" holds 0: must be a whole number from 1 to 8760',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, due: { answers: 1 } }] },
    '"queues.0.due.answers" is not a key that mailrobot knows',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, numbers: 'all' }] },
    '"queues.0.numbers" holds "all": must be own or',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, language: 'German' }] },
    '"queues.0.language" holds "German": must be a language such as en or de',
  ],
  [
    { ...GOOD, queues: [{ ...QUEUE, signature: 'a\u0007' }] },
    ': must be lines of at most 1000 characters in all, without a mark of its own',
  ],
  [{ ...GOOD, qeues: [] }, '"qeues" is not a key that mailrobot knows'],
  [
    { ...GOOD, limits: { messageSize: -1 } },
    '"limits.messageSize" holds -1: must be a whole number from 1 to',
  ],
  [
    { ...GOOD, limits: { seconds: 0 } },
    '"limits.seconds" holds 0: must be a whole number from 1 to 120',
  ],
  [null, 'config.json: it must be a JSON object'],
])('%j: %s', (config, wanted) => {
  const said = problem(config);
  expect(said).toContain('/etc/mailrobot/config.json: ');
  expect(said).toContain(wanted);
  expect(said).not.toContain('\n');
});

test('a time zone is a name that the runtime knows', () => {
  const zoned = (timeZone: unknown) => ({
    ...GOOD,
    timeZone,
    staff: [{ name: 'bob', addresses: ['bob@support-ticket.example'], timeZone }],
  });
  const config = checkConfig(zoned('America/New_York'), 'config.json');
  expect(config.timeZone).toBe('America/New_York');
  expect(config.staff[0]?.timeZone).toBe('America/New_York');
  for (const wrong of ['Mars/Olympus', '+01:00', '', 5, '../etc/passwd']) {
    expect(() => checkConfig(zoned(wrong), 'config.json')).toThrow(
      /timeZone" holds .*time zone such as/,
    );
  }
});
