/** What of an answer goes on to the customer: all that its author wrote, and nothing else. */
import { describe, expect, test } from 'vitest';
import { authorsLines } from '../../../src/reading/quotes/authors-lines.ts';
import type { SentText } from '../../../src/reading/quotes/sent-words.ts';

const DESK = 'SUPPORT-7102@support-ticket.example';
const ASKED = `Hello,

where do I find the licence key? I have looked into the box and on the bill.

And when does it end?

Anna`;
const NOTE = 'She has not paid her last three bills, so be careful what you promise her today.';
const TEXTS: readonly SentText[] = [
  { whose: 'shared', text: ASKED },
  { whose: 'inner', text: NOTE },
];
const FRAME = 'Answer this mail, and it goes to the customer.';
const SENT = {
  texts: TEXTS,
  isLast: () => false,
  cameBack: () => [],
  namesDesk: (words: string) => words.includes(DESK),
  isFrame: (line: string) => line.includes(FRAME) || line.endsWith('(note):'),
};
const goesOut = (text: string) =>
  authorsLines(text, SENT)
    .map((line) => line.text)
    .join('\n');

const quoted = (text: string) => text.replace(/^/gm, '> ').replace(/ $/gm, '');
const ON = `On Mon, Nov 16, 2026 at 9:26 AM Anna Moser <${DESK}> wrote:`;
const HEADER = `From: Anna Moser <${DESK}>\nSent: Monday, November 16, 2026 9:26 AM\nTo: Bob\nSubject: [SUPPORT-7102] Two questions`;
const ANSWER = 'Hello Anna,\n\nit is on the back.\n\nBob';

describe('the copy of what the desk has sent goes', () => {
  test.each([
    ['marked, below an attribution', `${ANSWER}\n\n${ON}\n${quoted(ASKED)}`],
    ['marked, above the answer', `${ON}\n${quoted(ASKED)}\n\n${ANSWER}`],
    [
      'marked, without an address',
      `${ANSWER}\n\nAm 16.11.26 um 09:26 schrieb Anna Moser:\n${quoted(ASKED)}`,
    ],
    ['wrapped anew', `${ANSWER}\n\n${ON}\n${quoted(ASKED.replace('I have', 'I\nhave'))}`],
    ['of Outlook, without marks', `${ANSWER}\n\n${HEADER}\n\n${ASKED}`],
    [
      'below a line of Outlook',
      `${ANSWER}\n\n________________________________\n${HEADER}\n\n${ASKED}`,
    ],
    ['of Apple Mail, which marks the attribution', `${ANSWER}\n\n> ${ON}\n>\n${quoted(ASKED)}`],
    [
      'of it, with text that the desk does not know',
      `${ANSWER}\n\n> ${ON}\n>\n> Your mail was not carried out.`,
    ],
    [
      'below a signature, above the answer',
      `-- \nBob Builder\nExample Ltd\n\n${ON}\n${quoted(ASKED)}\n\n${ANSWER}`,
    ],
    [
      'below a slogan, above the answer',
      `Sent from my iPhone\n\n${ON}\n${quoted(ASKED)}\n\n${ANSWER}`,
    ],
    ['with a note in it', `${ANSWER}\n\n${HEADER}\n\nbob (note):\n${NOTE}\n\n${ASKED}`],
    ['without marks, known by a line of the desk', `${ANSWER}\n\n${ASKED}\n-- \n${FRAME}`],
    [
      'with a banner of a gateway',
      `${ANSWER}\n\n${HEADER}\n\nCAUTION: This email originated from outside.\n\n${ASKED}`,
    ],
    [
      'in a language that nobody here knows',
      `${ANSWER}\n\nNongthi: Anna <${DESK}>\nIdinku: 16/11\n\n${ASKED}\n${FRAME}`,
    ],
    [
      'with text that the desk does not know, marked and attributed to it',
      `${ANSWER}\n\n${ON}\n> Your mail was not carried out.\n> Why?`,
    ],
  ])('%s', (_, text) => {
    expect(goesOut(text)).toBe(ANSWER);
  });
});

describe('an answer within it stays', () => {
  test('with the lines above it, if they are the addressee’s', () => {
    const text = `${ON}\n> Hello,\n>\n> where do I find the licence key? I have looked into the box and on the bill.\n\nOn the back.\n\n> And when does it end?\n\nOn 31 December.\n\n> Anna\n\n-- \nBob`;
    expect(goesOut(text)).toBe(
      '> Hello,\n>\n> where do I find the licence key? I have looked into the box and on the bill.\n\nOn the back.\n\n> And when does it end?\n\nOn 31 December.',
    );
  });

  test('also in a copy without marks', () => {
    const inline = ASKED.replace('bill.', 'bill.\n\nBOB: On the back of the box.').replace(
      'end?',
      'end?\n\nBOB: On 31 December.',
    );
    expect(goesOut(`See below.\n\n${HEADER}\n\n${inline}`)).toBe(
      'See below.\n\n> where do I find the licence key? I have looked into the box and on the bill.\n\nBOB: On the back of the box.\n\n> And when does it end?\n\nBOB: On 31 December.',
    );
  });

  test('if it stands in the very line', () => {
    const text = `See below.\n\n${HEADER}\n\n${ASKED.replace('end?', 'end? ON FRIDAY, AS I SAID')}`;
    expect(goesOut(text)).toContain('And when does it end? ON FRIDAY, AS I SAID');
    const marked = `${ON}\n${quoted(ASKED.replace('end?', 'end? ON FRIDAY, AS I SAID'))}`;
    expect(goesOut(marked)).toContain('ON FRIDAY, AS I SAID');
  });

  test('without the words of a note above it', () => {
    const text = `${ON}\n> bob (note):\n> ${NOTE}\n\nYes.\n\n> And when does it end?\n\nOn Friday.`;
    expect(goesOut(text)).toBe('Yes.\n\n> And when does it end?\n\nOn Friday.');
  });

  test('if it is one short word', () => {
    const text = `See below.\n\n${HEADER}\n\n${ASKED.replace('end?', 'end?\n\nNever')}`;
    expect(goesOut(text)).toContain('> And when does it end?\n\nNever');
  });
});

describe('what is not certain goes out whole', () => {
  test.each([
    [
      'two dashes and a blank within',
      'Hello Anna,\n\n1. Stop it.\n\n-- \n2. Delete the file licence.dat.\n3. Start it.\n\nKind regards\nBob',
    ],
    ['two dashes above a sentence', 'The log says:\n\n-- \nThe licence of this machine has ended.'],
    ['two dashes alone', 'Total\n--\n42 EUR'],
    [
      'lines of underscores',
      '____________________\nSTEP 1\n____________________\nStop the service.\n____________________\nSTEP 2\n____________________\nStart it.',
    ],
    [
      'a pasted header',
      'Your mail had this header:\n\nFrom: Anna Moser <anna.moser@kunde.example>\nDate: Mon, 16 Nov 2026 09:25:40 +0100\nSubject: Two questions\nTo: new@support-ticket.example\n\nThe Reply-To is missing.\n\nBob',
    ],
    [
      'a header of our own mail, with other words below',
      `It came so:\n\n${HEADER}\n\nPlease look for this header in your mail.`,
    ],
    [
      'a line like an attribution',
      'On 16.11.2026 at 09:25 our server wrote:\n\nERROR 17: licence not found\n\nSo copy the file.',
    ],
    [
      'a quote of somebody else',
      'The vendor says:\n\n> It will be repaired\n> on Friday.\n\nSo we wait.',
    ],
    [
      'an original message that is none of ours',
      'See here.\n\n-----Original Message-----\nFrom: Vendor <v@vendor.example>\nSent: Friday\nTo: Bob\nSubject: Repair\n\nWe repair it on Friday.',
    ],
    ['a sentence like a slogan', 'Von meinem Kollegen wird Ihnen das Gerät geschickt.'],
    ['a longer sentence like a slogan', 'Sent by post with your tablet.'],
    ['another one', 'Enviado por correo y por email el 5 de mayo.'],
    ['a sentence like a footer', 'To unsubscribe, open your profile and press Delete.'],
    ['a shell prompt', 'Type this:\n\n> npm install\n> npm start\n\nThat is all.'],
    ['the customer’s words in an own sentence', 'You wrote: And when does it end?\n\nOn Friday.'],
    [
      'the customer’s words as an own paragraph',
      'You asked:\n\nAnd when does it end?\n\nOn Friday.',
    ],
    ['code', 'So:\n\n```\n> a\n-- \nb\n```\n\nDone.'],
    ['two empty lines', 'One.\n\n\nTwo.'],
    ['a divider of one’s own', 'One.\n\n-----\n\nTwo.\n\n=====\nThree.'],
  ])('%s', (_, text) => {
    expect(goesOut(text)).toBe(text);
  });
});

describe('what clients add goes', () => {
  test.each([
    'Sent from my iPhone',
    'Sent from my Samsung Galaxy smartphone.',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
    'Sent from Outlook for Android',
    'Outlook für iOS beziehen',
    'Télécharger Outlook pour iOS',
    'Von meinem iPhone gesendet',
    'Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.',
    'Gesendet von Mail für Windows',
    'Envoyé de mon iPhone',
    'Envoyé à partir de Outlook pour Android',
    'Enviado desde mi iPhone',
    'Enviado do meu iPhone',
    'Inviato da iPhone',
    'Verzonden vanaf mijn iPhone',
    'Skickat från min iPhone',
    'Sendt fra min iPhone',
    'Lähetetty iPhonesta',
    'Wysłane z iPhone’a',
    'Odesláno z iPhonu',
    'Отправлено с iPhone',
    'Надіслано з iPhone',
    'iPhone’umdan gönderildi',
    'Az iPhone-omról küldve',
    'Trimis de pe iPhone-ul meu',
    'Στάλθηκε από το iPhone μου',
    '发自我的 iPhone',
    'iPhoneから送信',
    '나의 iPhone에서 보냄',
    'Virus-free. www.avast.com',
    'Sent from Proton Mail mobile',
  ])('%s', (slogan) => {
    expect(goesOut(`${ANSWER}\n\n${slogan}`)).toBe(ANSWER);
    expect(goesOut(`${ANSWER}\n\n${slogan}\n\n${ON}\n${quoted(ASKED)}`)).toBe(ANSWER);
    expect(goesOut(`${ANSWER}\n\n${ON}\n${quoted(ASKED)}\n\n${slogan}`)).toBe(ANSWER);
    expect(goesOut(`${slogan}\n\nis what my telephone writes.`)).toContain(slogan);
  });

  test('a signature at the very end', () => {
    const signature =
      '-- \nBob Builder\nExample Ltd, Main Street 1\n+49 30 1234\nbob@staff.example';
    expect(goesOut(`${ANSWER}\n\n${signature}`)).toBe(ANSWER);
    expect(goesOut(`${ANSWER}\n\n${signature}\n\n${ON}\n${quoted(ASKED)}`)).toBe(ANSWER);
    expect(goesOut(`${ON}\n${quoted(ASKED)}\n\n${ANSWER}\n\n${signature}`)).toBe(ANSWER);
  });

  test('a notice of the company below the copy', () => {
    const notice =
      'This e-mail is intended solely for the addressee. If you are not the intended recipient, delete it and tell us.';
    expect(goesOut(`${ANSWER}\n\n${ON}\n${quoted(ASKED)}\n\n${notice}`)).toBe(ANSWER);
    expect(goesOut(`${ANSWER}\n\n${notice}`)).toBe(`${ANSWER}\n\n${notice}`);
  });
});
