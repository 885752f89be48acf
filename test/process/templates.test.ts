/** Texts of the desk's own: whose, in which language, and what a faulty one does. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, runProgram, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      {
        ...{ prefix: 'BILLING', address: 'invoices', name: 'Buchhaltung', language: 'de' },
        signature: 'Buchhaltung GmbH\nMusterstraße 1, Köln',
      },
    ];
  });
  mkdirSync(join(desk.dir, 'templates', 'BILLING'), { recursive: true });
});

afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const put = (path: string, text: string | Buffer) =>
  writeFileSync(join(desk.dir, 'templates', path), text);
const TEXTS: Readonly<Record<string, string>> = {
  en: 'Hello, I cannot log in to your site. Can you please help me with this?',
  de: 'Guten Tag, ich kann mich nicht anmelden. Können Sie mir bitte mit dem Login helfen?',
  fr: 'Bonjour, je ne peux pas entrer dans mon compte. Merci pour votre aide, et bonne journée',
  none: 'Login?',
};
let count = 0;

/** The text of the acknowledgement that a mail gets. */
async function acknowledged(text: string, queue = 'SUPPORT', more: Record<string, string> = {}) {
  count += 1;
  const { name = 'Nic', subject = 'Login' } = more;
  const address = `nic${count}@ferrier${count}.example`;
  const input = `From: ${name} <${address}>\nSubject: ${subject}\nMessage-ID: <${count}@ferrier.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`;
  expect(await desk.here(['new', '--queue', queue], { input })).toMatchObject({
    exit: 0,
    stdout: '',
  });
  const answer = desk.sent().findLast(({ args }) => args.endsWith(address));
  return body(answer?.content ?? '');
}

function body(mail: string): string {
  const [head = '', ...rest] = mail.split('\n\n');
  const text = rest.join('\n\n');
  if (!/quoted-printable/i.test(head)) return text;
  const octets = text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}

test('a customer is answered in his own language, else in that of the queue', async () => {
  expect(await acknowledged(TEXTS['en'] ?? '')).toContain('Thank you for your mail');
  expect(await acknowledged(TEXTS['de'] ?? '')).toContain('Vielen Dank für Ihre Nachricht');
  expect(await acknowledged(TEXTS['none'] ?? '')).toContain('Thank you for your mail');
  expect(await acknowledged(TEXTS['none'] ?? '', 'BILLING')).toContain('Vielen Dank');
  expect(await acknowledged(TEXTS['en'] ?? '', 'BILLING')).toContain('Thank you for your mail');
  expect(await acknowledged(TEXTS['fr'] ?? '', 'BILLING')).toContain('Vielen Dank');
});

test('a text of the queue comes before one for all, one of the language before one for all', async () => {
  put('acknowledgement.txt', 'any {{ticket}}\n');
  expect(await acknowledged(TEXTS['de'] ?? '')).toMatch(/^any SUPPORT-\d+\n$/);
  put('acknowledgement.de.txt', 'Deutsch {{ticket}}\n');
  expect(await acknowledged(TEXTS['de'] ?? '')).toMatch(/^Deutsch/);
  expect(await acknowledged(TEXTS['en'] ?? '')).toMatch(/^any/);
  put('BILLING/acknowledgement.txt', 'billing {{ticket}}\n');
  expect(await acknowledged(TEXTS['de'] ?? '', 'BILLING')).toMatch(/^billing BILLING-\d+\n/);
  put('BILLING/acknowledgement.fr.txt', 'Merci {{ticket}}\n');
  expect(await acknowledged(TEXTS['fr'] ?? '', 'BILLING')).toMatch(/^Merci/);
  expect(await acknowledged(TEXTS['fr'] ?? '')).toMatch(/^any/);
});

test('the signature of the queue stands below every mail to a customer, and in no text of the ticket', async () => {
  const signature = '\n-- \nBuchhaltung GmbH\nMusterstraße 1, Köln\n';
  expect(await acknowledged(TEXTS['en'] ?? '', 'BILLING')).toMatch(new RegExp(`${signature}$`));
  await desk.here(['ticket', 'reply', 'BILLING-1', '-m', 'Paid.']);
  expect(body(desk.sent().at(-1)?.content ?? '')).toMatch(
    new RegExp(`^Paid\\.\n${signature}\n\\[A message of .* UTC is not quoted here\\]\n$`),
  );
  const { messages } = JSON.parse(
    (await desk.here(['ticket', 'show', 'BILLING-1', '--json'])).stdout,
  );
  expect(messages.at(-1).text).toBe('Paid.\n');
  expect(await acknowledged(TEXTS['en'] ?? '')).not.toContain('-- ');
});

test('nothing that a customer wrote acts as template code', async () => {
  put('acknowledgement.txt', 'Dear {{name}},\n{{subject}}\n{{{subject}}}\n');
  const code = '{{ticket}} {{#name}}x{{/name}} {{> help}} {{=<% %>=}}';
  const text = await acknowledged('x', 'SUPPORT', { name: `"${code}"`, subject: code });
  expect(text).toBe(`Dear ${code},\n${code}\n${code}\n`);
});

test.each([
  ['not closed', 'Dear {{#name}}\n', /Unclosed section/],
  ['empty', '{{nobody}}\n', /gives an empty text/],
  ['no UTF-8', Buffer.from([0x41, 0xe4, 0x0a]), /is not UTF-8/],
  ['too large', 'x'.repeat(70_000), /has more than 65536 octets/],
])(
  'a template that is %s stops no mail: the built-in text goes out, and the desk is told once',
  async (_, text, problem) => {
    desk.configure((config) => {
      config['staff'] = [{ name: 'kim', addresses: ['kim@home.example'] }];
    });
    put('acknowledgement.txt', text);
    expect(await acknowledged(TEXTS['de'] ?? '')).toContain('Vielen Dank');
    expect(await acknowledged(TEXTS['en'] ?? '')).toContain('Thank you');
    const told = desk.sent().filter(({ content }) => content.includes('template'));
    expect(told).toHaveLength(1);
    expect(told[0]?.args).toContain('kim@home.example');
    expect(body(told[0]?.content ?? '').replace(/\s+/g, ' ')).toMatch(problem);
    const checked = await desk.run(['template', 'check']);
    expect(checked.exit).toBe(1);
    expect(checked.stdout).toMatch(/^templates\/acknowledgement\.txt: /);
  },
);

test('a template that is no file stops no mail, and nothing waits for it', async () => {
  spawnSync('mkfifo', [join(desk.dir, 'templates', 'acknowledgement.txt')]);
  expect(await acknowledged(TEXTS['en'] ?? '')).toContain('Thank you');
  symlinkSync('/dev/zero', join(desk.dir, 'templates', 'acknowledgement.de.txt'));
  expect(await acknowledged(TEXTS['de'] ?? '')).toContain('Vielen Dank');
  const { stdout } = await desk.run(['template', 'check']);
  expect(stdout).toContain('templates/acknowledgement.txt: is no file');
  expect(stdout).toContain('templates/acknowledgement.de.txt: is no file');
});

test('check tries a text in each case that it may have to speak of', async () => {
  put('status.txt', '{{#isNew}}new{{/isNew}}{{#isOpen}}open{{/isOpen}}\n');
  put('help.txt', '{{^isRefused}}Help yourself.{{/isRefused}}{{#isRefused}}No.{{/isRefused}}\n');
  put('reminder.txt', '{{#days}}In {{days}} days.{{/days}}\n');
  put('constructor.txt', 'x\n');
  const { exit, stdout, stderr } = await desk.run(['template', 'check']);
  expect(exit).toBe(1);
  expect(stdout).toContain('templates/status.txt: gives an empty text where isPending is true\n');
  expect(stdout).toContain('templates/reminder.txt: gives an empty text\n');
  expect(stdout).toContain('templates/constructor.txt: is not a template');
  expect(stdout).not.toContain('help.txt');
  expect(stderr.split('\n')).toHaveLength(2);
  expect((await desk.run(['template', 'show', 'constructor'])).exit).toBe(2);
});

test('a text is written from what is shown, also where the shell has made the file already', async () => {
  put('acknowledgement.en.txt', '');
  const shown = await desk.run(['template', 'show', 'acknowledgement', '--language', 'en']);
  expect(shown.stdout).toContain('Thank you for your mail');
  for (const language of ['german', '../../x', 'FR']) {
    const refused = await desk.run(['template', 'show', 'help', '--language', language]);
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
  }
  expect((await desk.run(['template', 'show', 'help', '--language', 'fr'])).stderr).toBe(
    'mailrobot: there is no text in fr; this is en\n',
  );
});

test('one that may not be read stops no mail either', async () => {
  put('acknowledgement.txt', 'mine\n');
  chmodSync(join(desk.dir, 'templates', 'acknowledgement.txt'), 0);
  // Root reads everything.
  const isRoot = process.getuid?.() === 0;
  expect(await acknowledged(TEXTS['en'] ?? '')).toContain(isRoot ? 'mine' : 'Thank you');
  mkdirSync(join(desk.dir, 'templates', 'acknowledgement.en.txt'));
  expect(await acknowledged(TEXTS['en'] ?? '')).toContain('Thank you');
});

test('check names every fault with its file and line', async () => {
  put('acknowledgement.de.txt', 'Ticket\n{{tiket}} {{> footer}}\n');
  put('aknowledgement.txt', 'x\n');
  put('BILLING/help.txt', '{{ticket}}\n');
  put('BILLING/reminder.deutsch.txt', 'x\n');
  put('.acknowledgement.txt.swp', 'x');
  put('closed.txt~', 'x');
  mkdirSync(join(desk.dir, 'templates', 'SALES'));
  const { exit, stdout } = await desk.run(['template', 'check']);
  expect(exit).toBe(1);
  expect(stdout.split('\n').map((line) => line.slice(0, 75))).toEqual(
    [
      'templates/SALES: is not a template: it must be NAME.txt or NAME.de.txt, or ',
      'templates/aknowledgement.txt: is not a template: it must be NAME.txt or NAM',
      'templates/BILLING/reminder.deutsch.txt: is not a template: it must be NAME.',
      'templates/acknowledgement.de.txt: line 2: {{tiket}} is not one of ticket, addre',
      'templates/acknowledgement.de.txt: line 2: {{> footer}} puts in another templ',
      'templates/BILLING/help.txt: line 1: {{ticket}} is not one of address, queue, is',
      '',
    ].map((line) => line.slice(0, 75)),
  );
});

test('a text that is shown is what a file begins with', async () => {
  const shown = (await desk.run(['template', 'show', 'acknowledgement', '--queue', 'billing']))
    .stdout;
  expect(shown).toContain('{{ticket}}');
  expect(shown).toContain('Vielen Dank');
  put('BILLING/acknowledgement.de.txt', shown.replace('Vielen Dank', 'Danke'));
  expect((await desk.run(['template', 'check'])).exit).toBe(0);
  const again = await desk.run(['template', 'show', 'acknowledgement', '--queue', 'BILLING']);
  expect(again.stdout).toBe(
    readFileSync(join(desk.dir, 'templates', 'BILLING', 'acknowledgement.de.txt'), 'utf8'),
  );
  expect((await desk.run(['template', 'show', 'nope'])).stderr).toContain(
    'there is no template "nope": acknowledgement, ',
  );
  expect((await desk.run(['template', 'show', 'help', '--queue', 'NOPE'])).stderr).toContain(
    '--queue takes SUPPORT, BILLING, not "NOPE"',
  );
});

test('what a machine says to a command, and to who asks for help, is in his language, too', async () => {
  await acknowledged(TEXTS['de'] ?? '');
  const [, sent = ''] = /^Message-ID: (\S+)/im.exec(desk.sent().at(-1)?.content ?? '') ?? [];
  const from = `From: Nic <nic${count}@ferrier${count}.example>\n`;
  const env = { RECIPIENT: 'SUPPORT-7102@support-ticket.example' };
  const input = `${from}Subject: RE: x\nMessage-ID: <w@x>\nIn-Reply-To: ${sent}\n\nstatus\n`;
  expect(await desk.here(['reply'], { input, env })).toMatchObject({ exit: 0 });
  expect(body(desk.sent().at(-1)?.content ?? '')).toContain('noch niemand geantwortet');
  const help = { RECIPIENT: 'help@support-ticket.example' };
  const asked = `From: eve@other.example\nSubject: Hilfe\nMessage-ID: <h@x>\nContent-Type: text/plain; charset=utf-8\n\n${TEXTS['de']}\n`;
  expect(await desk.here(['control'], { input: asked, env: help })).toMatchObject({ exit: 0 });
  expect(body(desk.sent().at(-1)?.content ?? '')).toContain('Wenn Sie etwas von uns möchten');
});

test.skipIf(process.geteuid?.() !== 0)(
  'as root they are checked as whoever owns the store would read them (needs root)',
  async () => {
    chmodSync(desk.dir, 0o755);
    const dir = join(desk.dir, 'theirs');
    const options = ['--domain', 'support-ticket.example', '--user', 'nobody'];
    await runProgram(['init', '--dir', dir, ...options]);
    const file = join(dir, 'templates', 'acknowledgement.txt');
    mkdirSync(join(dir, 'templates'));
    writeFileSync(file, 'We have got it.\n', { mode: 0o600 });
    const check = () =>
      runProgram(['template', 'check', '--config', join(dir, 'config.json'), '--json']);
    const found = await check();
    expect(found.exit).toBe(1);
    expect(JSON.parse(found.stdout)).toEqual([
      { file: 'acknowledgement.txt', problem: 'cannot be read (EACCES)' },
    ]);
    chmodSync(file, 0o644);
    expect(await check()).toMatchObject({ exit: 0, stdout: '[]\n' });
  },
);
