/**
 * 120 automatic replies and 120 mails of people in 17 languages, written by somebody who had not
 * seen the tables of absence-words.ts (which knew 80 of the 120 then): their subjects and marks (fixtures/absence.json), on the
 * ticket that each of them answers. What is wrong is listed, so that a change shows in both.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replyOf } from '../../src/decision/automatic-reply.ts';
import { guard } from '../../src/decision/guard.ts';
import { headerFields } from '../../src/reading/header.ts';
import { answersNothing } from '../../src/ticket/decision.ts';

interface Unseen {
  readonly is: 'automatic' | 'person';
  readonly subject: string;
  readonly from: string;
  readonly fields?: readonly string[];
  readonly isFromNull?: true;
  readonly isAnswer?: true;
  readonly hasCalendar?: true;
}

const FILE = join(import.meta.dirname, '..', '..', 'fixtures', 'absence.json');
// Written with this shape.
const ALL = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Unseen[];
const MARK = /^(?:re|aw|odp|sv|vs|ynt|回复|答复) ?[:：] ?/i;

/** Of the ticket: what a person's answer or a program names behind its own words, if anything. */
function answeredSubject({ is, subject }: Unseen): string {
  if (is === 'person') return subject.replace(MARK, '');
  return (
    /(?:^|[^\p{L}])(?:re|aw|odp|sv|ynt): ?(.+)$/iu.exec(subject)?.[1] ??
    /: (.+)$/.exec(subject)?.[1] ??
    'Bestellung 4711'
  );
}

function judged(mail: Unseen): 'a person' | 'no answer' | 'a machine' {
  const { subject, from, fields: lines = [], isFromNull = false, isAnswer, hasCalendar } = mail;
  const fields = headerFields(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  const answered = isAnswer === true ? [answeredSubject(mail)] : null;
  const { says, spoke } = guard({
    ...{ fields, from, bounceAddress: null, source: null },
    envelope: {
      ...{ sender: isFromNull ? '' : from, recipients: [], extension: null },
      ...{ client: null, login: null },
    },
    reply: replyOf({
      ...{ subject, fields, isFromNull, answered },
      ...(hasCalendar === true && { hasCalendar }),
    }),
    own: { domain: 'desk.example', prefixes: [], queues: [], services: [], others: [] },
  });
  if (says === 'machine') return 'a machine';
  return spoke.some(answersNothing) ? 'no answer' : 'a person';
}

const subjectsOf = (is: Unseen['is'], as: ReturnType<typeof judged>) =>
  ALL.flatMap((mail) => (mail.is === is && judged(mail) === as ? mail.subject : []));

test('of 120 mails of people none disappears', () => {
  expect(ALL.filter(({ is }) => is === 'person')).toHaveLength(120);
  expect(subjectsOf('person', 'a machine')).toEqual([]);
});

test('and these of them count as no answer', () => {
  expect(subjectsOf('person', 'no answer')).toEqual([]);
});

test('of 120 automatic replies these are taken for a person’s: only their words say what they are', () => {
  expect(ALL.filter(({ is }) => is === 'automatic')).toHaveLength(120);
  expect(subjectsOf('automatic', 'a person')).toEqual([
    '退職のお知らせ（森）',
    'Recall: Complaint about engineer visit',
    'Pastelería La Nube te ha respondido',
    'Zmiana adresu e-mail',
    'Re: Замена счётчика',
    'Re: 電子申告ソフトの更新について',
    'Ihre E-Mail konnte nicht zugestellt werden',
    '[JIRA] (SD-7719) Vraag over certificaat',
    'New message from Bramble Bikes',
    'CONFIRMAÇÃO DE E-MAIL - mensagem para rogerio.pimenta',
    'Re: Ajanvarauskalenterinne',
    'Re: Reklamace čtečky',
    'Re: Państwa zgłoszenie 3341',
    'Re: 접수하신 문의 답변입니다',
    "Re: Votre ticket concernant l'imprimante du guichet",
    'Re: Fejl i webshoppen',
    'Re: Ihre Anfrage zum Router',
    'Re: Sua dúvida sobre a balança',
    'Re: Your question about the router at Old Forge',
    'Re: Fattura elettronica scartata',
    'Re: Sipariş sayfanız açılmıyor',
    'Re: Ert medlemsregister',
  ]);
});
