/**
 * Mails of people with words of automatic replies in their subjects, and automatic replies as
 * programs write them: whom the guard takes for what, on the ticket "Bestellung 4711".
 */
import { describe, expect, test } from 'vitest';
import { replyOf } from '../../src/decision/automatic-reply.ts';
import { guard } from '../../src/decision/guard.ts';
import { headerFields } from '../../src/reading/header.ts';
import { answersNothing } from '../../src/ticket/decision.ts';

type Judged = 'a person' | 'no answer' | 'a machine';

function judged(subject: string, more = '', sender = 'nic@ferrier.example'): Judged {
  const fields = headerFields(Buffer.from(more));
  const { says, spoke } = guard({
    ...{ fields, from: 'nic@ferrier.example', bounceAddress: null, source: null },
    envelope: { sender, recipients: [], extension: null, client: null, login: null },
    reply: replyOf({ subject, fields, isFromNull: sender === '', answered: ['Bestellung 4711'] }),
    own: { domain: 'desk.example', prefixes: [], queues: [], services: [], others: [] },
  });
  if (says === 'machine') return 'a machine';
  return spoke.some(answersNothing) ? 'no answer' : 'a person';
}

const SES = 'Feedback-ID: 1.eu-west-1.x:AmazonSES\n';
const CRM = 'List-Unsubscribe: <mailto:out@crm.example>\n';
const DYNAMICS = 'X-Auto-Response-Suppress: All\n';

/** Told, and most of them answers: `no answer` is told, too, and opens no ticket again. */
const OF_PEOPLE: readonly (readonly [subject: string, more: string, is: Judged])[] = [
  ['Urlaubsvertretung ab Montag', '', 'a person'],
  ['Auto springt nicht an', '', 'a person'],
  ['Auto: Ersatzteil fehlt', SES, 'a person'],
  ['Auto', CRM, 'a person'],
  ['Ihr Techniker ist nicht erreichbar', '', 'a person'],
  ['Unser Chef ist im Urlaub', '', 'a person'],
  ['Abwesenheitsnotiz lässt sich nicht abschalten', '', 'a person'],
  ['Bin ab Montag im Urlaub, bitte vorher liefern', '', 'a person'],
  ['Rückruf erbeten', '', 'a person'],
  ['AW: Abwesenheitsnotiz', '', 'a person'],
  ['Your driver is away', SES, 'a person'],
  ['Vacation rental: the key does not fit', '', 'a person'],
  ['Delivered to the wrong address', DYNAMICS, 'a person'],
  ['Out of office next week, please ship earlier', '', 'a person'],
  ['Automatic reply is sent twice', '', 'a person'],
  ['Returned item, refund please', '', 'a person'],
  ['Undelivered order', '', 'a person'],
  ['Auto-reply does not stop', CRM, 'a person'],
  ['Absence de livraison', '', 'a person'],
  ['Votre technicien est absent', '', 'a person'],
  ['Réponse automatique : comment la changer ?', '', 'a person'],
  ['Je suis absent demain, livrez vendredi', '', 'a person'],
  ['Su técnico está ausente', '', 'a person'],
  ['Respuesta automática no deseada', SES, 'a person'],
  ['Vacaciones: cambiar la fecha', '', 'a person'],
  ['Fuera de la oficina no hay señal', '', 'a person'],
  ['Accepted: Bestellung 4711', '', 'no answer'],
  ['Angenommen: Bestellung 4711', SES, 'no answer'],
  ['Urlaub 24.12. - 31.12.', DYNAMICS, 'no answer'],
  ['Vacation', 'Precedence: list\n', 'no answer'],
];

const REPLIED = 'Auto-Submitted: auto-replied\n';
const GENERATED = 'Auto-Submitted: auto-generated\n';
const EXCHANGE = `${GENERATED}${DYNAMICS}`;
const RECEIPT = 'Content-Type: multipart/report; report-type=disposition-notification\n';

/** Without any other mark they are told, and answer nothing. */
const OF_PROGRAMS: readonly (readonly [
  subject: string,
  more: string,
  sender: string,
  is: Judged,
])[] = [
  ['Automatic reply: Bestellung 4711', EXCHANGE, '', 'a machine'],
  ['Automatische Antwort: Bestellung 4711', EXCHANGE, 'nic@ferrier.example', 'a machine'],
  ['Réponse automatique : Bestellung 4711', EXCHANGE, '', 'a machine'],
  ['Respuesta automática: Bestellung 4711', EXCHANGE, '', 'a machine'],
  ['Accepted: Bestellung 4711', '', '', 'a machine'],
  ['Read: Bestellung 4711', RECEIPT, 'nic@ferrier.example', 'a machine'],
  ['Gelesen: Bestellung 4711', RECEIPT, '', 'a machine'],
  ['Auto: Re: Bestellung 4711', `${REPLIED}Precedence: bulk\n`, '', 'a machine'],
  ['Re: Bestellung 4711', `${REPLIED}X-Autoreply: yes\n`, 'nic@ferrier.example', 'a machine'],
  ['Out of Office: Re: Bestellung 4711', 'Precedence: bulk\n', 'nic@ferrier.example', 'a machine'],
  ['away from my mail', 'Precedence: junk\n', 'nic@ferrier.example', 'a machine'],
  ['Abwesenheit', 'X-Mailer: vacation/1.2.7\n', 'nic@ferrier.example', 'a machine'],
  ['Urlaub bis 6.1.', 'X-Vacation: yes\n', 'nic@ferrier.example', 'a machine'],
  ['Ich bin im Urlaub', 'X-Autorespond: Bestellung 4711\n', 'nic@ferrier.example', 'a machine'],
  ['Nic Ferrier is out of the office', GENERATED, 'nic@ferrier.example', 'a machine'],
  ['AUTO: Nic Ferrier ist außer Haus (Rückkehr am 02.01.2027)', REPLIED, '', 'a machine'],
  ["Message d'absence", 'X-Precedence: auto_reply\n', 'nic@ferrier.example', 'a machine'],
  ['I am back on Monday', 'X-FC-MachineGenerated: true\n', 'nic@ferrier.example', 'a machine'],
  ['Ausente', 'Delivered-To: Autoresponder\n', 'nic@ferrier.example', 'a machine'],
  ['failure notice', '', '', 'a machine'],
  ['Automatic reply: Bestellung 4711', DYNAMICS, 'nic@ferrier.example', 'no answer'],
  ['Automatische Antwort: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['Abwesenheitsnotiz: AW: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['[Auto-Reply] Re: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['Nic Ferrier est absent du bureau du 12/12 au 24/12', '', 'nic@ferrier.example', 'no answer'],
  ['Réponse automatique : Re: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['Fuera de la oficina hasta el 24/12', '', 'nic@ferrier.example', 'no answer'],
  ['Zugesagt: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['Recall: Bestellung 4711', '', 'nic@ferrier.example', 'no answer'],
  ['Ich bin bis 6.1. nicht im Büro', '', 'nic@ferrier.example', 'no answer'],
];

describe('of 30 mails of people none disappears, and of these four open no ticket again', () => {
  test.each(OF_PEOPLE)('%s', (subject, more, is) => {
    expect(judged(subject, more)).toBe(is);
  });
});

describe('of 30 automatic replies none is an answer', () => {
  test.each(OF_PROGRAMS)('%s', (subject, more, sender, is) => {
    expect(judged(subject, more, sender)).toBe(is);
  });
});
