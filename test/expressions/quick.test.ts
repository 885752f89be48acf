/**
 * What is looked at before an expression, or stands in its place because it costs less where it
 * is met first, says what the expression says: on texts made of its own words.
 */
import { beforeAll, expect, test } from 'vitest';
import { mayBeReply } from '../../src/decision/automatic-reply.ts';
import { isReaction } from '../../src/decision/reaction.ts';
import { DESK_MARK, OPENING, plain } from '../../src/decision/subject-words.ts';
import { DeliveryHash } from '../../src/intake/delivery-hash.ts';
import { mayStand, plainKeys } from '../../src/journal/words.ts';
import { isReadByNobody } from '../../src/ticket/address.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const ROUNDS = roundsOf(8000);
const choose = choiceOf(SEED);
beforeAll(() => console.log(`SEED=${SEED}`));

/** Words of an expression, in any order and case, among others and what may stand between them. */
function* textsOf({ source }: RegExp, between: readonly string[]): Generator<string> {
  const words = source.split(/[^\p{L}\p{N} '@-]+/u).filter((word) => word !== '');
  yield '';
  yield* words;
  for (let n = 0; n < ROUNDS; n += 1) {
    const parts = Array.from({ length: 1 + choose.number(5) }, () => {
      const word = choose(choose.number(5) === 0 ? OTHERS : words);
      const cut = choose.number(4) === 0 ? word.slice(0, choose.number(word.length + 1)) : word;
      const said = choose.number(6) === 0 ? cut.toUpperCase() : cut;
      return `${said}${choose(between)}`;
    });
    yield choose.number(3) === 0 ? parts.join('') : parts.join('').trim();
  }
}

const OTHERS = ['Nic', 'x', 'i', '7', 'é', 'ſ', 'K', 'İ', 'ß', '休', '👍', '|', 'a|auto', 'is|ist'];
const SPACES = ['', ' ', ' ', '  ', '-', ': ', '\n', '\u00a0', '.', '’', ', ', '|', "'"];

/** A subject. */
const BEGINNINGS =
  /^(?:auto|vacat|out.of|ooo|away|i.{0,2}m |on |curr|annu|pare|mate|abwe|urla|nich|auss|im |ich |bin |betr|derz|zur |elte|repo|mess|noti|avis|avvi|abs|en |je |hors|cong|resp|mens|cont|fuer|esto|de |aus|risp|fuor|ass|sono|in |fora|esto|estou|em |afwe|niet|ik |met |op |buit|ikke|pa |jeg|frav|feri|bort|fran|inte|jag|seme|pois|olen|loma|powi|info|nieo|poza|urlo|na |jest|nepr|mimo|nejs|jsem|dovo|odpo|ozna|hazo|irod|tavo|szab|rasp|mesa|plec|sunt|otom|ofis|izin|yill|samo|undel|deliv|mail|fail|retu|warn|perm|temp|non|unzu|unab|could|prob|reje|echec|no se|manc|e-?mail|αυτο|μηνυ|ειδο|εκτο|απου|σε |авто|увед|вне|нет|отс|в отп|я |отп|поза|відс|у в|від|自動|不在|外出|休|夏季|自动|我正|系统|退信|配信|メール|자동|부재|휴가)/;
const RECEIVED_BEGINNINGS =
  /^(?:request rec|ticket (?:rec|cre|ers)|message rec|case cr|i (?:have left|no longer)|your (?:req|mes|tic)\w+ ha|we(?:'ve| have)? rec|(?:thanks|thank you) for con|no longer|eingangsb|ihre (?:anf|nac)|anfrage ein|wir haben ihre|bestatigung ih|accuse|demande re|nous avons |votre demande a|merci de nous|j'ai q|solicitud re|hemos rec|acuse|gracias por|richiesta ri|abbiamo |conferma di ri|grazie per|recebemos|pedido rec|solicitacao|confirmacao|obrigado p|ontvangstb|aanvraag ont|verzoek ont|melding ont|(?:wij|we) hebben uw|vi har m|vi har t|henvendelse mo|kvittering|bekræft|arende m|mottagnings|olemme vas|viestisi|pyynto vas|vastaano|kiitos yh|potwierdz|otrzymal|zgloszenie |potvrzeni|vase? |pozadavek|prijali|megkap|visszai|am primit|talebiniz|mesajiniz|λαβαμε|ваш|заявка|мы получ|обращение|ми отрим|リクエスト受|退職|お問い合|受付|请求|我们已|我們已|工单|已收到|您的请|문의|요청|티켓|접수|퇴사|离职|離職)/;
const IN_THE_MIDDLE =
  /[:：]|(?:^| )(?:is|ist|est|esta|e|er|ar|on|jest|je) (?:out|away|on|nich|auss|abw|im|abs|en|fuer|aus|de|fuor|ass|fora|afw|niet|ikke|inte|pa |lom|na |met|fran|frav|pois|poza|nieo|mimo)|ofis dis|hazon|recall|nachricht|rappeler|recuperar|richiamare|intrekken/;
const REPLY_MARK = /^(?:re|aw|antw|sv|fwd?|wg|tr|vs|odp)\s*:[^:]*$/;

test.each([BEGINNINGS, RECEIVED_BEGINNINGS, IN_THE_MIDDLE])(
  'subjects that may be of a program',
  (one) => {
    const begins = (text: string) => BEGINNINGS.test(text) || RECEIVED_BEGINNINGS.test(text);
    for (const text of textsOf(one, SPACES)) {
      const said = plain(text);
      const [bare, unmarked] = [said.replace(OPENING, ''), said.replace(DESK_MARK, '')];
      const isInside = IN_THE_MIDDLE.test(bare) && !REPLY_MARK.test(bare);
      const isOne = begins(bare) || (unmarked !== said && begins(unmarked)) || isInside;
      expect([text, mayBeReply(text)]).toEqual([text, isOne]);
    }
  },
);

test('subjects without accents', () => {
  for (const text of textsOf(RECEIVED_BEGINNINGS, [...SPACES, '\t', '\u0301', 'ł', 'ı'])) {
    const folded = text
      .slice(0, 500)
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .normalize('NFC')
      .replaceAll('ß', 'ss')
      .replaceAll('ı', 'i')
      .replaceAll('ł', 'l')
      .replaceAll('’', "'")
      .replace(/\s+/g, ' ')
      .trim();
    expect(plain(text)).toBe(folded);
  }
});

const SENTENCE =
  /^[^\n]{1,100} (?:reacted (?:via gmail|to your message)|hat (?:über gmail )?(?:reagiert|auf ihre nachricht reagiert)|a réagi (?:via gmail|à votre message)|ha reaccionado (?:desde gmail|a tu mensaje)|ha reagito (?:tramite gmail|al tuo messaggio)|reagiu (?:pelo gmail|à sua mensagem)|heeft gereageerd (?:via gmail|op je bericht)|reagerade (?:via gmail|på ditt meddelande)|zareagował\(a\)? (?:przez gmaila?|na twoją wiadomość)|отреагировал\(а\)? (?:через gmail|на ваше сообщение))[^\n]{0,20}$/iu;

test('reactions', () => {
  for (const said of textsOf(SENTENCE, [' ', ' ', ' ', '(a) ', '\n'])) {
    const text = `Nic ${said}`;
    const lines = text.split('\n').map((line) => line.trim());
    const others = lines.filter((line) => line !== '' && !SENTENCE.test(line.slice(0, 200)));
    const isOne =
      lines.some((line) => SENTENCE.test(line.slice(0, 200))) &&
      others.every((line) => line.length <= 20 && !/[\p{L}\p{N}]/u.test(line));
    const message = { text, newLines: [{ from: 1, to: lines.length }], attachments: [] };
    expect([text, isReaction(message)]).toEqual([text, isOne]);
  }
});

const NOBODY =
  /^(?:[^@]{0,64}[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?(?:reply|respond)|dont[._-]?reply|no[._-]?response|nobody|unattended|ne[._-]?pas[._-]?repondre|keine[._-]?antwort|nicht[._-]?antworten|no[._-]?responder|nao[._-]?respond(?:a|er?)|non[._-]?rispondere|niet[._-]?antwoorden|geen[._-]?antwoord|svara?[._-]?ej|ingen[._-]?svar|ikke[._-]?svar|nie[._-]?odpowiadaj|neodpovidat)\d{0,4}(?:[._+-][^@]{0,64})?@/i;

test('addresses that nobody reads', () => {
  for (const text of textsOf(NOBODY, ['', '', '-', '.', '_', '+', '7'])) {
    for (const address of [text, `${text}@ferrier.example`]) {
      expect([address, isReadByNobody(address)]).toEqual([address, NOBODY.test(address)]);
    }
  }
});

const VARYING =
  /^(return-path|delivered-to|x-original-to|received|received-spf|authentication-results|arc-[a-z-]+|dkim-signature|x-google-dkim-signature|x-(spam|rspamd|virus|amavis|envelope)[a-z-]*|envelope-to|delivery-date)[ \t]*:/i;
const REST = 'Message-ID: <1@a.example>\nSubject: x\n\nbody\n';
const hashOf = (mail: string): string => {
  const hash = new DeliveryHash();
  hash.update(Buffer.from(mail));
  return hash.finish();
};

test('fields that differ between two deliveries', () => {
  for (const name of textsOf(VARYING, ['', '', '-', '-', ' ', '\t', ':'])) {
    const field = `${name.trim()}: x`;
    const isLeftOut = hashOf(`${field}\n${REST}`) === hashOf(REST);
    expect([field, isLeftOut]).toEqual([
      field,
      VARYING.test(Buffer.from(field).toString('latin1')),
    ]);
  }
});

const TICKET = String.raw`[A-Z][A-Z0-9]{0,19}-\d{1,15}`;
const QUEUE = '[A-Z][A-Z0-9]{0,19}';
const CHECK = '[a-z]+(-[a-z]+)*';
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z`;
const RAW = String.raw`raw/\d{1,15}/\d{1,15}-(in|out-\d{1,15})\.eml`;

const SHAPES: Readonly<Record<string, string>> = {
  type: '(address|mail|message|note|person|recipient|reply|robot|staff|template|ticket)[.][a-z]+',
  ticket: TICKET,
  tickets: TICKET,
  into: TICKET,
  other: TICKET,
  movedTo: TICKET,
  queue: QUEUE,
  targets: `${TICKET}|${QUEUE}|held \\d{1,15}`,
  route: `${TICKET}|${QUEUE}`,
  date: TIME,
  since: TIME,
  told: TIME,
  until: TIME,
  timeZone: 'UTC|[A-Z][a-z]+/[A-Za-z0-9_+/-]+',
  notBefore: TIME,
  raw: RAW,
  provenBy: RAW,
  written: RAW,
  path: RAW,
  digest: '[0-9a-f]{64}',
  epoch: '[0-9a-f]{16}',
  mail: String.raw`\d{1,15}\.\d{1,15}`,
  status: String.raw`\d\.\d{1,3}\.\d{1,3}`,
  direction: 'in|out|internal',
  delivery: 'waiting|under-way|sent|failed|bounced|unknown|undone',
  trust: 'automatic|claimed|thread|authenticated|staff',
  verb: 'new|reply|control|run|any',
  intent: 'open|append|hold|record|act|control|help|confirm|run|plan',
  was: 'recorded|held|ticket|returned|done',
  asks: 'close',
  wrote: 'person|maybe|bulk|machine',
  foundIn: 'uuencode|(encoded|unbounded)-multipart|smime|compressed|tnef',
  about: 'control|help|returned|question|robot',
  asked: CHECK,
  check: CHECK,
};
const SAMPLES = ['SUPPORT-7102', 'held 12', '2026-11-21T12:00:00.000Z', '7.12', '5.1.1', 'UTC'];
const MORE_SAMPLES = ['raw/000000/7-in.eml', 'raw/1/7-out-2.eml', 'Europe/Berlin', 'ab'.repeat(32)];

test('what may stand in the journal', () => {
  expect(plainKeys()).toEqual(Object.keys(SHAPES));
  for (const [key, shape] of Object.entries(SHAPES)) {
    const whole = new RegExp(`^(?:${shape})$`);
    const words = shape.split(/[^a-z-]+/);
    const made = Array.from({ length: 200 }, () => {
      const word = choose([...words, ...SAMPLES, ...MORE_SAMPLES, 'Nic', '', '.']);
      return `${word}${choose(['', '', '', '.', '-', '|', '\n', 'x', '7'])}${choose(['', '', ...words])}`;
    });
    for (const text of [...words, ...SAMPLES, ...MORE_SAMPLES, ...made]) {
      const may = text === '' || whole.test(text);
      expect([key, text, mayStand(key, text)]).toEqual([key, text, may]);
    }
  }
});
