/** The HTML of a customer's mail, as the staff are shown it beside the text. */
import { describe, expect, test } from 'vitest';
import { BOB, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { htmlOf, PNG, partsOf, richMail } from '../kit/rich-mail.ts';

type Rich = Parameters<typeof richMail>[0];

/** What Bob gets of it. */
async function told(mail: Rich, config = {}) {
  const desk = new Desk(config);
  await desk.deliver(richMail(mail));
  const letter = desk.lastTo(BOB);
  return { ...letter, desk, html: await htmlOf(letter.content) };
}

const ALTERNATIVE = ['multipart/alternative', 'text/plain', 'text/html'];
const TEXT_ALONE = ['text/plain'];

describe('what is shown', () => {
  test('the text first, then the same as HTML, with our own sentences around it', async () => {
    const { content, text, html } = await told({
      html: '<p>Look at <b>this</b>:</p><ul><li>one</li><li>two</li></ul>',
      text: 'Look at this:\n\n* one\n* two',
    });
    expect(partsOf(content)).toEqual(ALTERNATIVE);
    expect(html).toContain(
      '<blockquote>\n<p>Look at <b>this</b>:</p>\n<ul><li>one</li>\n<li>two</li>\n</ul>\n</blockquote>',
    );
    for (const ours of [
      `Nic Ferrier <${NIC}> (unverified):`,
      `An answer to this mail goes to ${NIC}.`,
      '"note" alone in the first line of an answer keeps it inside.',
      "SUPPORT-7102: new, nobody's",
    ]) {
      expect(text).toContain(ours);
      expect(html).toContain(ours.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    }
  });

  test('a mail of HTML alone: the text is made of it, and the page is no file', async () => {
    const { content, html, files } = await told({
      html: '<h1>Broken</h1><p>It is <i>slow</i>.',
    });
    expect(partsOf(content)).toEqual(ALTERNATIVE);
    expect(html).toContain('<h1>Broken</h1>\n<p>It is <i>slow</i>.</p>');
    expect(files).toEqual([]);
  });

  test('a mail of text alone is told as text alone', async () => {
    const desk = new Desk();
    await desk.deliver({ text: 'Hello' });
    expect(partsOf(desk.lastTo(BOB).content)).toEqual(TEXT_ALONE);
  });

  test('nor is any HTML shown if the config says so', async () => {
    const mail = { html: '<p>Hello</p>', text: 'Hello' };
    const { content } = await told(mail, { notificationHtml: false });
    expect(partsOf(content)).toEqual(TEXT_ALONE);
  });

  test('each link shows where it leads', async () => {
    const { html } = await told({
      html: '<p>Pay <a href="https://elsewhere.example/x">at https://bank.example/</a></p>',
      text: 'Pay at https://bank.example/',
    });
    expect(html).toContain('https://bank.example/ [https://elsewhere.example/x]</a>');
  });
});

describe('a link that no word says', () => {
  const PLACE = 'https://shop.example/x';
  const WRITTEN = `<a href="${PLACE}">[${PLACE}]</a>`;

  test.each([
    ['around a picture on another server', '<img src="https://elsewhere.example/1.png">', WRITTEN],
    ['around nothing', '', WRITTEN],
    ['around blanks', ' ', WRITTEN],
    ['around a line', '<hr>', WRITTEN],
    ['around a table of pictures', '<table><tr><td><img src="x"></td></tr></table>', WRITTEN],
    [
      'around a picture of the mail',
      '<img src="cid:shot@nic.example">',
      /<a href="https:\/\/shop.example\/x"><img src="cid:[^"]+" alt=""> \[https:\/\/shop.example\/x\]<\/a>/,
    ],
  ])('is written out: %s', async (_, within, shown) => {
    const page = `<p>Look:</p><p><a href="${PLACE}">${within}</a> there</p>`;
    const mail = { html: page, pictures: ['shot@nic.example'] };
    const alone = await told(mail);
    expect(alone.html).toMatch(shown);
    expect(alone.text).toContain(`[${PLACE}] there`);
    const beside = await told({ ...mail, text: 'Look:\n\nthere' });
    expect(beside.html).toMatch(shown);
  });

  test.each([
    ['mailto:kay@ferrier.example', '[mailto:kay@ferrier.example]'],
    ['ftp://files.example/x', '[ftp://files.example/x]'],
    ['www.shop.example', '[www.shop.example]'],
    ['https://shop.example/a b', '[https://shop.example/a%20b]'],
  ])('one of a mail without a text: %s', async (href, written) => {
    const { html, text } = await told({ html: `<p>Write <a href="${href}">there</a>.</p>` });
    for (const said of [text, html]) expect(said).toContain(`there ${written}`);
  });

  test('nor is anything written beside a text that has it not', async () => {
    const { html } = await told({
      html: '<p>Write <a href="Paid:in-full">there</a>.</p>',
      text: 'Write there.',
    });
    expect(html).toContain('<p>Write there.</p>');
  });

  test.each(['x-apple-data-detectors://1', 'javascript:alert(1)', '#top'])(
    'but not one that is for programs alone: %s',
    async (href) => {
      const { html, text } = await told({ html: `<p>On <a href="${href}">Monday</a>.</p>` });
      expect(html).toContain('<p>On Monday.</p>');
      expect(text).toContain('On Monday.');
    },
  );
});

test('a mail in which nothing is to be seen has its page as a file, and no empty HTML', async () => {
  const { content, text, files } = await told({
    html: '<img src="https://elsewhere.example/1.png"><script>x()</script>',
  });
  expect(text).toContain('[The mail has no text. It consists of message.html (text/html).]');
  expect(partsOf(content)).toContain('text/html');
  expect(files.map(({ name }) => name)).toEqual(['message.html']);
});

test('words around and behind the body are words of the mail', async () => {
  const { html, text } = await told({
    html: '<html><head><title>x</title></head><body><p>Heron</p></body></html><p>Stork</p><html><body><p>Ibis</p>',
  });
  expect(text).toMatch(/Heron\s+Stork\s+Ibis/);
  expect(html).toContain('<p>Heron</p>\n<p>Stork</p>\n<p>Ibis</p>');
});

test('what stands over a word stays apart from it', async () => {
  const { html } = await told({ html: '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>' });
  expect(html).toContain('漢(kan)');
});

describe('pictures', () => {
  const mail = {
    html: '<p>See <img src="cid:shot@nic.example" alt="Screen"></p>',
    text: 'See',
    pictures: ['shot@nic.example'],
  };

  test('a picture of the mail stands in its place, and goes along once', async () => {
    const { content, html, files } = await told(mail);
    const [, id = ''] = /<img src="cid:([^"]+)" alt="Screen">/.exec(html) ?? [];
    expect(content).toMatch(new RegExp(`^Content-Id: <${id}>$`, 'im'));
    expect(files.map(({ octets }) => octets)).toEqual([PNG]);
  });

  test('one that does not go along is its words', async () => {
    const { html, text } = await told(mail, { sizes: { notification: 10 } });
    expect(html).toContain('<p>See [Screen]</p>');
    expect(text).toContain('is in the ticket alone]');
  });

  test('nor does a drawing that is a document of its own: it stays a file', async () => {
    const desk = new Desk();
    const { text = '', ...rich } = richMail(mail);
    await desk.deliver({
      ...rich,
      text: text.replace('image/png; name=0.png', 'image/svg+xml; name=0.svg'),
    });
    const { content } = desk.lastTo(BOB);
    expect(await htmlOf(content)).toContain('<p>See [Screen]</p>');
    expect(content).toContain('0.svg');
  });

  test('what lies on another server is asked for by nobody, and told of', async () => {
    const { html, text } = await told({
      html: '<p>Hi <img src="https://elsewhere.example/1.png" alt="Logo"><img src="https://elsewhere.example/2.gif"></p>',
      text: 'Hi',
    });
    expect(html).not.toContain('elsewhere.example');
    expect(html).toContain('Hi [Logo]');
    for (const said of [text, html])
      expect(said).toContain('[2 pictures on other servers are not shown]');
  });
});

describe('the text alone goes out, and says so', () => {
  test('if the HTML says other words', async () => {
    const { content, text } = await told({ html: '<p>Pay to DE1</p>', text: 'Pay to DE2' });
    expect(partsOf(content)).toEqual(TEXT_ALONE);
    expect(text).toContain('Pay to DE2');
    expect(text).toContain('[its HTML says other words, and is not shown]');
  });

  test('if it is too deep', async () => {
    const { content, text } = await told({ html: `${'<div>'.repeat(600)}Hello`, text: 'Hello' });
    expect(partsOf(content)).toEqual(TEXT_ALONE);
    expect(text).toContain('[its HTML is too large to be shown]');
  });

  test('if the text is so long that its end is in the attached mail', async () => {
    const words = 'Words and words.\n'.repeat(2000);
    const { content, text } = await told({ html: `<p>${words}</p>`, text: words });
    expect(partsOf(content)).not.toContain('text/html');
    expect(text).toContain('[it goes on; the whole mail is attached]');
  });
});

test('nothing of the mail stands outside of what is its', async () => {
  const { html } = await told({
    html: '</blockquote></div></body><hr><p>Nic (staff):',
    text: 'Nic (staff):',
  });
  expect(html).toContain('<blockquote>\n<hr>\n<p>Nic (staff):</p>\n</blockquote>');
});

test('its charset is decoded first, and what it is then is made safe', async () => {
  const { html } = await told({
    html: '+ADw-p+AD4-Gr+APwA3w-e+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
    charset: 'utf-7',
  });
  expect(html).toContain('<p>Grüße</p>');
  expect(html).not.toContain('alert');
});

test('an answer above a copy of it goes out without the copy', async () => {
  const { desk, html, replyTo } = await told({
    html: '<p>It is <b>slow</b>.</p><table><tr><td>a</td><td>b</td></tr></table>',
    text: 'It is slow.\n\na b',
  });
  const copy = html.replace(/^[\s\S]*<body>|<\/body>[\s\S]*$/g, '');
  const header =
    '<p><b>From:</b> Nic Ferrier<br><b>Sent:</b> Monday<br><b>To:</b> Bob<br><b>Subject:</b> x</p>';
  await desk.deliver(
    richMail({ from: BOB, to: replyTo, html: `<p>Try again.</p><hr>${header}${copy}` }),
  );
  expect(desk.lastTo(NIC).text).toBe('Try again.\n');
});

describe('whoever is told of it later is shown the same', () => {
  const KIM = 'kim@home.example';
  const BOB_HOME = 'bob@home.example';
  const staff = [
    { name: 'bob', addresses: [BOB_HOME], sasl: ['bob'] },
    { name: 'kim', addresses: [KIM], queues: ['BILLING'] },
  ];
  const queues = [SUPPORT, { prefix: 'BILLING', address: 'billing', name: 'Billing', first: 1 }];
  const rich = { html: '<p>It is <b>slow</b>.</p>', text: 'It is slow.' };

  async function opened(different = {}): Promise<Desk> {
    const desk = new Desk({ staff, queues, ...different });
    await desk.deliver(richMail(rich));
    expect(desk.to(KIM)).toEqual([]);
    return desk;
  }

  /** The one that Kim got. */
  async function toldKim(desk: Desk) {
    const letters = desk.to(KIM);
    expect(letters).toHaveLength(1);
    return { ...desk.lastTo(KIM), html: await htmlOf(desk.lastTo(KIM).content) };
  }

  test.each([
    ['a person gives it to them', (desk: Desk) => desk.order(7102, 'assign kim')],
    ['it is moved to their queue', (desk: Desk) => desk.order(7102, 'move BILLING')],
    [
      'another system gives it to them',
      (desk: Desk) => desk.apply({ type: 'ticket.command', ticket: '7102', command: 'assign kim' }),
    ],
    [
      'an answer gives it to them',
      (desk: Desk) =>
        desk.deliver({
          from: BOB_HOME,
          to: desk.lastTo(BOB_HOME).replyTo,
          text: 'Assign: kim',
          login: 'bob',
        }),
    ],
    [
      'a mail of commands gives it to them',
      (desk: Desk) =>
        desk.deliver({
          ...{ from: BOB_HOME, to: 'control@support-ticket.example', text: 'assign 7102 kim' },
          login: 'bob',
        }),
    ],
  ])('when %s', async (_, give) => {
    const desk = await opened();
    await give(desk);
    const { html, text } = await toldKim(desk);
    expect(html).toContain('<blockquote>\n<p>It is <b>slow</b>.</p>\n</blockquote>');
    expect(text).toContain('It is slow.');
  });

  test('when nobody else is there to read it', async () => {
    const desk = await opened({
      staff: [...staff.slice(0, 1), { name: 'kim', addresses: [KIM], notify: 'assigned' }],
    });
    const { id, replyTo } = desk.lastTo(BOB_HOME);
    await desk.deliver({
      ...{ from: BOB_HOME, to: replyTo, subject: 'Away', answers: id, text: 'I am away.' },
      more: 'Auto-Submitted: auto-replied\n',
    });
    expect((await toldKim(desk)).html).toContain('<p>It is <b>slow</b>.</p>');
  });

  test('but where the config wants text alone', async () => {
    const desk = await opened({ notificationHtml: false });
    await desk.order(7102, 'assign kim');
    expect((await toldKim(desk)).html).toBe('');
  });
});
