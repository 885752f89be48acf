/** What one of the staff writes reaches the customer whole, or comes back with the reason. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, DOMAIN, EVE, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, MIXED, parts } from '../kit/mail.ts';

let desk: Desk;
let given: string;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({
    text: 'Hello,\n\nwhere do I find the licence key?\n\nAnd when does it end?\n\nNic',
  });
  given = desk.lastTo(BOB).replyTo;
});

const answer = (text: string) => desk.deliver({ from: BOB, to: given, text });
const NOTE = 'He has not paid his last three bills, so be careful what you promise him today.';
const note = () => desk.act(7102, { type: 'note', text: NOTE });

describe('an ordinary line takes nothing along', () => {
  test.each([
    [
      'two dashes and a blank',
      'Hello Nic,\n\n1. Stop it.\n\n-- \n2. Delete it.\n\nKind regards\nBob',
    ],
    [
      'a pasted header',
      `Your mail arrived here with this header:\n\nFrom: Nic <${NIC}>\nDate: Mon, 16 Nov 2026 09:25:40 +0100\nSubject: x\nTo: new@${DOMAIN}\n\nThe Reply-To is missing.\n\nBob`,
    ],
    ['how it was sent', 'Sent by email.'],
    ['what to do before printing', 'It fits now.\n\nPlease set the margins before printing.'],
    ['a slogan that goes on', 'It comes on Friday.\n\nSent by post with your tablet.'],
    [
      'an attribution of a machine',
      'On 16.11.2026 at 09:25 our server wrote:\n\nERROR 17\n\nSo copy it.',
    ],
    [
      'a quote of somebody else',
      'The vendor says:\n\n> It will be repaired\n> on Friday.\n\nSo we wait.',
    ],
    ['a list of letters', 'Formatting and\n\n- A\n- B\n- C\n\nshould be retained\n\n    - Item 1'],
  ])('%s', async (_, text) => {
    await answer(text);
    expect(desk.lastTo(NIC).text).toBe(`${text}\n`);
  });

  test('an answer within an unmarked copy', async () => {
    const { text } = desk.lastTo(BOB);
    const inline = text
      .replace('key?', 'key?\n\nBOB: On the box.')
      .replace('end?', 'end?\n\nBOB: Never.');
    const header = `From: Nic Ferrier <SUPPORT-7102@${DOMAIN}>\nSent: Monday, November 16, 2026 9:26 AM\nTo: Bob\nSubject: x`;
    await answer(`See below.\n\n${header}\n\n${inline}`);
    expect(desk.lastTo(NIC).text).toBe(
      'See below.\n\n> where do I find the licence key?\n\nBOB: On the box.\n\n> And when does it end?\n\nBOB: Never.\n',
    );
  });
});

/** How clients quote a mail, marked or not. */
const QUOTES: readonly (readonly [string, (told: string) => string])[] = [
  [
    'Gmail',
    (told) =>
      `On Mon, Nov 16, 2026 at 9:26 AM Nic <SUPPORT-7102@${DOMAIN}> wrote:\n\n${told.replace(/^/gm, '> ')}`,
  ],
  ['Thunderbird', (told) => `Am 16.11.26 um 09:26 schrieb Nic:\n${told.replace(/^/gm, '> ')}`],
  [
    'Outlook',
    (told) =>
      `________________________________\nVon: Nic <SUPPORT-7102@${DOMAIN}>\nGesendet: Montag, 16. November 2026 09:26\nAn: Bob\nBetreff: x\n\n${told}`,
  ],
  [
    'Outlook on a phone',
    (told) =>
      `Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Nic <SUPPORT-7102@${DOMAIN}>\nSent: Monday, November 16, 2026 9:26:00 AM\nTo: Bob\nSubject: x\n\n${told}`,
  ],
  [
    'Lotus Notes',
    (told) =>
      `-----Nic <SUPPORT-7102@${DOMAIN}> wrote: -----\nTo: Bob\nFrom: Nic <SUPPORT-7102@${DOMAIN}>\nDate: 11/16/2026 09:26AM\nSubject: x\n\n${told}`,
  ],
  [
    'a client that wraps',
    (told) =>
      `On 16 Nov 2026, at 09:26, Nic <SUPPORT-7102@${DOMAIN}> wrote:\n\n${told.replace(/(.{30,50}) /g, '$1\n').replace(/^/gm, '> ')}`,
  ],
  [
    'a client in a language of its own',
    (told) => `Nongthi: Nic <SUPPORT-7102@${DOMAIN}>\nIdinku: 16/11\n\n${told}`,
  ],
];

describe('a quote of our notification', () => {
  test.each(QUOTES)('of %s goes, and no word of a note with it', async (_, quote) => {
    await note();
    await desk.deliver({ to: 'support-7102', text: 'Any news?' });
    const told = desk.lastTo(BOB).text;
    const came = await answer(`It is on the box.\n\nBob\n\n${quote(told)}`);
    expect(came.end).toBe('carried-out');
    expect(desk.lastTo(NIC).text).toBe('It is on the box.\n\nBob\n');
  });
});

/** As clients do it: a line that is longer ends at its last blank before. */
function wrapped(text: string, columns: number): string {
  const wrap = (line: string): string => {
    const at = line.lastIndexOf(' ', columns);
    return line.length <= columns || at < 1
      ? line
      : `${line.slice(0, at)}\n${wrap(line.slice(at + 1))}`;
  };
  return text.split('\n').map(wrap).join('\n');
}

describe('a quote of our notification about a writer who is proven', () => {
  const NAMED = /^Nic Ferrier <nic@ferrier\.example>:$/m;
  beforeEach(async () => {
    const { id } = desk.lastTo(NIC);
    await desk.deliver({ to: 'support-7102', text: 'Any news?', answers: id });
    given = desk.lastTo(BOB).replyTo;
  });

  test.each(QUOTES)('of %s goes, and nobody is named in the answer', async (_, quote) => {
    const { text } = desk.lastTo(BOB);
    expect(text).toMatch(NAMED);
    for (const told of [text, text.replace(/<(nic@.*?)>/, '<$1<mailto:$1>>')]) {
      await answer(`It is on the box.\n\nBob\n\n${quote(told)}`);
      expect(desk.lastTo(NIC).text).toBe('It is on the box.\n\nBob\n');
    }
  });

  test.each([30, 50, 76])('without marks, and wrapped to %i columns, it goes', async (columns) => {
    await note();
    await desk.act(7102, { type: 'reply', text: 'We look at it.\n\nKim' }, 'kim');
    await desk.deliver({ to: 'support-7102', text: 'And now?', answers: desk.lastTo(NIC).id });
    const told = wrapped(desk.lastTo(BOB).text, columns);
    for (const quote of QUOTES.slice(2, 5).map(([, write]) => write(told))) {
      given = desk.lastTo(BOB).replyTo;
      await answer(`It is on the box.\n\nBob\n\n${quote}`);
      expect(desk.lastTo(NIC).text).toBe('It is on the box.\n\nBob\n');
    }
  });

  test('the same line in an answer of its author’s is theirs', async () => {
    const text = `Hello,\n\nwe have you here as\n\nNic Ferrier <${NIC}>:\n\nis that right?`;
    await answer(text);
    expect(desk.lastTo(NIC).text).toBe(`${text}\n`);
  });
});

test('a greeting below a quote without marks, which the customer has used, is the author’s', async () => {
  for (const quote of QUOTES.slice(2, 4).map(([, write]) => write(desk.lastTo(BOB).text))) {
    await answer(`${quote}\n\nHello,\n\nit is on the box.\n\nBob`);
    expect(desk.lastTo(NIC).text).toBe('Hello,\n\nit is on the box.\n\nBob\n');
  }
});

describe('words below a quote of our notification that were sent before', () => {
  const AGAIN = 'We are on it, thank you for your patience.';
  const AT = `On Fri, 20 Nov 2026 at 10:00, Nic Ferrier <SUPPORT-7102@${DOMAIN}> wrote:`;
  let copy: string;
  beforeEach(async () => {
    await desk.act(7102, { type: 'reply', text: `Please restart it.\n\n${AGAIN}` }, 'bob');
    await desk.deliver({ to: 'support-7102', text: 'I did. What now?' });
    const { text } = desk.lastTo(BOB);
    given = desk.lastTo(BOB).replyTo;
    copy = (text.split('\n-- \n')[0] ?? '').replace(/^/gm, '> ');
  });

  test.each([
    ['an attribution of ours', AT],
    ['one in German', 'Am 20.11.26 um 10:00 schrieb Nic Ferrier:'],
    ['one that names nobody', 'On Friday, Support wrote:'],
    ['none', ''],
  ])('go out below %s', async (_, above) => {
    for (const words of [AGAIN, `Hello Nic,\n\n${AGAIN}\n\nBob`, `${AGAIN}\n\nThen call me.`]) {
      await answer(`${above}\n${copy}\n\n${words}`);
      expect(desk.lastTo(NIC).text).toMatch(new RegExp(`(^|\\n)${words}\\n$`));
    }
  });

  test.each(QUOTES.slice(2, 5))('go out below one of %s, without marks', async (_, quote) => {
    const { text } = desk.lastTo(BOB);
    for (const words of [AGAIN, `Hello Nic,\n\n${AGAIN}\n\nBob`, `> What now?\n\n${AGAIN}`]) {
      await answer(`${quote(text)}\n\n${words}`);
      expect(desk.lastTo(NIC).text).toBe(`${words}\n`);
    }
  });

  test.each(['On Friday, Support wrote:', 'Am 20.11.26 um 10:00 schrieb Nic Ferrier:'])(
    'without them "%s" comes back',
    async (above) => {
      const came = await answer(`${above}\n${copy}`);
      expect(came.end).toBe('returned');
    },
  );
});

describe('what is of the desk alone comes back', () => {
  test.each<readonly [string, (words: string) => string]>([
    ['as it is', (words) => words],
    ['wrapped', (words) => words.replaceAll(' ', '\n')],
    ['marked', (words) => `* ${words.toUpperCase()}`],
    ['in part', (words) => `so ${words.split(' ').slice(2, 11).join(' ')}, I think`],
  ])('a note, %s', async (_, form) => {
    await note();
    const came = await answer(`Hello Nic,\n\n${form(NOTE)}\n\nBob`);
    expect(came.end).toBe('returned');
    expect(desk.everythingTo(NIC)).not.toContain('bills');
    expect(desk.lastTo(BOB).text).toContain('paid his last three bills');
  });

  test('a mail of somebody else on the ticket', async () => {
    const { id: shown } = desk.lastTo(BOB);
    await desk.act(7102, { type: 'forward', to: EVE, text: 'Can you repair it?' });
    const passed = desk.lastTo(EVE);
    await desk.deliver({
      from: EVE,
      to: 'support-7102',
      more: `In-Reply-To: ${passed.id}\n`,
      text: 'We will never repair this machine, since it is far too old for us.',
    });
    const came = await desk.deliver({
      ...{ from: BOB, to: given, answers: shown },
      text: 'We will never repair this machine, since it is far too old for us.',
    });
    expect(came.end).toBe('returned');
  });

  test('seven words of a note are nobody’s', async () => {
    await note();
    const came = await answer('You say: so be careful what you promise.');
    expect(came.end).toBe('carried-out');
  });

  test('what the customer wrote may be quoted, also if a note quotes it', async () => {
    await desk.deliver({
      to: 'support-7102',
      text: 'I bought it in May and it broke in June of this year.',
    });
    await desk.act(7102, {
      type: 'note',
      text: 'He says: I bought it in May and it broke in June of this year.',
    });
    const came = await answer(
      'You wrote that "I bought it in May and it broke in June of this year". Send it in.',
    );
    expect(came.end).toBe('carried-out');
  });
});

describe('a last look', () => {
  test.each([
    ['a greeting to a colleague', 'Hi Kim,\n\ncan you look at it?', 'Hi Kim,'],
    ['a colleague’s name alone', 'Kim, can you look at it?', 'Kim, can you look at it?'],
    ['a greeting in German', 'Hallo Kim,\n\nschaust du mal?', 'Hallo Kim,'],
    ['a name behind a comma', 'Hello, Kim!\n\nPlease look.', 'Hello, Kim!'],
    ['@name', 'It is broken.\n\n@kim please look.', '@kim please look.'],
    ['internal at the top', 'Internal: do not tell him.', 'Internal: do not tell him.'],
    ['private at the end', 'He is right.\n\nprivate', 'private'],
    [
      'intern at the end, with a colon',
      'Er hat recht.\n\nIntern: nicht sagen.',
      'Intern: nicht sagen.',
    ],
    ['a name before a dash', 'Kim - can you take this one?', 'Kim - can you take this one?'],
    ['thanks to a colleague', 'Thanks Kim!\n\nI will tell him.', 'Thanks Kim!'],
    ['thanks in German', 'Danke, Kim!\n\nIch sage es ihm.', 'Danke, Kim!'],
    ['internal before a dash', 'PRIVATE - he is silly', 'PRIVATE - he is silly'],
    ['internal use', 'For internal use:\n\nhe is silly', 'For internal use:'],
    ['internal only', 'He is right.\n\ninternal only\n\nBob', 'internal only'],
    ['a command above a name', 'Dear Nic,\n\ndone.\n\nclose\n\nBob', 'close'],
    [
      'a command above a greeting',
      'Dear Nic,\n\ndone.\n\ntake\n\nKind regards\nBob\nTel. 12',
      'take',
    ],
    ['a command for tickets', 'close 7102, #7103\n\nDear Nic, done.', 'close 7102, #7103'],
    ['a request', 'Please close\n\nDear Nic, done.', 'Please close'],
    ['a request at the end', 'Dear Nic, done.\n\nclose this ticket please\nBob', 'close this'],
    [
      'a command in the middle',
      'Done.\n\nAs I said:\nStatus: resolved\nSo bye.',
      'Status: resolved',
    ],
    [
      'a mail that is passed on without a word',
      `FYI\n\n---------- Forwarded message ---------\nFrom: Eve <${EVE}>\nDate: Mon, Nov 16, 2026 at 9:26 AM\nSubject: x\nTo: Bob\n\nHe is a bad customer.`,
      'passes a mail on',
    ],
  ])('sends back %s, and names the line', async (_, text, line) => {
    const came = await answer(text);
    expect(came.end).toBe('returned');
    expect(desk.lastTo(BOB).text).toContain(line);
    expect(desk.to(NIC)).toHaveLength(1);
  });

  test.each([
    'Hello Nic,\n\nhere it is.',
    'Hello, Kim will call you tomorrow.',
    'Bob here: it is ready.',
    'Dear Nic,\n\nplease write to kim@elsewhere.example.',
    'It is of internal use only.',
    'See the notes.\n\nBob',
    'Our priority is clear: quality.',
    'Thanks to Kim it works now.',
    'Close the window, please.',
    'Please close the lid.\n\nBob',
    'Hello Nic,\n\nin the list choose\n\nMerge\n\nBob',
    'Dear Nic,\n\nyour tickets are 7102, 7103 and 7104.',
  ])('lets %j go', async (text) => {
    const came = await answer(text);
    expect(came.end).toBe('carried-out');
    expect(desk.lastTo(NIC).text).toBe(`${text}\n`);
  });

  test('lets a customer be greeted who is called like one of the staff', async () => {
    await desk.deliver({
      from: 'Kim Possible <kim.possible@kunde.example>',
      to: 'new',
      text: 'Hi',
    });
    const came = await desk.deliver({
      from: BOB,
      to: desk.lastTo(BOB).replyTo,
      text: 'Hi Kim,\n\nhere.',
    });
    expect(came.end).toBe('carried-out');
  });
});

/** Octets of a picture, or of any other file, as text: nobody decodes them. */
const picture = (name: string, id: string, size = 100) =>
  [
    `Content-Type: image/png; name=${name}\nContent-ID: <${id}>\nContent-Disposition: inline; filename=${name}`,
    'x'.repeat(size),
  ] as const;
const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const filesTo = (address: string) => desk.lastTo(address).files.map(({ name }) => name);
const mixed = (...all: readonly (readonly [string, string])[]) =>
  desk.deliver({ from: BOB, to: given, more: MIXED, text: parts(...all) });

describe('files and pictures', () => {
  test('a small screenshot goes out, and its name stands in its place', async () => {
    await mixed(
      [PLAIN, 'Press here:\n\n[cid:shot@x]\n\nThat is all.\n\nBob'],
      picture('shot.png', 'shot@x'),
    );
    expect(desk.lastTo(NIC).text).toBe('Press here:\n\n[shot.png]\n\nThat is all.\n\nBob\n');
    expect(filesTo(NIC)).toEqual(['shot.png']);
  });

  test('a logo in the signature stays, and its mark with it', async () => {
    for (const end of ['-- \nBob\n[cid:logo@x]', 'Kind regards\nBob\n[cid:logo@x]']) {
      await mixed(
        [PLAIN, `Press here: [cid:shot@x]\n\n${end}`],
        picture('shot.png', 'shot@x'),
        picture('logo.png', 'logo@x'),
      );
      expect(filesTo(NIC)).toEqual(['shot.png']);
      expect(desk.lastTo(NIC).text).not.toContain('logo');
    }
  });

  test('a large picture below the greeting is no logo', async () => {
    await mixed(
      [PLAIN, 'See below.\n\nKind regards\nBob\n\n[cid:shot@x]'],
      picture('shot.png', 'shot@x', 20_000),
    );
    expect(filesTo(NIC)).toEqual(['shot.png']);
  });

  test('a picture of the quoted mail stays', async () => {
    const told = desk.lastTo(BOB).text.replace('key?', 'key?\n[cid:old@x]').replace(/^/gm, '> ');
    await mixed(
      [PLAIN, `On the box.\n\nOn Mon, 16 Nov 2026, Nic <SUPPORT-7102@${DOMAIN}> wrote:\n${told}`],
      picture('old.png', 'old@x'),
    );
    expect(desk.lastTo(NIC).text).toBe('On the box.\n');
    expect(filesTo(NIC)).toEqual([]);
  });

  test('a picture that only the HTML has a place for stands there', async () => {
    const html =
      '<p>Press here:</p><p><img src="cid:shot@x"></p><p>That is all.</p><div class="gmail_signature">Bob <img src="cid:logo@x"></div>';
    await desk.deliver({
      ...{ from: BOB, to: given },
      more: 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n',
      text: parts(
        [
          'Content-Type: multipart/alternative; boundary=c',
          `--c\n${PLAIN}\n\nPress here:\n\nThat is all.\n--c\nContent-Type: text/html; charset=utf-8\n\n${html}\n--c--`,
        ],
        picture('shot.png', 'shot@x'),
        picture('logo.png', 'logo@x'),
      ),
    });
    expect(desk.lastTo(NIC).text).toBe('Press here:\n\n[shot.png]\n\nThat is all.\n');
    expect(filesTo(NIC)).toEqual(['shot.png']);
  });

  test('a picture within the HTML itself goes out in its place; one in the signature stays', async () => {
    const source = (more: string) =>
      `data:image/png;base64,${Buffer.from(`\x89PNG\r\n\x1a\n${more}`, 'latin1').toString('base64')}`;
    const html = `<p>Press here:</p><p><img src="${source('shot')}"></p><p>That is all.</p><div class="gmail_signature">Bob <img src="${source('logo')}"></div>`;
    await desk.deliver({
      ...{ from: BOB, to: given },
      more: 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n',
      text: html,
    });
    expect(desk.lastTo(NIC).text).toBe('Press here:\n\n[picture-1.png]\n\nThat is all.\n');
    expect(filesTo(NIC)).toEqual(['picture-1.png']);
  });

  test('calendars and small PDFs that stand in the text go out', async () => {
    await mixed(
      [PLAIN, 'See the files.'],
      [
        'Content-Type: text/calendar; name=date.ics\nContent-Disposition: attachment; filename=date.ics',
        'BEGIN:VCALENDAR',
      ],
      [
        'Content-Type: application/pdf; name=a.pdf\nContent-ID: <a@x>\nContent-Disposition: inline; filename=a.pdf',
        'PDF',
      ],
    );
    expect(filesTo(NIC)).toEqual(['date.ics', 'a.pdf']);
  });

  test('a card stays, and its author and the ticket say so', async () => {
    await mixed(
      [PLAIN, 'See the files.'],
      [
        'Content-Type: text/vcard; name=bob.vcf\nContent-Disposition: attachment; filename=bob.vcf',
        'CARD',
      ],
    );
    expect(desk.lastTo(NIC).text).toBe('See the files.\n');
    expect(desk.lastTo(BOB).text).toContain('- bob.vcf: a card names its owner');
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
      notSent: [expect.stringContaining('bob.vcf')],
    });
  });

  test('what is too large for one answer stays, and its author and the ticket say so', async () => {
    desk.configure({ sizes: { answer: 250 } });
    await mixed(
      [PLAIN, 'See [cid:a@x], [cid:b@x] and [cid:c@x].'],
      picture('a.png', 'a@x', 200),
      picture('b.png', 'b@x', 200),
      picture('c.png', 'c@x', 40),
    );
    expect(filesTo(NIC)).toEqual(['a.png', 'c.png']);
    expect(desk.lastTo(NIC).text).toBe('See [a.png], [b.png] and [c.png].\n');
    expect(desk.lastTo(BOB).text).toContain('- b.png: it is too large: one answer takes 0 MiB');
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
      notSent: [expect.stringContaining('b.png')],
    });
  });

  test('an answer in HTML goes out, whatever stands in its quote', async () => {
    await note();
    await desk.deliver({ to: 'support-7102', text: 'Any news?' });
    const told = desk.lastTo(BOB).text.replaceAll('<', '&lt;').replaceAll('\n', '<br>');
    const came = await desk.deliver({
      ...{
        from: BOB,
        to: given,
        more: 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n',
      },
      text: `<p>On the box.</p><div>On Mon, Nov 16, 2026 at 9:26 AM Nic &lt;SUPPORT-7102@${DOMAIN}&gt; wrote:</div><blockquote>${told}</blockquote>`,
    });
    expect(came.end).toBe('carried-out');
    expect(desk.lastTo(NIC).text).toBe('On the box.\n');
    expect(filesTo(NIC)).toEqual([]);
  });

  test.each([
    ['a text', 'text/plain', NOTE],
    ['an HTML file', 'text/html', `<p>${NOTE.replace('last', '<b>last</b>')}</p>`],
    ['an attached mail', 'message/rfc822', `From: ${BOB}\nSubject: x\n\n${NOTE}`],
    ['a picture', 'image/png', 'PNG', `${NOTE.slice(0, 60)} x.bin`],
  ])('%s with the words of a note comes back', async (_, type, octets, name = 'x.bin') => {
    await note();
    const came = await mixed(
      [PLAIN, 'See the file.'],
      [
        `Content-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"`,
        octets,
      ],
    );
    expect(came.end).toBe('returned');
    expect(desk.lastTo(BOB).text).toContain('x.bin');
  });
});

const CORPUS = new URL('../../../shared/corpus/reply-trimming/', import.meta.url);
const present = existsSync(CORPUS);

/** What the corpus keeps of a reply; what it folds away is what the customer had written. */
function replyOf(name: string) {
  const [reply = '', kept = '', asked = ''] = ['emails', 'trimmed', 'elided'].map((folder) => {
    const path = new URL(`${folder}/${name}`, CORPUS);
    return existsSync(path) ? readFileSync(path, 'utf8').replace(/\r\n?/g, '\n') : '';
  });
  return { reply, kept, asked: asked.replace(/^[> |]+/gm, '') };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.replace(/\s+/g, ' ').trim() || []);
}

test.skipIf(!present)(
  `of the replies in the corpus none is cut, and three come back${present ? '' : ' (skipped: ../shared/corpus/reply-trimming is missing)'}`,
  async () => {
    const more =
      'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n';
    const cameBack: string[] = [];
    for (const name of readdirSync(new URL('emails/', CORPUS))) {
      const { reply, kept, asked } = replyOf(name);
      const desk = new Desk();
      await desk.deliver({ text: asked || 'Hello', more });
      const { replyTo, id } = desk.lastTo(BOB);
      const { end } = await desk.deliver({
        from: BOB,
        to: replyTo,
        answers: id,
        text: reply,
        more,
      });
      if (end === 'returned') cameBack.push(name);
      else {
        const sent = linesOf(desk.lastTo(NIC).text);
        expect(
          linesOf(kept).filter((line) => !sent.includes(line)),
          name,
        ).toEqual([]);
      }
    }
    // Passed on with "And just that."; a quote alone; nothing at all.
    expect(cameBack).toEqual(['forwarded_message.txt', 'quote_only.txt', 'spam_1.txt']);
  },
  60_000,
);

describe('a signature without two dashes', () => {
  const SIGNATURE = 'Bob Builder\nFerrier Support\n+49 30 1234567';
  const both = (text: string, html: string) =>
    desk.deliver({
      ...{ from: BOB, to: given },
      more: 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n',
      text: parts([PLAIN, text], ['Content-Type: text/html; charset=utf-8', html]),
    });
  const gotNic = () => desk.lastTo(NIC).text;

  test.each([
    [
      'Outlook',
      '<div id="Signature"><p>Bob Builder<br>Ferrier Support</p><p>+49 30 1234567</p></div>',
    ],
    [
      'Thunderbird',
      '<pre class="moz-signature">Bob Builder\nFerrier Support\n+49 30 1234567</pre>',
    ],
    [
      'Gmail',
      '<div class="gmail_signature"><div>Bob Builder</div><b>Ferrier Support</b><br>+49 30 1234567</div>',
    ],
  ])('is left out if the HTML of %s marks it', async (_, html) => {
    await both(
      `On the box.\n\nKind regards\n\n${SIGNATURE}\n`,
      `<p>On the box.</p><p>Kind regards</p>${html}`,
    );
    expect(gotNic()).toBe('On the box.\n\nKind regards\n');
  });

  test('also above the copy of our mail', async () => {
    const told = desk.to(BOB)[0]?.text ?? '';
    const attribution = `On Fri, Nov 20, 2026 at 10:00 AM Nic <SUPPORT-7102@${DOMAIN}> wrote:`;
    await both(
      `On the box.\n\n${SIGNATURE}\n\n${attribution}\n${told.replace(/^/gm, '> ')}`,
      `<p>On the box.</p><div id="Signature">${SIGNATURE.replaceAll('\n', '<br>')}</div><p>${attribution.replace('<', '&lt;')}</p><blockquote>${told.replaceAll('<', '&lt;').replaceAll('\n', '<br>')}</blockquote>`,
    );
    expect(gotNic()).toBe('On the box.\n');
  });

  test.each([
    [
      'something is written below it',
      `On the box.\n\n${SIGNATURE}\n\nAnd under it.`,
      `<p>On the box.</p><div id="Signature">${SIGNATURE.replaceAll('\n', '<br>')}</div><p>And under it.</p>`,
    ],
    [
      'somebody has written into it',
      `On the box.\n\nBob Builder\nPlease tell us if you find it there.`,
      '<p>On the box.</p><div id="Signature">Bob Builder<br>Please tell us if you find it there.</div>',
    ],
    [
      'it is all that there is',
      SIGNATURE,
      `<div id="Signature">${SIGNATURE.replaceAll('\n', '<br>')}</div>`,
    ],
  ])('goes out if %s', async (_, text, html) => {
    await both(text, html);
    expect(gotNic()).toBe(`${text}\n`);
  });

  test('also in HTML alone; what is written below it is none of it', async () => {
    const html = (below: string) =>
      desk.deliver({
        ...{ from: BOB, to: given, more: HTML },
        text: `<p>On the box.</p><div id="Signature">${SIGNATURE.replaceAll('\n', '<br>')}</div>${below}`,
      });
    await html('');
    expect(gotNic()).toBe('On the box.\n');
    await html('<p>And under it.</p>');
    expect(gotNic()).toContain('+49 30 1234567\n\nAnd under it.\n');
  });

  test('is left out if it stood below the greeting of two earlier answers; greeting and name stay', async () => {
    const mail = (text: string) => answer(`${text}\n\nKind regards\n${SIGNATURE}`);
    for (const text of ['On the box.', 'On its lid.']) {
      await mail(text);
      expect(gotNic()).toContain('+49 30 1234567');
    }
    await mail('It ends in May.');
    expect(gotNic()).toBe('It ends in May.\n\nKind regards\nBob Builder\n');
  });

  test('is left out without a greeting as well, if it says how to reach them, however often', async () => {
    const end =
      'Bob Builder | Support\nBuilder Ltd, 4 Mill Lane\n+49 30 1234567 | www.builder.example';
    for (const text of ['On the box.', 'On its lid.']) {
      await answer(`${text}\n\nBob\n\n${end}`);
      expect(gotNic()).toBe(`${text}\n\nBob\n\n${end}\n`);
    }
    for (const text of ['In May.', 'In June.', 'In July.', 'In August.', 'In September.', 'Yes.']) {
      await answer(`${text}\n\nBob\n\n${end}`);
      expect(gotNic()).toBe(`${text}\n\nBob\n`);
    }
  });

  test('goes out once more if the earlier answer went to two people', async () => {
    await desk.order(7102, 'cc +kay@ferrier.example');
    for (const text of ['On the box.', 'On its lid.']) {
      await answer(`${text}\n\nKind regards\n${SIGNATURE}`);
      expect(gotNic()).toContain('+49 30 1234567');
    }
  });

  test.each([
    'Call us:\nthe number is on the box',
    'https://example.example/reset',
    'User: nic@ferrier.example\nPassword: 1234567',
    'Ask Bob:\nthen restart it',
  ])('an end that is no signature goes out again: %j', async (end) => {
    for (const text of ['On the box.', 'It ends in May.', 'Or in June.']) {
      await answer(`${text}\n\n${end}`);
      expect(gotNic()).toBe(`${text}\n\n${end}\n`);
    }
  });

  test.each([
    'Please restart it, and tell us what you see.',
    '1. Restart it',
    'Our office is closed on Monday, so write to us before.',
  ])('a sentence that ended an earlier answer goes out again: %s', async (line) => {
    for (const text of ['On the box.', 'It ends in May.', 'Or in June.']) {
      await answer(`${text}\n\nKind regards\nBob\n${line}`);
      expect(gotNic()).toBe(`${text}\n\nKind regards\nBob\n${line}\n`);
    }
  });
});
