/** `{{snippet:vpn}}` in a mail of the staff: what the customer gets, and what comes back. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ANN, BOB, KAY, NIC, SUPPORT } from '../kit/config.ts';
import type { Came, Desk } from '../kit/desk.ts';
import { type Arriving, type Mail, mail } from '../kit/mail.ts';
import { richMail } from '../kit/rich-mail.ts';
import { sentParts } from '../kit/sent-parts.ts';
import { snippetDesk } from '../kit/snippets.ts';

const VPN = 'Dear {{name}},\n\nuse **the new** VPN for {{ticket}}.\n';

/** Bob answers the first ticket. */
async function answered(desk: Desk, text: string, more: Mail = {}): Promise<Came> {
  return desk.deliver({ from: BOB, login: 'bob', to: 'support-7102', text, ...more });
}

/** From somebody with that name. */
function named(name: string, given: Mail): Arriving {
  const { octets, ...arriving } = mail({ ...given, id: '<named@ferrier.example>' });
  const from = `From: ${name} <${given.from ?? NIC}>`;
  return { ...arriving, octets: Buffer.from(octets.toString().replace(/^From: .*$/m, () => from)) };
}

const sentTo = ({ letters }: Came, address: string) => letters.find(({ to }) => to === address);
const parts = (came: Came) => sentParts(sentTo(came, NIC)?.content ?? '');

test('the customer gets what the snippet says, between the words of its author', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  const came = await answered(desk, 'Hello,\n\n{{snippet:vpn}}\n\nBob');
  expect(came.end).toBe('carried-out');
  const { text, html } = parts(came);
  expect(text).toBe(
    'Hello,\n\nDear Nic Ferrier,\n\nuse **the new** VPN for SUPPORT-7102.\n\nBob\n',
  );
  expect(html).toContain('<p>Hello,</p>');
  expect(html).toContain('<p>Dear Nic Ferrier,</p>\n<p>use <strong>the new</strong> VPN');
  expect(html).toContain('<p>Bob</p>');
  expect(desk.ticket(7102).messages.at(-1)?.text).toBe(text);
  expect(sentTo(came, BOB)).toBeUndefined();
});

test('without Markdown in it, an answer in text stays one', async () => {
  const { desk } = snippetDesk({ 'plain.md': 'Use the new VPN.\n' });
  await desk.deliver({});
  const [letter] = (await answered(desk, '{{snippet:plain}}')).letters;
  expect(letter?.text).toBe('Use the new VPN.\n');
  expect(letter?.content).not.toContain('text/html');
});

test('`markdown: false` leaves the text as it is written', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN }, { markdown: false });
  await desk.deliver({});
  const [letter] = (await answered(desk, '{{snippet:vpn}}')).letters;
  expect(letter?.content).not.toContain('text/html');
  expect(letter?.text).toContain('use **the new** VPN');
});

test('an answer in HTML has it in both of its parts, once each', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  const html =
    '<div>Hello,</div><div><br></div><div>{{snippet:vpn}}</div><div><i>Bob</i><br>Bye</div>';
  const rich = richMail({ html, text: 'Hello,\n\n{{snippet:vpn}}\n\nBob\nBye' });
  const came = await answered(desk, '', rich);
  const sent = parts(came);
  expect(sent.text).toMatch(/^Hello,\n\nDear Nic Ferrier,\n\nuse .* SUPPORT-7102\.\n/);
  expect(sent.html).toMatch(
    /Hello,[\s\S]*<p>Dear Nic Ferrier,<\/p>\n<p>use <strong>[\s\S]*<i>Bob<\/i>/,
  );
  for (const part of [sent.text, sent.html]) {
    expect(part.match(/Dear/g)).toHaveLength(1);
    expect(part).not.toContain('{{');
  }
  expect(sentTo(came, BOB)).toBeUndefined();
});

test('a mark between line breaks of one paragraph, and HTML without a text beside it', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  const html = '<p>Hello,<br>{{snippet:<b>vpn</b>}}<br>Bob</p>';
  const sent = parts(await answered(desk, '', richMail({ html })));
  expect(sent.text).toMatch(/^Hello,\nDear Nic Ferrier,\n\nuse \*\*the new\*\*[\s\S]*\nBob\n$/);
  expect(sent.html).toMatch(/Hello,[\s\S]*<p>Dear Nic[\s\S]*Bob/);
});

test('HTML that does not have the line stays behind, and its author is told', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  const rich = richMail({ html: '<pre>\n{{snippet:vpn}}\n</pre>', text: '{{snippet:vpn}}' });
  const came = await answered(desk, '', rich);
  expect(sentTo(came, NIC)?.content).not.toContain('text/html');
  expect(sentTo(came, NIC)?.text).toContain('Dear Nic Ferrier,');
  expect(sentTo(came, BOB)?.text).toContain('goes out as plain text');
});

test.each([
  ['one that nobody has written', '{{snippet:vnp}}', 'There is no snippet "vnp"'],
  ['two of which one is there', '{{snippet:vpn}}\n\n{{snippet:no}}', 'no snippet "no"'],
  ['a path', '{{snippet:../config}}', '"../config" is no name of a snippet'],
  ['a path from the root', '{{snippet:/etc/passwd}}', '"/etc/passwd" is no name'],
  ['a name in capitals', '{{snippet:VPN}}', '"VPN" is no name of a snippet'],
  ['no name', '{{snippet:}}', '"" is no name of a snippet'],
  ['a variable that is none', '{{snippet:wrong}}', '{{nmae}} is not one of ticket, address'],
  ['a folder', '{{snippet:folder}}', 'snippets/folder.md is no file'],
  ['a link', '{{snippet:link}}', 'snippets/link.md is a symbolic link'],
  ['a file that is too large', '{{snippet:large}}', 'snippets/large.md has more than 65536'],
  ['what is not UTF-8', '{{snippet:latin}}', 'snippets/latin.md is not UTF-8'],
  [
    'what no text has',
    '{{snippet:escape}}',
    'snippets/escape.md has a sign that no text has (U+001B)',
  ],
  ['an empty one', '{{snippet:empty}}', 'snippets/empty.md has no text'],
  ['one whose file is gone', '{{snippet:files}}', 'attaches "gone.pdf", which is not there'],
  ['one whose file is elsewhere', '{{snippet:out}}', 'attaches "../config.json", which is no name'],
  ['one whose file is a link', '{{snippet:linked}}', '"link.pdf", which is a symbolic link'],
  ['one among other words', 'Take {{snippet:vpn}}, please.', 'Is that a snippet?'],
])('%s comes back, and nothing goes out', async (_, text, problem) => {
  const { desk, dir, put } = snippetDesk({
    'vpn.md': VPN,
    'wrong.md': 'Dear {{nmae}},\n',
    'large.md': 'x'.repeat(65_537),
    'latin.md': Buffer.from('Gr\xfc\xdfe', 'latin1'),
    'empty.md': '\n \n',
    'escape.md': 'Dear\u001B[31m {{name}}\r\n\tBob\n',
    'files.md': 'Attach: gone.pdf\n\nHere it is.\n',
    'out.md': 'Attach: ../config.json\n\nHere it is.\n',
    'linked.md': 'Attach: link.pdf\n\nHere it is.\n',
  });
  put('secret', 'Secret.\n');
  mkdirSync(join(dir, 'snippets', 'folder.md'));
  symlinkSync('secret', join(dir, 'snippets', 'link.md'));
  symlinkSync('secret', join(dir, 'snippets', 'link.pdf'));
  await desk.deliver({});
  const came = await answered(desk, `Hello,\n\n${text}\n\nBob`);
  expect(came.end).toBe('returned');
  expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
  expect(came.letters[0]?.text).toContain(problem);
  expect(came.letters[0]?.text).not.toContain('Secret');
  expect(desk.ticket(7102).messages.map(({ direction }) => direction)).toEqual(['in', 'out']);
});

test('a folder that is a link is not looked into, and no other one takes its place', async () => {
  const { desk, dir, put } = snippetDesk({ 'vpn.md': VPN });
  put('elsewhere/vpn.md', 'Secret.\n');
  symlinkSync('elsewhere', join(dir, 'snippets', 'SUPPORT'));
  await desk.deliver({});
  const came = await answered(desk, '{{snippet:vpn}}');
  expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
  expect(came.letters[0]?.text).toContain('folder snippets/SUPPORT is a symbolic link');
});

test.skipIf(process.getuid?.() === 0)('one that may not be read comes back', async () => {
  const { desk, dir } = snippetDesk({ 'vpn.md': VPN });
  chmodSync(join(dir, 'snippets', 'vpn.md'), 0);
  await desk.deliver({});
  const came = await answered(desk, '{{snippet:vpn}}');
  expect(came.letters[0]?.text).toContain('snippets/vpn.md cannot be read (EACCES)');
});

test.each([
  ['the queue and language of the ticket', { 'SUPPORT/vpn.de.md': 1, 'vpn.de.md': 0 }],
  ['its queue, for every language', { 'SUPPORT/vpn.md': 1, 'vpn.de.md': 0, 'vpn.md': 0 }],
  ['its language, in every queue', { 'vpn.de.md': 1, 'vpn.md': 0, 'vpn.en.md': 0 }],
  ['every language', { 'vpn.md': 1, 'vpn.en.md': 0, 'vpn.fr.md': 0 }],
  ['the language of the queue', { 'vpn.en.md': 1, 'vpn.fr.md': 0, 'BILLING/vpn.de.md': 0 }],
])('the one goes out that is for %s', async (_, files) => {
  const all = Object.entries(files).map(([file, n]) => [file, n === 1 ? 'Right.' : 'Wrong.']);
  const queues = [SUPPORT, { prefix: 'BILLING', address: 'invoices', name: 'Billing' }];
  const { desk } = snippetDesk(Object.fromEntries(all), { queues });
  await desk.deliver({ text: 'Guten Tag, ich kann mich leider nicht mehr bei Ihnen anmelden.' });
  expect(desk.ticket(7102).language).toBe('de');
  expect((await answered(desk, '{{snippet:vpn}}')).letters[0]?.text).toBe('Right.\n');
});

test('one in another language alone comes back: nobody gets what they cannot read', async () => {
  const { desk } = snippetDesk({ 'vpn.fr.md': 'Bonjour.\n' });
  await desk.deliver({});
  const [letter] = (await answered(desk, '{{snippet:vpn}}')).letters;
  expect([letter?.to, letter?.text]).toEqual([BOB, expect.stringContaining('snippets/vpn.fr.md')]);
});

test('what a customer is called, and wrote as their subject, is read as nothing but words', async () => {
  const hostile = '{{snippet:secret}} **x** [y](https://evil.example) <b>z</b> {{author}} Zq0Z';
  const { desk } = snippetDesk({
    'vpn.md': '**Dear** {{name}},\n\n{{subject}}\n\n{{author}}\n',
    'secret.md': 'Secret.\n',
  });
  await desk.deliver(named(`"${hostile}"`, { subject: hostile }));
  const { text, html } = parts(await answered(desk, '{{snippet:vpn}}'));
  expect(text).toBe(`**Dear** ${hostile},\n\n${hostile}\n\nbob\n`);
  expect(html).toContain(
    '<strong>Dear</strong> {{snippet:secret}} **x** [y](https://evil.example)',
  );
  expect(html).toContain('&lt;b&gt;z&lt;/b&gt; {{author}} Zq0Z');
  expect(text + html).not.toContain('Secret');
});

test('a subject that is a mark, alone in its line, puts nothing there', async () => {
  const { desk } = snippetDesk({ 'vpn.md': '{{subject}}\n', 'secret.md': 'Secret.\n' });
  await desk.deliver({ subject: '{{snippet:secret}}' });
  expect((await answered(desk, '{{snippet:vpn}}')).letters[0]?.text).toBe('{{snippet:secret}}\n');
});

test.each([
  ['marked as a quote', '> {{snippet:vpn}}\n\nNo.'],
  ['deeper in one', '> > {{snippet:vpn}}\n> really\n\nNo.'],
])('a line of the customer, %s, is a quote', async (_, text) => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({ text: 'Hello' });
  const [letter] = (await answered(desk, text)).letters;
  expect([letter?.to, letter?.text]).toEqual([NIC, `${text}\n`]);
});

test.each([
  ['directly at a quote', '> a long line of mine\n{{snippet:vpn}}\n\nNo.', 'Hello'],
  [
    'below a mail that is passed on',
    'Please read what she has written to us about this.\n\nFrom: Kay <kay@ferrier.example>\nSent: Monday\nTo: us\nSubject: x\n\nHello\n\n{{snippet:vpn}}\n',
    'Hello',
  ],
  ['that a mail of the ticket has', 'Hello\n\n{{snippet:vpn}}\n', 'Read this:\n{{snippet:vpn}}'],
  [
    'that a mail of it has among words',
    'You wrote\n{{snippet:vpn}}\n',
    'Send me {{snippet:vpn}}, now.',
  ],
  ['that is broken in one', 'You wrote\n{{snippet:vpn}}\n', 'Send me {{snippet:\n> vpn }}, now.'],
  ['that is quoted in one', 'Hello\n\n{{snippet:vpn}}\n', '> > {{snippet:vpn}}\n'],
])('a line %s may be the customer’s: it comes back', async (_, text, asked) => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({ text: asked });
  const { letters } = await answered(desk, text);
  expect(letters.map(({ to }) => to)).toEqual([BOB]);
  expect(letters[0]?.text).toMatch(/It is not certain that you wrote this line/);
});

test('a customer who writes a mark to the desk has written words', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({ text: '{{snippet:vpn}}', subject: '{{snippet:vpn}}' });
  const { letters } = await desk.deliver({ to: 'support-7102', text: '{{snippet:vpn}}\n' });
  expect(letters.map(({ to, text }) => to !== NIC && text.includes('Dear'))).toEqual([false]);
  expect(desk.everythingTo(NIC)).not.toContain('use **the new**');
});

test('a note keeps the line as it stands', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  await answered(desk, 'note\n{{snippet:vpn}}');
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    direction: 'internal',
    text: '{{snippet:vpn}}\n',
  });
});

test('an answer to somebody who is not on the ticket calls them by their name', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  await desk.deliver(named('Kay', { from: KAY, to: 'support-7102', text: 'I can help.' }));
  const [held] = desk.held();
  if (held !== undefined) await desk.release(held.id);
  const told = desk.lastTo(BOB);
  const { letters } = await answered(desk, '{{snippet:vpn}}', {
    ...{ to: told.replyTo, answers: told.id },
  });
  expect(letters.map(({ to, text }) => [to, text.split('\n')[0]])).toEqual([[KAY, 'Dear Kay,']]);
});

test('a file of it goes along, and the ticket names it', async () => {
  const pdf = Buffer.from('%PDF-1.4 x\0y');
  const { desk } = snippetDesk({
    'vpn.md': `Attach: setup.pdf\nAttach: Grüße an alle.txt\n\n${VPN}`,
    'setup.pdf': pdf,
    'Grüße an alle.txt': 'Hello.\n',
  });
  await desk.deliver({});
  await desk.order(7102, `cc +${KAY}`);
  const { letters } = await answered(desk, '{{snippet:vpn}}');
  expect(letters.map(({ to }) => to).toSorted()).toEqual([KAY, NIC].toSorted());
  for (const { files, text } of letters) {
    expect(files.map(({ name }) => name)).toEqual(['setup.pdf', 'Grüße an alle.txt']);
    expect(files[0]?.octets).toEqual(pdf);
    expect(text).not.toContain('Attach');
  }
  const [, , first] = desk.ticket(7102).messages;
  expect(first).toMatchObject({
    enclosed: [
      { filename: 'setup.pdf', contentType: 'application/pdf', size: pdf.length },
      { filename: 'Grüße an alle.txt', contentType: 'text/plain', size: 7 },
    ],
  });
});

test('a file that several snippets name goes out once, and another one of that name as well', async () => {
  const { desk } = snippetDesk({
    'a.md': 'Attach: terms.pdf\nAttach: terms.pdf\n\nA.\n',
    'b.md': 'Attach: terms.pdf\n\nB.\n',
    'SUPPORT/c.md': 'Attach: terms.pdf\n\nC.\n',
    'terms.pdf': Buffer.alloc(700_000, 'a'),
    'SUPPORT/terms.pdf': 'Of support.',
  });
  await desk.deliver({});
  const text = ['a', 'b', 'c', 'a'].map((name) => `{{snippet:${name}}}`).join('\n\n');
  const files = sentTo(await answered(desk, text), NIC)?.files ?? [];
  expect(files.map(({ name, octets }) => [name, octets.length])).toEqual([
    ['terms.pdf', 700_000],
    ['terms.pdf', 11],
  ]);
});

test('files that are too large in all come back', async () => {
  const { desk } = snippetDesk({
    'a.md': 'Attach: a.pdf\n\nA.\n',
    'b.md': 'Attach: b.pdf\n\nB.\n',
    'a.pdf': Buffer.alloc(1024 * 1024 - 1),
    'b.pdf': Buffer.alloc(2),
  });
  await desk.deliver({});
  const { letters } = await answered(desk, '{{snippet:a}}\n\n{{snippet:b}}');
  expect(letters.map(({ to }) => to)).toEqual([BOB]);
  expect(letters[0]?.text).toContain('larger than 1 MiB in all');
});

test('who is asked for another reason has the snippet sent by their word', async () => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  await answered(desk, 'Hello @ann,\n\n{{snippet:vpn}}', { id: '<x@desk.example>' });
  const asked = desk.lastTo(BOB);
  expect(asked.text).toContain('ann');
  const { letters } = await desk.deliver({
    ...{ from: BOB, login: 'bob', to: asked.replyTo, text: 'send', answers: asked.id },
  });
  expect(letters.find(({ to }) => to === NIC)?.text).toContain('Dear Nic Ferrier,');
  expect(desk.to(ANN)).toEqual([]);
});

/** What a person who reads it takes for a mark. */
const LIKE_MARKS = [
  ['without a colon', '{{snippet vpn}}'],
  ['of several', '{{snippets:vpn}}'],
  ['with a full-width colon', '{{snippet：vpn}}'],
  ['in full-width letters', '｛｛ｓnippet:vpn｝｝'],
  ['in ornaments', '❴❴snippet:vpn❵❵'],
  ['with a blank between its braces', '{ {snippet:vpn} }'],
  ['over two lines', '{{\nsnippet:vpn}}'],
  ['over two lines, behind its colon', '{{snippet:\nvpn}}'],
  ['that is never closed', '{{snippet:vpn}'],
  ['of three braces', '{{{snippet:vpn}}}'],
  ['with backslashes', '\\{\\{snippet:vpn\\}\\}'],
  ['with a word before it', '{{the snippet vpn}}'],
  ['with an accent', '{{snínippet́:snippét}}'],
  ['in Turkish letters', '{{SNİPPET vpn}}'],
  ['with a full stop', '{{snippet:vpn}}.'],
] as const;

test.each(LIKE_MARKS)(
  'what looks like a mark %s comes back, as text and as HTML',
  async (_, mark) => {
    const { desk } = snippetDesk({ 'vpn.md': VPN });
    await desk.deliver({});
    const html = `<p>Hello,</p><p>${mark.replace('\n', '<br>')}</p><p>Bob</p>`;
    const text = `Hello,\n\n${mark}\n\nBob`;
    for (const more of [{ text }, richMail({ html, text }), richMail({ html })]) {
      const came = await answered(desk, text, more);
      expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
      expect(came.letters[0]?.text).toContain('Is that a snippet?');
    }
    const meant = { ...{ from: BOB, login: 'bob', text: 'send' }, answers: desk.lastTo(BOB).id };
    await desk.deliver({ ...meant, to: desk.lastTo(BOB).replyTo ?? 'support-7102' });
    expect(desk.everythingTo(NIC)).not.toMatch(/snippe/i);
    const quoted = `Hello,\n\n${mark.replace(/^/gm, '> ')}\n\nNo.`;
    expect((await answered(desk, quoted)).letters.map(({ to }) => to)).toEqual([NIC]);
  },
);

test.each([
  ['no-break space', ' snippet:vpn', '&nbsp;snippet:vpn'],
  ['two blanks', '  snippet : vpn', '&nbsp; snippet : vpn'],
  ['zero-width space', '​snippet:vpn', '&#8203;snippet:vpn'],
  ['soft hyphen', 'snip­pet:vpn', 'snip&shy;pet:vpn'],
  ['filler', 'snipㅤpet:vpn', 'snip&#x3164;pet:vpn'],
])('a mark with a %s in it, which nobody sees, is one', async (_, inText, inHtml) => {
  const { desk } = snippetDesk({ 'vpn.md': VPN });
  await desk.deliver({});
  const text = `Hello,\n\n{{${inText}}}\n\nBob`;
  const html = `<p>Hello,</p><p>{{${inHtml}}}</p><p>Bob</p>`;
  for (const more of [{ text }, richMail({ html, text }), richMail({ html })]) {
    const came = await answered(desk, text, more);
    const sent = parts(came);
    expect(sent.text).toContain('Dear Nic Ferrier,');
    expect(sent.html).toContain('<strong>the new</strong>');
    expect(sent.text + sent.html).not.toContain('{{');
  }
});

test.each([
  ['shows none', '<p>{{snippet:vpn}}</p>', '{snippet:vpn}'],
  [
    'shows another one',
    '<p>{{snippet:vpn}}</p><p>{{snippet:bye}}</p>',
    '{{snippet:vpn}}\n\n{snippet:bye}',
  ],
  ['shows none, in words', '<p>See {{<b>snippet</b> vpn}}</p>', 'See snippet vpn'],
])('a mark in the HTML of a mail whose text %s comes back', async (_, html, text) => {
  const { desk } = snippetDesk({ 'vpn.md': VPN, 'bye.md': 'Bye' });
  await desk.deliver({});
  const came = await answered(desk, '', richMail({ html, text }));
  expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
  expect(desk.everythingTo(NIC)).not.toContain('snippet');
});

test('braces that hold no snippet, and a snippet that stands in none, go out', async () => {
  const { desk } = snippetDesk({});
  await desk.deliver({});
  const text =
    'Write {{ page.title }} there.\nA snippet: {a}, {{b}}.\nThe snippets {{are}} here.\n';
  for (const more of [{ text }, richMail({ html: text.replaceAll('\n', '<br>'), text })])
    expect((await answered(desk, text, more)).letters.map(({ to }) => to)).toEqual([NIC]);
});
