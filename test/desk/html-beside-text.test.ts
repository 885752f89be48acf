/** The HTML of an answer says what its text says, or does not go out. */
import { expect, test } from 'vitest';
import { lettersOf } from '../../src/html/cut.ts';
import { sanitise, wordsOf } from '../../src/html/sanitise.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { BOB, DOMAIN, KAY, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { letterIn } from '../kit/outgoing.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** A mail with both, and pictures by their Content-IDs. */
function both(text: string, html: string, pictures: readonly string[] = []) {
  const alternative = `--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${text}
--a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

${html}
--a--`;
  const files = pictures.map(
    (id) =>
      `--r\nContent-Type: image/png; name=${id}.png\nContent-ID: <${id}>\nContent-Disposition: inline; filename=${id}.png\nContent-Transfer-Encoding: base64\n\n${PIXEL}\n`,
  );
  return pictures.length === 0
    ? {
        more: 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n',
        text: alternative,
      }
    : {
        more: 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n',
        text: `--r\nContent-Type: multipart/alternative; boundary=a\n\n${alternative}\n${files.join('')}--r--`,
      };
}

async function opened(different: Readonly<Record<string, unknown>> = {}): Promise<Desk> {
  const desk = new Desk(different);
  await desk.deliver({ text: 'Is the shop open?' });
  return desk;
}

/** What bob's answer is, as it is committed: its text and its HTML, or what he is told. */
async function answered(desk: Desk, mail: ReturnType<typeof both>) {
  await desk.deliver({ from: BOB, login: 'bob', to: 'support-7102', ...mail });
  const mails = desk.records.at(-1)?.outgoing.map(letterIn) ?? [];
  const to = (address: string) => mails.find((letter) => letter.to.address === address);
  return { text: to(NIC)?.text, html: to(NIC)?.html, told: to(BOB)?.text };
}

test.each([
  ['one word more', 'Yes, it is.', '<p>Yes, it is <b>not</b>.</p>'],
  ['one word less', 'Yes, it is not.', '<p>Yes, it <b>is</b>.</p>'],
  ['the words in another order', 'one\ntwo', '<p>two</p><p>one</p>'],
  [
    'a picture that says words',
    'Yes, it is.',
    '<p>Yes, it is. <img src="https://x.example/" alt="not"></p>',
  ],
])('HTML that has %s stays here, and its author is told', async (_, text, html) => {
  const { html: sent, text: said, told } = await answered(await opened(), both(text, html));
  expect({ said, sent }).toEqual({ said: `${text}\n`, sent: undefined });
  expect(told).toBe(
    'Your answer about SUPPORT-7102 goes out as plain text: its HTML does not say the same words.\n',
  );
});

test('nobody is told of an answer that goes out as it was written', async () => {
  const { html, told } = await answered(
    await opened(),
    both('Yes, *it* is.', '<p>Yes, <b>it</b> is.</p>'),
  );
  expect({ html, told }).toEqual({ html: '<p>Yes, <b>it</b> is.</p>', told: undefined });
});

test('a text that says all of it stays as it was written', async () => {
  const text = 'See *here* <https://shop.example/a>:\n\n  1. one\n  2. two\n';
  const { text: said } = await answered(
    await opened(),
    both(
      text,
      '<p>See <b><a href="https://shop.example/a">here</a></b>:</p><ol><li>one<li>two</ol>',
    ),
  );
  expect(said).toBe(text);
});

test('one that does not say where links lead, or tears rows apart, is made of the HTML', async () => {
  const { text } = await answered(
    await opened(),
    both(
      'See here:\n\nA\n1\nB\n2\n',
      '<p>See <a href="https://shop.example/a">here</a>:</p><table><tr><td>A<td>1<tr><td>B<td>2</table>',
    ),
  );
  expect(text).toBe('See here [https://shop.example/a]:\n\nA | 1\nB | 2\n');
});

test('commands at the top, signature and quote stay out of both', async () => {
  const { html, text } = await answered(
    await opened(),
    both(
      'Status: resolved\n\nYes, it is.\n\n-- \nBob Bell\n\nOn Friday Nic wrote:\n> Is the shop open?\n',
      '<div>Status: resolved</div><div><br></div><div>Yes, it <i>is</i>.</div><div><br></div>-- <br><div>Bob Bell</div><div>On Friday Nic wrote:</div><blockquote>Is the shop open?</blockquote>',
    ),
  );
  expect({ html, text }).toEqual({
    html: '<div>Yes, it <i>is</i>.</div>'.replace(/<\/?div>/g, ''),
    text: 'Yes, it is.\n',
  });
});

test('an answer between the lines of a quote keeps the lines that it answers, as a quote', async () => {
  const desk = new Desk();
  await desk.deliver({ text: 'Is the shop open?\n\nAnd on Sunday?' });
  const { html } = await answered(
    desk,
    both(
      'On Friday Nic wrote:\n> Is the shop open?\n\nYes.\n\n> And on Sunday?\n\nNo.\n',
      '<div>On Friday Nic wrote:</div><blockquote>Is the shop open?</blockquote><div><b>Yes.</b></div><blockquote>And on Sunday?</blockquote><div>No.</div>',
    ),
  );
  expect(html).toBe(
    '<blockquote>Is the shop open?</blockquote>\n<div><b>Yes.</b></div>\n<blockquote>And on Sunday?</blockquote>\n<div>No.</div>',
  );
});

test('nothing runs, loads or hides', async () => {
  const { html } = await answered(
    await opened(),
    both(
      'Yes, it is.\n',
      '<style>p{color:red}</style><script>x()</script><p onclick="x()" style="color:red">Yes, it <b class=x>is</b>.<img src="https://count.example/1.gif"></p>',
    ),
  );
  expect(html).toBe('<p>Yes, it <b>is</b>.</p>');
});

test('a link whose words are another address shows where it leads, in both', async () => {
  const { html, text } = await answered(
    await opened(),
    both(
      'See https://shop.example/',
      '<p>See <a href="https://track.example/1">https://shop.example/</a></p>',
    ),
  );
  expect(html).toBe(
    '<p>See <a href="https://track.example/1">https://shop.example/ [https://track.example/1]</a></p>',
  );
  expect(text).toBe('See https://shop.example/ [https://track.example/1]\n');
});

test('pictures stand where their author put them, and those of the signature stay here', async () => {
  const { html } = await answered(
    await opened(),
    both(
      'See this:\n\n[cid:box]\n\n-- \nBob\n[cid:logo]\n',
      '<p>See this:</p><p><img src="cid:box" width="300"></p><div class="gmail_signature">-- <br>Bob<br><img src="cid:logo"></div>',
      ['box', 'logo'],
    ),
  );
  expect(html).toMatch(
    /^<p>See this:<\/p>\n<p><img src="cid:[0-9a-f]{32}@picture\.invalid" alt="box\.png" width="300"><\/p>$/,
  );
});

test('a note is no HTML for anybody', async () => {
  const desk = await opened();
  await answered(desk, both('note\n\nA secret', '<p>note</p><p>A <b>secret</b></p>'));
  expect(
    desk.records
      .flatMap(({ outgoing }) => outgoing.map(letterIn))
      .flatMap(({ html }) => html ?? []),
  ).toEqual([]);
});

test('an address that lets the staff answer goes out in no link', async () => {
  const desk = await opened();
  const { replyTo } = desk.lastTo(BOB);
  const { html, told } = await answered(
    desk,
    both('Yes, it is.', `<p>Yes, it <a href="mailto:${replyTo}">is</a>.</p>`),
  );
  expect(html).toBeUndefined();
  expect(told).not.toBeUndefined();
  expect(
    desk
      .to(NIC)
      .map(({ content }) => content)
      .join(''),
  ).not.toContain(replyTo);
});

test('each of several people gets it', async () => {
  const desk = await opened();
  await desk.order(7102, `cc +${KAY}`);
  await answered(desk, both('Yes, it is.', '<p>Yes, it <b>is</b>.</p>'));
  const sent = desk.records.at(-1)?.outgoing.map(letterIn) ?? [];
  expect(sent.map(({ to, html }) => [to.address, html])).toEqual([
    [NIC, '<p>Yes, it <b>is</b>.</p>'],
    [KAY, '<p>Yes, it <b>is</b>.</p>'],
  ]);
});

test('signature and history stand below the HTML as they stand below the text', async () => {
  const queue = { ...SUPPORT, signature: 'The Support', quote: 'last' };
  const desk = new Desk({ queues: [queue] });
  await desk.deliver({
    text: 'Is the shop open?',
    results: `dmarc=pass header.from=${NIC.split('@')[1]}`,
  });
  const { html = '', text = '' } = await answered(
    desk,
    both('Yes, it is.', '<p>Yes, it <b>is</b>.</p>'),
  );
  expect(text).toContain('> Is the shop open?');
  expect(html).toContain('The Support');
  expect(lettersOf(wordsOf({ html }))).toBe(lettersOf(text));
});

test('whoever is erased is in no HTML any more', async () => {
  const desk = await opened();
  const { html } = await answered(desk, both('zyes, it is.', '<p>zyes, it <b>is</b>.</p>'));
  expect(html).toContain('zyes');
  await desk.erase(ofPerson(NIC));
  expect(JSON.stringify(desk.records)).not.toMatch(/zyes|ferrier/);
});

const PIECES: readonly (readonly [html: string, text: string])[] = [
  ['<p>First <b>one</b></p>', 'First *one*\n'],
  ['<div>Second</div>', 'Second'],
  ['<div><br></div>', ''],
  ['<ul><li>a<li>b <i>c</i></ul>', '  * a\n  * b c\n'],
  ['<ol><li>x<li>y</ol>', '   1. x\n   2. y\n'],
  [
    '<p><a href="https://shop.example/?q=1&amp;r=2">a shop</a> there</p>',
    'a shop <https://shop.example/?q=1&r=2> there\n',
  ],
  ['<p><a href="https://shop.example/">https://shop.example/</a></p>', 'https://shop.example/\n'],
  ['<table><tr><td>A<td>1<tr><td>B<td>2</table>', 'A\n1\nB\n2\n'],
  ['<pre>code\n  more</pre>', '    code\n      more\n'],
  ['<div>Grüße 😊<br>Bob</div>', 'Grüße 😊\nBob'],
  ['<p>5 &lt; 6 &amp; 7</p>', '5 < 6 & 7\n'],
];
const ENDS: readonly (readonly [html: string, text: string])[] = [
  ['', ''],
  ['<div>-- <br>Bob Bell</div>', '-- \nBob Bell'],
  ['<blockquote>Is the shop open?</blockquote>', '> Is the shop open?'],
  ['<div>Sent from my iPhone</div>', 'Sent from my iPhone'],
];

test(`whatever is written, both say the same letters, and the HTML is safe (SEED=${SEED})`, async () => {
  const choose = choiceOf(SEED);
  for (let round = 0; round < roundsOf(200); round += 1) {
    const all = [
      ...Array.from({ length: 1 + choose.number(6) }, () => choose(PIECES)),
      choose(ENDS),
    ];
    const written = both(
      all.map(([, text]) => text).join('\n'),
      all.map(([html]) => html).join(''),
    );
    const { html, text = '' } = await answered(await opened(), written);
    if (html === undefined) {
      // There were no words, or what could be taken for some other ones.
      expect(
        all.slice(0, -1).every(([, said]) => said === ''),
        written.text,
      ).toBe(true);
      continue;
    }
    expect(lettersOf(wordsOf({ html })), written.text).toBe(lettersOf(text));
    expect(sanitise(html)?.html).toBe(html);
    expect(html).not.toContain(DOMAIN);
  }
});
