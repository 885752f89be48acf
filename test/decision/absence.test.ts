/**
 * Automatic replies that no field marks, and mails of people with such subjects: the tables
 * (absence.ts) and the look that loads them (automatic-reply.ts).
 */
import { describe, expect, test } from 'vitest';
import { replyIn } from '../../src/decision/absence.ts';
import {
  AWAY,
  IS_AWAY,
  RECALLS,
  RECEIPTS,
  RECEIVED,
  REPLIES,
} from '../../src/decision/absence-words.ts';
import { mayBeReply, replyOf } from '../../src/decision/automatic-reply.ts';
import { plain } from '../../src/decision/subject-words.ts';
import { answeredDesk, confirmingAt } from '../kit/answered-desk.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const OURS = ["I can't login!", 'Bestellung 4711'];
const typeOf = (subject: string, answered: readonly string[] | null = OURS) =>
  replyOf({ subject, fields: [], isFromNull: false, answered })?.type ?? 'a person';

const ALL = [REPLIES, AWAY, RECEIVED].flatMap((table) => Object.values(table).flat());

describe('the tables', () => {
  test('are in the form that a subject is read in, in more than 15 languages', () => {
    for (const words of [...ALL, ...IS_AWAY, ...RECEIPTS, ...RECALLS]) {
      expect(plain(words)).toBe(words);
    }
    for (const table of [REPLIES, AWAY, RECEIVED])
      expect(Object.keys(table).length).toBeGreaterThan(15);
  });

  test('are loaded for each of their words', () => {
    for (const words of ALL) expect(mayBeReply(words), words).toBe(true);
    for (const words of IS_AWAY) expect(mayBeReply(`Nic Ferrier ${words}`), words).toBe(true);
    for (const words of RECEIPTS) expect(mayBeReply(`${words}: x`), words).toBe(true);
    for (const words of RECALLS) expect(mayBeReply(`Nic ${words} "x"`), words).toBe(true);
  });

  test('know each of their words alone, and before our subject', () => {
    for (const words of ALL) {
      expect(typeOf(words), words).toBe('reply');
      expect(typeOf(`${words}: RE: I can't login!`), words).toBe('reply');
    }
    for (const words of RECEIPTS)
      expect(typeOf(`${words}: Bestellung 4711`), words).toBe('receipt');
  });
});

test.each([
  '[Request received] Re: Bestellung 4711',
  '[Vento Norte] Recebemos seu pedido: Re: Bestellung 4711',
  '[vs-technika.example #48812] AutoReply: Bestellung 4711',
  '[Sak#10294471] Vi har mottatt henvendelsen din',
  'BTD-20415 Talebiniz alındı',
  'Abbiamo preso in carico la tua richiesta #88213',
  'Ärende mottaget - #51008',
  'Ticket recibido [#602114]',
  'Eingangsbestätigung',
  '[リクエスト受付] Re: Bestellung 4711',
  '문의가 정상적으로 접수되었습니다',
  'Je ne fais plus partie de la société',
  'Lars-Erik Bohlin är inte på kontoret',
  "Automatic reply: RE: I can't login!",
  'Automatische Antwort: Bestellung 4711',
  'Réponse automatique : [SUPPORT-7102] Bestellung 4711',
  'Respuesta automática: Re: Bestellung 4711',
  'Risposta automatica: Bestellung 4711',
  'Automatisch antwoord: Bestellung 4711',
  'Autosvar: Bestellung 4711',
  'AUTOMAATTINEN VASTAUS: Bestellung 4711',
  'Automatická odpověď: Bestellung 4711',
  'Automatyczna odpowiedź: Bestellung 4711',
  'Otomatik Yanıt: Bestellung 4711',
  'Автоматический ответ: Bestellung 4711',
  'Αυτόματη απάντηση: Bestellung 4711',
  '自動応答: Bestellung 4711',
  '自动答复: Bestellung 4711',
  "Out of Office AutoReply: I can't login!",
  'Out of office: RE: Bestellung 4711',
  'Abwesenheitsnotiz: AW: Bestellung 4711',
  '[Auto-Reply] Re: Bestellung 4711',
  'Auto: Re: Bestellung 4711',
  'Auto: Out of office',
  'AUTO: Nic Ferrier is out of the office (returning 12/01/2026)',
  'Nic Ferrier is out of the office.',
  'Nic Ferrier ist außer Haus (Rückkehr am 01.12.2026)',
  'Nic Ferrier est absent du bureau du 12/12 au 24/12',
  'I am out of the office until Monday',
  'Ich bin nicht im Büro',
  'Abwesend bis 24.12.2026',
  'Im Urlaub bis 24.12.',
  'Absence du bureau jusqu’au 24/12',
  'Fuera de la oficina hasta el 24/12',
  'Urlop do 24.12',
  'Out of Office',
  '不在通知',
])('%s, on a ticket: maybe a machine', (subject) => {
  expect(typeOf(subject)).toBe('reply');
  // Without a ticket it may be a person: a ticket, and no acknowledgement.
  expect(typeOf(subject, null)).toBe('alone');
});

test('one word before a subject is a machine’s on a ticket alone', () => {
  expect(typeOf('Absent(e) : Bestellung 4711')).toBe('reply');
  expect(typeOf('Absent(e) : Bestellung 4711', null)).toBe('a person');
});

test.each([
  'Accepted: Bestellung 4711',
  "Read: RE: I can't login!",
  'Gelesen: Bestellung 4711',
  'Zugesagt: Bestellung 4711',
  'Recall: Bestellung 4711',
  'Rückruf: Bestellung 4711',
  'Nic Ferrier would like to recall the message, "Bestellung 4711"',
])('%s, on a ticket: maybe a receipt', (subject) => {
  expect(typeOf(subject)).toBe('receipt');
});

test.each([
  'Out of office next week - please ship earlier',
  'Abwesenheit von Herrn Meier: wer vertritt?',
  'Automatic reply not working',
  'Automatische Antwort abschalten',
  'How do I set up an automatic reply?',
  'Out of office: who covers for Nic?',
  'Vacation request 2026',
  'Urlaub beantragen',
  'Urlaubsantrag Meier',
  'Abwesenheitsnotiz einrichten',
  'Auto kaputt',
  'Auto: Inspektion fällig?',
  'Autoreply loop in our account',
  'Absence de Monsieur Martin',
  'Réponse automatique : comment la désactiver ?',
  'Fuera de la oficina no funciona',
  'Read: chapter 3',
  'Read: chapter 3, please',
  'Accepted: your offer 1234',
  'Recall: product 1234 is dangerous',
  'Declined payment',
  'Delivered: wrong parcel',
  'Re: Automatic reply: Bestellung 4711',
  'AW: Abwesenheitsnotiz: Bestellung 4711',
  'On leave balance',
  'Away team jersey',
  'Ausser Haus Verkauf',
  'Ferie 2027 - booking',
  'Semester fees',
  'Poza biurem: jak dojechać?',
  'Undeliverable parcel',
  'Delivery problem with order 12',
  'Returned item 12',
  'Message from your customer',
  "RE: I can't login!",
  'Bestellung 4711',
  '',
])('%s: a person', (subject) => {
  expect(typeOf(subject)).toBe('a person');
  expect(typeOf(subject, null)).toBe('a person');
});

test('a conversation that is about an absence, and a request of one word, are of people', () => {
  for (const subject of ['Urlaub', 'Re: Urlaub', 'Out of office']) {
    expect(typeOf(subject, ['Urlaub', 'Out of office'])).toBe('a person');
  }
  for (const subject of ['Urlaub', 'Vacation', 'Semester']) {
    expect(typeOf(subject, null)).toBe('a person');
    expect(typeOf(subject)).toBe('reply');
  }
});

test.each([
  ['X-Autoreply', 'yes'],
  ['X-Acme-Autoresponder', '1'],
  ['X-FC-MachineGenerated', 'true'],
  ['X-POST-MessageClass', '9; Autoresponder'],
  ['Delivered-To', 'Autoresponder'],
  ['X-Mailer', 'Vacation 1.2'],
  ['X-Mailer', 'vacation/1.2.6'],
  ['X-Out-Of-Office', 'yes'],
])('%s: %s is a mark of its own', (name, value) => {
  const fields = [{ name: name.toLowerCase(), value }];
  const mail = { subject: 'x', fields, isFromNull: false, answered: null };
  expect(replyOf(mail)?.type).toBe('field');
});

test.each([
  ['x-autoreply', 'no'],
  ['x-auto-response-suppress', 'All'],
  ['x-mailer', 'Apple Mail'],
  ['x-mailer', 'Vacation Rentals Web 2.0'],
])('%s: %s is none', (name, value) => {
  const fields = [{ name, value }];
  expect(replyIn({ subject: 'x', fields, isFromNull: false, answered: null })).toBeNull();
});

const AWAY_MAIL = { subject: "Automatic reply: RE: I can't login!", text: 'I am back on Monday.' };

test('of a customer, by its subject alone: shown and told, reopens nothing, and counts as no answer', async () => {
  const { desk, toNic } = await answeredDesk();
  const { status, waiting } = desk.ticket(7102);
  const before = [desk.to(BOB).length, desk.to(NIC).length];
  await desk.deliver({ to: 'support-7102', answers: toNic, ...AWAY_MAIL });
  expect([desk.to(BOB).length - 1, desk.to(NIC).length]).toEqual(before);
  expect(desk.ticket(7102)).toMatchObject({ status, waiting });
  await desk.order(7102, 'close');
  await desk.deliver({ to: 'support-7102', answers: toNic, id: '<again@x.example>', ...AWAY_MAIL });
  expect(desk.ticket(7102).status).toBe('resolved');
});

const CALENDAR = 'Content-Type: text/calendar; method=REPLY; charset=utf-8\n';
const INVITED = `Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nYes\n--b\n${CALENDAR}\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--b--`;
test.each([
  ['the null sender', { ...AWAY_MAIL, sender: '' }],
  ['an answer as Exchange writes it', { subject: "Accepted: I can't login!", more: INVITED }],
  ['a field', { ...AWAY_MAIL, more: 'Auto-Submitted: auto-generated\n' }],
  ['a part of a calendar', { subject: "Accepted: I can't login!", more: CALENDAR }],
])('and %s: a machine, and nobody is told', async (_, how) => {
  const { desk, toNic } = await answeredDesk();
  const before = desk.letters.length;
  await desk.deliver({ to: 'support-7102', answers: toNic, ...how });
  expect(desk.letters).toHaveLength(before);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'automatic' });
});

test.each([
  ['Offer 4711', 'Accepted: Offer 4711'],
  ['Angebot 4711', 'Angenommen: Angebot 4711'],
  ['Order 4711', 'Canceled: Order 4711'],
  ['Parcel 12', 'Delivered: Parcel 12'],
  ['Login', 'Rückruf: Login'],
  ['Login', 'Recall: Re: Login'],
])(
  'in a ticket "%s", the subject "%s" is told at once: a person may accept an offer',
  async (ours, subject) => {
    const desk = new Desk();
    await desk.deliver({ subject: ours });
    await desk.answer(7102, 'Do you accept it?', 'bob');
    const told = desk.to(BOB).length;
    const text = 'We accept. Please ship by Monday.';
    const answers = desk.lastTo(NIC).id;
    await desk.deliver({ to: 'support-7102', answers, subject, text, results: provenFrom(NIC) });
    expect(desk.to(BOB)).toHaveLength(told + 1);
    expect(desk.lastTo(BOB).text).toContain(text);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ mark: { check: 'receipt' } });
  },
);

test.each([
  ['Auto: Schaden', 'Auto: Schaden'],
  ['Login', 'Auto: Motor springt nicht an'],
  ['Login', 'Auto'],
  ['Vacation', 'Vacation'],
  ['Absence', 'Absence'],
  ['Annual leave', 'Annual leave: 24.12. - 31.12.'],
  ['Urlaub Meier', 'Urlaub bis 24.12.'],
  ['Login', 'Ihr Kollege ist im Urlaub'],
  ['Login', 'Your technician is away'],
  ['Login', 'Votre collègue est absent'],
])('in a ticket "%s", the subject "%s" is of a person', (ours, subject) => {
  expect(typeOf(subject, [ours])).toBe('a person');
});

test('of the staff, by its subject alone: a person decides, and it reaches no customer', async () => {
  const { desk, bobs } = await answeredDesk();
  const sent = desk.to(NIC).length;
  const { id: answers } = desk.lastTo(BOB);
  await desk.deliver({ from: BOB, to: bobs, answers, ...AWAY_MAIL });
  expect(desk.to(NIC)).toHaveLength(sent);
  expect(desk.held()).toMatchObject([{ reason: { check: 'marked' }, ticket: 'SUPPORT-7102' }]);
});

test('of the staff, to a notice: it is recorded, so that no notice is answered with another', async () => {
  const { desk } = await answeredDesk();
  const to = confirmingAt(desk, 9);
  for (const subject of ['Automatic reply: 1 mail is held', 'Out of office']) {
    expect((await desk.deliver({ from: BOB, to, subject, text: 'Away.' })).end).toBe('recorded');
  }
  expect(desk.held()).toEqual([]);
});

test('words of the staff that begin so are their answer', async () => {
  const { desk, bobs } = await answeredDesk();
  const subject = 'Out of office next week - please ship earlier';
  await desk.deliver({ from: BOB, to: bobs, subject, text: 'We ship on Friday.' });
  expect(desk.lastTo(NIC).text).toContain('We ship on Friday.');
});

test('an automatic reply to nothing of ours opens a ticket, and gets no acknowledgement', async () => {
  const desk = new Desk();
  await desk.deliver({ subject: 'Out of office until Monday', text: 'I am away.' });
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.to(NIC)).toEqual([]);
  expect(desk.to(BOB)).toHaveLength(1);
});
