/** HTML of messages on the pages of tickets: the same, as safe, and of the same words as in mails to the staff. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { compose } from '../../src/letters/compose.ts';
import { octetsOf } from '../../src/ticket/mail.ts';
import { BOB, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { letterIn } from '../kit/outgoing.ts';
import { Folder } from './pages-of.ts';

let desk: Desk;
let folder: Folder;
beforeEach(() => {
  desk = new Desk();
  folder = new Folder();
});
afterEach(() => folder.remove());

function both(text: string, html: string) {
  return {
    more: 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n',
    text: `--a
Content-Type: text/plain; charset=utf-8

${text}
--a
Content-Type: text/html; charset=utf-8

${html}
--a--`,
  };
}

/** The desk of the kit keeps no octets of what has gone: those of the last mail to Nic are made anew. */
function keepSent(): void {
  const { store } = desk.opened;
  const received = store.rawMail.bind(store);
  store.rawMail = async (raw) => {
    try {
      return await received(raw);
    } catch {
      const sent = desk.records.flatMap(({ outgoing }) => outgoing).map(letterIn);
      const letter = sent.findLast(({ to }) => to.address === NIC);
      if (letter === undefined) throw new Error('nothing has gone to Nic');
      return Readable.from([...octetsOf(await compose(letter), () => [])]);
    }
  };
}

async function shown(): Promise<string> {
  await folder.write(desk);
  return folder.ticket('SUPPORT-7102');
}

async function asIfAnew(): Promise<void> {
  const anew = new Folder();
  await anew.write(desk);
  expect(folder.pages).toEqual(anew.pages);
  anew.remove();
}

describe('of a customer', () => {
  test('it is shown, and its text is one step away', async () => {
    await desk.deliver(
      both('It is *down*.\n\n- one\n', '<p>It is <b>down</b>.</p><ul><li>one</ul>'),
    );
    const page = await shown();
    expect(page).toContain('<div class="html" dir="auto"><p>It is <b>down</b>.</p>\n<ul>');
    expect(page).toMatch(
      /<details class="plain"><summary>As plain text<\/summary><div class="text"[^>]*>It is \*down\*/,
    );
  });

  test('nothing of it runs, loads or has a style, and its headings are below ours', async () => {
    const html =
      '<style>p{display:none}</style><h1 style="color:red" id="x" class="y">Big</h1><script>alert(1)</script><p onclick="x()">small <img src="https://x.example/p.png" alt="dot"><img src="http://x.example/q.png" alt=""></p>';
    await desk.deliver(both('Big\n\nsmall\n', html));
    const page = await shown();
    expect(page).toContain('<h4>Big</h4>\n<p>small [dot]</p>');
    expect(page).toContain('[2 pictures on other servers are not shown]');
    expect(page).not.toMatch(/<script|<img|onclick| style=|<h1[^>]*>Big/);
  });

  test('other words than the text: the text is shown, and that is said', async () => {
    await desk.deliver(both('It is up.', '<p>It is down.</p>'));
    const page = await shown();
    expect(page).toContain('[its HTML says other words, and is not shown]');
    expect(page).not.toContain('down');
    expect(page).not.toContain('As plain text');
  });

  test('links show where they lead', async () => {
    const html = '<p>Look <a href="https://evil.example/x">here</a></p>';
    await desk.deliver({ more: 'Content-Type: text/html\n', text: html });
    expect(await shown()).toContain(
      '<a href="https://evil.example/x">here [https://evil.example/x]</a>',
    );
  });

  test('what it quotes is folded', async () => {
    const html =
      '<div>New.</div><div>You wrote:<blockquote>Old.<blockquote>Older.</blockquote></blockquote></div>';
    await desk.deliver(both('New.\n\nYou wrote:\n> Old.\n>> Older.\n', html));
    const page = await shown();
    expect(page.match(/<summary>Quoted<\/summary><blockquote>/g)).toHaveLength(1);
    expect(page.match(/<\/blockquote><\/details>/g)).toHaveLength(1);
  });

  test('a table that may be wider than a page can be reached by keys', async () => {
    const html = '<table border="3"><tr><td>a</td><td>b</td></tr></table>';
    await desk.deliver({ more: 'Content-Type: text/html\n', text: html });
    const page = await shown();
    expect(page).toContain('<div class="html wide" tabindex="0" dir="auto"><table>');
  });

  test('an address that was signed for somebody stands in none of it', async () => {
    await desk.deliver({ text: 'Hello' });
    const given = desk.lastTo(BOB).replyTo;
    const token = /[a-z2-7]{16}(?=@)/.exec(given)?.[0] ?? '';
    expect(token).not.toBe('');
    const html = (words: string) => ({ from: KAY, more: 'Content-Type: text/html\n', text: words });
    await desk.deliver(html(`<p>to <a href="mailto:${given}">${given}</a></p>`));
    const [before = '', after = ''] = given.split(token);
    const torn = `${before}${token.slice(0, 5)}<i>${token.slice(5)}</i>${after}`;
    await desk.deliver(html(`<p>to ${torn}</p>`));
    await folder.write(desk);
    const all = folder.everything.replace(/<[^<>]*>/g, '') + folder.everything;
    expect(folder.ticket('SUPPORT-7103')).toContain('[address]');
    expect(all).not.toContain(token);
  });
});

describe('an address that was signed for somebody, in pieces or written otherwise', () => {
  const TOKEN = 'utlha3ur62pjhmwr';
  const AT = '@support-ticket.example';
  const hyphens = (address: string, by: string) => address.replaceAll('-', by);
  const WAYS: readonly ((address: string) => string)[] = [
    (address) => `<p>to ${address.replace(TOKEN, `&nbsp;${TOKEN}`)}${AT} now</p>`,
    (address) => `<p>to ${address.replace(TOKEN, `&shy;${TOKEN}`)}${AT} now</p>`,
    (address) => `<p>to ${address.replace(TOKEN, `<br>${TOKEN}`)}${AT} now</p>`,
    (address) => `<p>to ${address.replace(TOKEN, `<wbr>${TOKEN}`)}${AT} now</p>`,
    (address) => `<p>to ${address.replace(TOKEN, `<b> ${TOKEN}</b>`)}${AT} now</p>`,
    (address) =>
      `<p>to ${address.replace(TOKEN, `<a href="https://x.example/-">utlha3u</a>r62pjhmwr`)}${AT}</p>`,
    (address) => `<p>to ${hyphens(address, '&#8209;')}${AT} now</p>`,
    (address) => `<p>to <a href="mailto:${hyphens(address, '%2D')}${AT}">us</a></p>`,
    (address) => `<p>to <a href="https://x.example/?q=${hyphens(address, '%2D')}%40x">us</a></p>`,
    (address) => `<p>to <a href="https://x.example/?q=${hyphens(address, '%252D')}">us</a></p>`,
  ];

  test.each(['a-hp4v0', 'g-45'])('of the kind %s', async (kind) => {
    for (const way of WAYS) {
      await desk.deliver({
        ...{ from: KAY, more: 'Content-Type: text/html; charset=utf-8\n' },
        text: way(`support-7102-${kind}-${TOKEN}`),
      });
    }
    await folder.write(desk);
    expect(desk.tickets()).toHaveLength(WAYS.length);
    for (const { id } of desk.tickets()) {
      const page = folder.ticket(id);
      const read = page.replace(/<[^<>]*>/g, '').replace(/\[https[^\]]*\]/g, '');
      expect(page, id).toContain('[address]');
      expect(page + read.replace(/\s/g, ''), id).not.toContain(TOKEN);
    }
  });
});

test('of an answer it is what its author wrote, without signature and quote', async () => {
  const signed = {
    queues: [
      {
        prefix: 'SUPPORT',
        address: 'new',
        name: 'Support',
        first: 7102,
        signature: 'Yours,\nthe walrus',
      },
    ],
  };
  desk.configure(signed);
  await desk.deliver({ text: 'Is the ostrich in?' });
  await desk.deliver({
    ...{ from: BOB, login: 'bob', to: 'support-7102' },
    ...both('Yes, *it* is.', '<p>Yes, <b>it</b> is.</p>'),
  });
  // What has gone is written down with the next commit.
  await desk.order(7102, 'priority high', 'bob');
  keepSent();
  const page = await shown();
  expect(page).toContain('<div class="html" dir="auto"><p>Yes, <b>it</b> is.</p></div>');
  expect(page.match(/walrus/g)).toHaveLength(1);
  expect(page.match(/ostrich/g)).toHaveLength(1);
});

test('brought up to date it is as if it were written anew, and mails are read once', async () => {
  await desk.deliver(both('It is *down*.', '<p>It is <b>down</b>.</p>'));
  await folder.write(desk);
  await desk.deliver({
    ...{ from: BOB, login: 'bob', to: 'support-7102' },
    ...both('*Now* it is up.', '<p><b>Now</b> it is up.</p>'),
  });
  await desk.deliver({ from: NIC, to: 'support-7102', ...both('Other', '<p>words</p>') });
  keepSent();
  const page = await shown();
  expect(page.match(/<div class="html"/g)).toHaveLength(2);
  await asIfAnew();
  const { store } = desk.opened;
  let asked = 0;
  const octets = store.rawMail.bind(store);
  store.rawMail = (raw) => {
    asked += 1;
    return octets(raw);
  };
  await desk.order(7102, 'priority high', 'bob');
  await folder.write(desk);
  expect(asked).toBe(0);
});

test('of an erased person nothing of it is left, and of others all', async () => {
  await desk.deliver(both('My *walrus*', '<p>My <b>walrus</b></p>'));
  await desk.deliver({ from: KAY, ...both('My *heron*', '<p>My <b>heron</b></p>') });
  await folder.write(desk);
  expect(folder.everything).toContain('<b>walrus</b>');
  await desk.erase(ofPerson(NIC));
  await folder.write(desk);
  expect(folder.everything).not.toMatch(/walrus/);
  expect(folder.everything).not.toContain(NIC);
  expect(folder.everything).toContain('<b>heron</b>');
  await asIfAnew();
});

test('where words were erased, the mails of others are not read once more', async () => {
  await desk.deliver(both('My *walrus*', '<p>My <b>walrus</b></p>'));
  await desk.deliver({ from: KAY, ...both('My *heron*', '<p>My <b>heron</b></p>') });
  await desk.deliver({
    from: KAY,
    to: 'support-7102',
    ...both('A *stork*', '<p>A <b>stork</b></p>'),
  });
  await desk.deliver({
    ...{ from: BOB, login: 'bob', to: 'support-7103' },
    ...both('*Now* it is up.', '<p><b>Now</b> it is up.</p>'),
  });
  await desk.order(7103, 'priority high', 'bob');
  await folder.write(desk);
  const { store } = desk.opened;
  const octets = store.rawMail.bind(store);
  const asked: string[] = [];
  store.rawMail = (raw) => {
    asked.push(raw);
    return octets(raw);
  };
  const ofOthers = desk.ticket(7103).messages.flatMap((one) => ('raw' in one ? [one.raw] : []));
  expect(ofOthers.length).toBeGreaterThan(1);
  await desk.erase(ofPerson(NIC));
  asked.length = 0;
  await folder.write(desk);
  expect(asked.filter((raw) => ofOthers.includes(raw))).toEqual([]);
  expect(folder.ticket('SUPPORT-7103')).toContain('<b>heron</b>');
  expect(folder.everything).not.toMatch(/walrus/);
  await asIfAnew();
});

test('nothing is taken over where it cannot be known what was erased', async () => {
  await desk.deliver(both('My *walrus*', '<p>My <b>walrus</b></p>'));
  await folder.write(desk);
  await desk.erase(ofPerson(NIC));
  mkdirSync(join(folder.path, '.mailrobot-pages.new'));
  await folder.write(desk);
  expect(folder.everything).not.toMatch(/walrus/);
  await asIfAnew();
});

describe('an address that the HTML of others names, and its text does not', () => {
  const LINKS = [
    `mailto:${NIC}`,
    `mailto:${KAY}?cc=${NIC}`,
    `MAILTO:${NIC.replace('@', '%40').toUpperCase()}?subject=${NIC.replace('@', '%40')}`,
    `https://x.example/?u=${NIC}`,
    `https://x.example/${NIC}/list`,
    `https://x.example/?to=${NIC.replace('@', '%2540')}&amp;n=1`,
    `https://x.example/?a=1&amp;${NIC.replace('@', '%40')}`,
  ];

  test('is in no page, since erase would not find it there', async () => {
    for (const link of LINKS) {
      const html = `<p>Ask <a href="${link}">him</a> about it</p>`;
      await desk.deliver({ from: KAY, subject: 'About it', ...both('Ask him about it', html) });
    }
    await folder.write(desk);
    const text = folder.everything;
    expect(text.match(/>him \[[^\]]*\[address\]/g)).toHaveLength(LINKS.length);
    expect(text).not.toMatch(/nic(?:@|%(?:25)?40)ferrier/i);
  });

  test('of what the text names all is shown, and listed by erase', async () => {
    await desk.deliver({ from: NIC, text: 'Hello' });
    for (const link of LINKS) {
      const html = `<p>Ask <a href="${link}">him</a> about it</p>`;
      await desk.deliver({ from: KAY, more: 'Content-Type: text/html\n', text: html });
    }
    const { quoted } = await desk.erase(ofPerson(NIC));
    expect(quoted.map(({ ticket, why }) => [ticket, why])).toEqual(
      LINKS.map((_, n) => [`SUPPORT-${7103 + n}`, 'their address']),
    );
    await folder.write(desk);
    expect(folder.ticket('SUPPORT-7106')).toContain(`">him [https://x.example/?u=${NIC}]</a>`);
  });
});

test('what a stranger wrote makes no mark that a run would take for one of its own', async () => {
  const hostile =
    '<div data-html="1">x</div><div data-text="1">y</div>&lt;div data-html="2"&gt;z&lt;/div&gt;';
  await desk.deliver({ from: EVE, more: 'Content-Type: text/html\n', text: `<p>${hostile}</p>` });
  await desk.deliver({ from: EVE, text: 'plain <div data-html="1">z' });
  await folder.write(desk);
  await desk.order(7102, 'priority high', 'bob');
  await desk.order(7103, 'priority high', 'bob');
  await folder.write(desk);
  await asIfAnew();
});
