import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inBlocks } from '../../../src/reading/blocks/in-blocks.ts';
import { newLines as newLinesIn } from '../../../src/reading/quotes/new-lines.ts';

const newLines = (text: string) => newLinesIn(inBlocks(text));

/** The new text, range by range. */
function kept(text: string): string[] {
  const lines = text.split('\n');
  return newLines(text).map(({ from, to }) => lines.slice(from - 1, to).join('\n'));
}

const OLD = '> The printer is on fire.\n>\n> What now?';
const ANSWER = 'Please use the extinguisher.';
const ON = 'On Mon, Nov 16, 2026 at 9:00 AM, Nic Ferrier <nic@ferrier.example> wrote:';

test.each([
  ['English', ON],
  ['English, without an address', 'On 16 Nov 2026, at 09:00, Nic Ferrier wrote:'],
  ['English, without a year', 'On 16 November, Nic Ferrier wrote:'],
  ['English, a name alone', 'Nic Ferrier wrote:'],
  ['English, date at the end', 'Nic Ferrier wrote on 16.11.2026 09:00:'],
  ['English, in a newsgroup', 'Nic Ferrier <nic@ferrier.example> writes:'],
  ['English, web mail', 'Quoting Nic Ferrier <nic@ferrier.example>:'],
  ['English, between dashes', '---- On Mon, 16 Nov 2026 09:00:00 +0100 Nic Ferrier wrote ----'],
  ['German, verb in the middle', 'Am 16.11.2026 um 09:00 schrieb Nic Ferrier:'],
  ['German, date at the end', 'Nic <nic@ferrier.example> schrieb am Mo., 16. Nov. 2026, 09:00:'],
  ['French', 'Le lun. 16 nov. 2026 à 09:00, Nic Ferrier <nic@ferrier.example> a écrit :'],
  ['Spanish', 'El lun, 16 nov 2026 a las 9:00, Nic (<nic@ferrier.example>) escribió:'],
  ['Italian', 'Il giorno lun 16 nov 2026 alle ore 09:00 Nic <nic@ferrier.example> ha scritto:'],
  ['Portuguese', 'Em seg., 16 de nov. de 2026 às 09:00, Nic <nic@ferrier.example> escreveu:'],
  ['Dutch', 'Op ma 16 nov 2026 om 09:00 schreef Nic Ferrier <nic@ferrier.example>:'],
  ['Dutch, mobile', 'Op 16 nov. 2026 om 09:00 heeft Nic Ferrier het volgende geschreven:'],
  ['Swedish', 'Den mån 16 nov. 2026 kl 09:00 skrev Nic Ferrier <nic@ferrier.example>:'],
  ['Polish', 'pon., 16 lis 2026 o 09:00 Nic Ferrier <nic@ferrier.example> napisał(a):'],
  ['Polish, desktop', 'W dniu 16.11.2026 o 09:00, Nic Ferrier pisze:'],
  ['Russian', '16 ноября 2026 г. в 09:00 Nic Ferrier <nic@ferrier.example> написал(а):'],
  ['Russian, without a verb', 'пн, 16 нояб. 2026 г. в 09:00, Nic <nic@ferrier.example>:'],
  ['Japanese', '2026年11月16日(月) 9:00 Nic Ferrier <nic@ferrier.example>:'],
  ['Japanese, mobile', '2026/11/16 9:00、Nic Ferrier <nic@ferrier.example>のメール:'],
  ['Chinese', '在 2026年11月16日，上午9:00，Nic Ferrier <nic@ferrier.example> 写道：'],
  ['Chinese, web mail', 'Nic Ferrier <nic@ferrier.example> 于2026年11月16日周一 09:00写道：'],
  ['Czech', 'po 16. 11. 2026 v 9:00 odesílatel Nic Ferrier <nic@ferrier.example> napsal:'],
  ['Turkish', 'Nic <nic@ferrier.example>, 16 Kas 2026 Pzt, 09:00 tarihinde şunu yazdı:'],
  ['Finnish', 'ma 16. marrask. 2026 klo 9.00 Nic Ferrier (nic@ferrier.example) kirjoitti:'],
  ['Hungarian', 'Nic <nic@ferrier.example> ezt írta (időpont: 2026. nov. 16., H, 9:00):'],
  ['wrapped before the address', ON.replace(' <', '\n<')],
  ['wrapped in the address', ON.replace('<', '<\n')],
  ['wrapped before the verb', ON.replace(' wrote', '\nwrote')],
  [
    'wrapped to four lines',
    'On Monday, November 16, 2026\nat 9:00 AM, Nic\n<nic@ferrier.example>\nwrote:',
  ],
  ['wrapped in a quoted address', 'Am 16.11.2026 09:00 schrieb "Nic" <nic@ferrier.example\n>:'],
  ['bold', `*${ON}*`],
])('attribution: %s', (_, attribution) => {
  expect(kept(`${ANSWER}\n\n${attribution}\n\n${OLD}\n`)).toEqual([ANSWER]);
  expect(kept(`${attribution}\n${OLD}\n\n${ANSWER}\n`)).toEqual([ANSWER]);
});

test.each([
  ['English', 'From: Nic\nSent: Monday, 16 November 2026 09:00\nTo: Help\nSubject: Fire'],
  ['English, bold', '*From:* Nic\n*Sent:* Monday\n*To:* Help\n*Subject:* Fire'],
  ['English, double spaced', 'From: Nic\n\nSent: Monday\n\nTo: Help\n\nSubject: Fire'],
  ['German', 'Von: Nic\nGesendet: Montag, 16. November 2026 09:00\nAn: Hilfe\nBetreff: Feuer'],
  ['French', 'De : Nic\nEnvoyé : lundi 16 novembre 2026 09:00\nÀ : Aide\nObjet : Feu'],
  ['Spanish', 'De: Nic\nEnviado el: lunes\nPara: Ayuda\nAsunto: Fuego'],
  ['Italian', 'Da: Nic\nInviato: lunedì\nA: Aiuto\nOggetto: Fuoco'],
  ['Portuguese', 'De: Nic\nEnviada em: segunda-feira\nPara: Ajuda\nAssunto: Fogo'],
  ['Dutch', 'Van: Nic\nVerzonden: maandag\nAan: Hulp\nOnderwerp: Brand'],
  ['Swedish', 'Från: Nic\nSkickat: den 16 november\nTill: Hjälp\nÄmne: Eld'],
  ['Polish', 'Od: Nic\nWysłano: poniedziałek\nDo: Pomoc\nTemat: Ogień'],
  ['Russian', 'От: Nic\nОтправлено: понедельник\nКому: Help\nТема: Пожар'],
  ['Japanese', '差出人: Nic\n送信日時: 2026年11月16日\n宛先: Help\n件名: 火事'],
  ['Chinese', '发件人: Nic\n发送时间: 2026年11月16日\n收件人: Help\n主题: 火'],
  [
    'with wrapped recipients',
    'From: Nic\nDate: Monday\nTo: a@ferrier.example,\nb@x.example\nSubject: F',
  ],
])('copied header: %s', (_, header) => {
  expect(kept(`${ANSWER}\n\n${header}\n\nWhat now?\nNic\n`)).toEqual([ANSWER]);
  expect(kept(`${ANSWER}\n________________________________\n${header}\n\nWhat now?`)).toEqual([
    ANSWER,
  ]);
  expect(kept(`${header}\n\nWhat now?\nNic\n`)).toEqual(['What now?\nNic']);
});

test.each([
  ['-----Original Message-----'],
  ['-------- Ursprüngliche Nachricht --------'],
  ["-----Message d'origine-----"],
  ['---------- Forwarded message ---------'],
  ['*-------- Weitergeleitete Nachricht --------*'],
  ['----- Forwarded message from Nic Ferrier <nic@ferrier.example> -----'],
  ['Begin forwarded message:'],
  ['Anfang der weitergeleiteten Nachricht:'],
  ['##- Please type your reply above this line -##'],
])('divider: %s', (divider) => {
  expect(kept(`${ANSWER}\n\n${divider}\n\nWhat now?\nNic\n`)).toEqual([ANSWER]);
});

test.each([
  ['the mark of RFC 3676', '-- \nNic Ferrier\n\nFerrier & Sons\nnic@ferrier.example'],
  ['the mark of RFC 3676, with much below it', `-- \n${'Ferrier & Sons\n'.repeat(30)}`],
  ['the mark without its blank', '--\nNic Ferrier'],
  ['a line of underscores', '____________________\nNic Ferrier'],
  ['a mailing list', '_______________________________________________\nhelp mailing list'],
  ['a group', 'You received this message because you are subscribed to the group "help".'],
  ['a virus scanner', 'Virus-free. www.scanner.example'],
  [
    'a legal notice',
    'This message and what is attached to it are secret.\n' +
      'If you are not the intended recipient, eat it and tell nobody that you did.',
  ],
  ['English', 'Sent from my iPhone'],
  ['English, a program', 'Sent with Proton Mail secure email.'],
  ['English, a store', 'Get Outlook for Android'],
  ['German', 'Von meinem iPhone gesendet'],
  ['German, another', 'Gesendet mit der Beispiel Mail App'],
  ['French', 'Envoyé depuis mon téléphone'],
  ['Spanish', 'Enviado desde mi iPad'],
  ['Italian', 'Inviato da iPhone'],
  ['Portuguese', 'Enviado do meu iPhone'],
  ['Dutch', 'Verstuurd vanaf mijn iPhone'],
  ['Swedish', 'Skickat från min iPhone'],
  ['Norwegian', 'Sendt fra min iPad'],
  ['Polish', 'Wysłane z iPhone’a'],
  ['Russian', 'Отправлено с iPhone'],
  ['Finnish', 'Lähetetty iPhonesta'],
  ['Japanese', 'iPhoneから送信'],
  ['Korean', '나의 iPhone에서 보냄'],
  ['Chinese', '发自我的 iPhone'],
])('signature or footer: %s', (_, signature) => {
  expect(kept(`${ANSWER}\n\n${signature}\n`)).toEqual([ANSWER]);
  expect(kept(`${ANSWER}\n\n${signature}\n\n${ON}\n${OLD}\n`)).toEqual([ANSWER]);
  expect(kept(`${signature}\n\n${ON}\n\nWhat now?\n`)).toEqual([]);
});

test.each([
  ['a mail', 'Dear all,\n\nthe printer is on fire.\n\nKind regards\nNic'],
  ['"wrote:" in a sentence', 'As Nic wrote: it burns.\nHe also wrote:\n"Help."'],
  ['"wrote:" at the end of a sentence with a number', 'In room 12 someone wrote:\nhelp me'],
  ['a date before a sentence', 'On 16 November 2026 at 9:00 it began.\nNic saw it.'],
  ['an address before a colon', 'Please ask nic@ferrier.example about this:\nwho lit it?'],
  [
    'an address and a time before a colon',
    'On 16.11.2026 9:00 Nic <nic@ferrier.example> asked:\nwhy?',
  ],
  ['a log', 'It says\n\n2026-11-16 09:00 mail to (nic@ferrier.example):\nrefused'],
  ['a sentence that a colleague wrote', 'Am 16.11.2026 um 9:00 schrieb mir jemand:\nEs brennt.'],
  ['dashes in a sentence', 'This is no ---------- line.\nNor is this -- at all.'],
  ['a heading and a rule', 'Fire\n====\nSmoke\n-----\nThat is all.'],
  ['"From:" in a sentence', 'From: is the field that I mean.\nSubject: is another.'],
  ['a journey', 'Please book:\nFrom: Berlin\nTo: Hamburg\nDate: 16 November 2026\nThanks'],
  ['a table', '| a | b |\n| - | - |\n| 1 | 2 |'],
  ['"sent from" in a sentence', 'Why is it that\nSent from my iPhone\nstands below my mails?'],
  ['"sent by" as the last line', 'Where is it?\n\nSent by the postman yesterday.'],
  ['"original message" in a sentence', 'The\noriginal message\nis lost.'],
  ['a dash before a name', 'All is well.\n\n—Nic'],
  ['a closed block of code', 'I ran\n\n```\n> burn()\n-- \nOn 1 wrote:\n```'],
  ['a prompt with text below', 'I typed\n\n> burn\n\nand it burned.'],
  ['an indented prompt', 'I typed\n\n    > burn'],
  ['a program run', 'a\n\nif (x > 3)\n  y >>= 1'],
  ['a signature alone', '-- \nNic Ferrier'],
  ['a mobile line alone', 'Sent from my iPhone'],
  ['a ruler alone', '----------'],
  ['an emoji alone', '👍'],
])('all new: %s', (_, text) => {
  expect(kept(text)).toEqual([text]);
});

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['blank lines', '\n \n\t\n', []],
  ['quotes alone', `${OLD}\n`, []],
  ['an attribution and its quote alone', `${ON}\n${OLD}`, []],
  ['a forwarded mail as a quote alone', `> ${ON}\n> > fire`, []],
  ['blank lines around', '\n\n a\n\nb\n\n', [' a\n\nb']],
  ['CRLF', `${ANSWER}\r\n\r\n${ON}\r\n> fire\r\n`, [`${ANSWER}\r`]],
  [
    'inline answers keep their quotes',
    `${ON}\n> Fire?\n\nYes.\n\n> Big?\n\nNo.\n\n> Bye\n`,
    ['> Fire?\n\nYes.\n\n> Big?\n\nNo.'],
  ],
  [
    'an attribution between',
    `Hello Nic,\n\n${ON}\n> Fire?\n\nYes.`,
    ['Hello Nic,', '> Fire?\n\nYes.'],
  ],
  ['a quote without attribution above an answer', '> Fire?\n\nYes.', ['> Fire?\n\nYes.']],
  ['a long quote between answers', `A\n\n${'> x\n'.repeat(30)}\nB`, ['A', 'B']],
  ['two attributed quotes above an answer', `${ON}\n> a\n\n${ON}\n> b\n\nYes.`, ['Yes.']],
  [
    'a signature above inline answers',
    `Hi\n\n-- \nNic\n\n${ON}\n> a\n\nYes.`,
    ['Hi', '> a\n\nYes.'],
  ],
  ['a ruler at the end', `${ANSWER}\n\n==========\n`, [ANSWER]],
  ['initials as quote marks', `${ANSWER}\n\nNF> What now?\nNF> Nic\n`, [ANSWER]],
  ['bars as quote marks', `${ON}\n\n| What now?\n| Nic\n\n${ANSWER}`, [ANSWER]],
  ['a prompt at the end, a known limit', 'I typed\n\n> burn', ['I typed']],
  ['an unmarked old mail', `${ANSWER}\n\n${ON}\n\nWhat now?\n\nNic`, [ANSWER]],
  ['an unmarked text below an attribution alone', `${ON}\n\nYes.`, ['Yes.']],
  ['text right above an attribution', `It began on 5 May\n${ON}\n${OLD}`, ['It began on 5 May']],
  [
    'text right above a wrapped attribution',
    `On 5 May it began\n${ON.replace(' <', '\n<')}\n${OLD}`,
    ['On 5 May it began'],
  ],
  [
    'a forwarded mail with a note',
    `FYI\n\n---- Forwarded message ----\nFrom: Nic\n\nFire`,
    ['FYI'],
  ],
  [
    'a forwarded mail without a note',
    '---------- Forwarded message ---------\nFrom: Nic\nDate: Monday\nSubject: F\nTo: Help\n\nFire',
    ['Fire'],
  ],
  [
    'a deep thread',
    `${ANSWER}\n\n${ON}\n\n> Yes?\n>\n> On 15 Nov 2026, Eve wrote:\n>\n>> No.\n`,
    [ANSWER],
  ],
  ['a line too long to be matched', `${'x'.repeat(2_000)}\n\n${ON}\n> a`, ['x'.repeat(2_000)]],
])('folds: %s', (_, text, expected) => {
  expect(kept(text)).toEqual(expected);
});

test('counts lines from 1', () => {
  expect(newLines(`\nHi\n${ON}\n> a\n\nYes.\n\n`)).toEqual([
    { from: 2, to: 2 },
    { from: 4, to: 6 },
  ]);
});

test('a hostile text is judged at once', () => {
  const attribution = ON.replace(' wrote:', '\n');
  for (const text of [attribution.repeat(4_000), '>\n'.repeat(100_000), ' '.repeat(262_144)])
    expect(newLines(text).length).toBeLessThan(2);
  for (const unit of ['_', '>', '\n', 'On ', '--\n', 'From:\n', '```\n', '<\n'])
    expect(newLines(unit.repeat(262_144 / unit.length)).length).toBeLessThan(2);
});

const CORPUS = new URL('../../../../shared/corpus/reply-trimming/', import.meta.url);
const present = existsSync(CORPUS);

test.skipIf(!present)(
  `the reply-trimming corpus${present ? '' : ' (skipped: ../shared/corpus/reply-trimming is missing)'}`,
  () => {
    const names = readdirSync(new URL('emails/', CORPUS));
    const read = (folder: string, name: string) =>
      readFileSync(new URL(`${folder}/${name}`, CORPUS), 'utf8').replaceAll('\r\n', '\n');
    const misses = names.filter(
      (name) => joined(read('emails', name)).trim() !== read('trimmed', name).trim(),
    );
    console.log(`${names.length - misses.length} of ${names.length}; missed: ${misses.join(', ')}`);
    expect(names.length - misses.length).toBeGreaterThanOrEqual(63);
  },
);

/** The new lines, and of the folded lines between them the blank ones, as the corpus has it. */
function joined(text: string): string {
  const ranges = newLines(text);
  const last = ranges.at(-1)?.to ?? 0;
  return text
    .split('\n')
    .slice(0, last)
    .filter(
      (line, at) =>
        line.trim() === '' || ranges.some(({ from, to }) => from <= at + 1 && at + 1 <= to),
    )
    .join('\n');
}
