/**
 * Whether a mail is an automatic reply that carries no mark of one (absence.ts, which is loaded
 * only if it may be). Pure.
 */
import type { HeaderField } from '../reading/header.ts';
import { beginsWithOne, isOneOf, type WordTable } from '../ticket/word-table.ts';
import { replyIn } from './absence.ts';
import { DESK_MARK, type MaybeReply, OPENING, plain, type Reply } from './subject-words.ts';

export function replyOf(mail: MaybeReply): Reply {
  const { subject, fields, isFromNull } = mail;
  const isOne = isFromNull || mayBeReply(subject) || fields.some(mayBeOfReply);
  return isOne ? replyIn(mail) : null;
}

/** Each word of the tables begins so, or stands before a colon; absence.test.ts looks. */
const BEGINNINGS: WordTable =
  '|auto|vacat|ooo|away|on |curr|annu|pare|mate|abwe|urla|nich|im |ich |bin |betr|derz|zur |elte|repo|mess|noti|avis|avvi|abs|en |je |hors|cong|resp|mens|cont|fuer|esto|de |aus|risp|fuor|ass|sono|in |fora|em |afwe|niet|ik |met |op |buit|ikke|pa |jeg|frav|feri|bort|fran|inte|jag|seme|pois|olen|loma|powi|info|nieo|poza|urlo|na |jest|nepr|mimo|nejs|jsem|dovo|odpo|ozna|hazo|irod|tavo|szab|rasp|mesa|plec|sunt|otom|ofis|izin|yill|samo|undel|deliv|mail|fail|retu|warn|perm|temp|non|unzu|unab|could|prob|reje|echec|no se|manc|e-mail|email|αυτο|μηνυ|ειδο|εκτο|απου|σε |авто|увед|вне|нет|отс|в отп|я |отп|поза|у в|від|自動|不在|外出|休|夏季|自动|我正|系统|退信|配信|メール|자동|부재|휴가|';
/** Of desks that have got the mail, as long as people seldom begin so. */
const RECEIVED_BEGINNINGS: WordTable =
  "|request rec|ticket rec|ticket cre|ticket ers|message rec|case cr|i have left|i no longer|we've rec|we have rec|we rec|thank you for con|thanks for con|no longer|eingangsb|ihre anf|ihre nac|anfrage ein|wir haben ihre|bestatigung ih|accuse|demande re|nous avons |votre demande a|merci de nous|j'ai q|solicitud re|hemos rec|acuse|gracias por|richiesta ri|abbiamo |conferma di ri|grazie per|recebemos|pedido rec|solicitacao|confirmacao|obrigado p|ontvangstb|aanvraag ont|verzoek ont|melding ont|wij hebben uw|we hebben uw|vi har m|vi har t|henvendelse mo|kvittering|bekræft|arende m|mottagnings|olemme vas|viestisi|pyynto vas|vastaano|kiitos yh|potwierdz|otrzymal|zgloszenie |potvrzeni|vase |vas |pozadavek|prijali|megkap|visszai|am primit|talebiniz|mesajiniz|λαβαμε|ваш|заявка|мы получ|обращение|ми отрим|リクエスト受|退職|お問い合|受付|请求|我们已|我們已|工单|已收到|您的请|문의|요청|티켓|접수|퇴사|离职|離職|";
/** `is out`, `ist im`: a word of the first table, and behind it the beginning of another. */
const IS: WordTable = '|is|ist|est|esta|e|er|ar|on|jest|je|';
const OUT: WordTable =
  '|out|away|on|nich|auss|abw|im|abs|en|fuer|aus|de|fuor|ass|fora|afw|niet|ikke|inte|pa |lom|na |met|fran|frav|pois|poza|nieo|mimo|';
const IN_THE_MIDDLE: readonly string[] = [
  ...[':', '：', 'ofis dis', 'hazon', 'recall', 'nachricht', 'rappeler', 'recuperar'],
  ...['richiamare', 'intrekken'],
];
const REPLY_MARK = /^(?:re|aw|antw|sv|fwd?|wg|tr|vs|odp)\s*:[^:]*$/;

export function mayBeReply(subject: string): boolean {
  const said = plain(subject);
  const [text, unmarked] = [said.replace(OPENING, ''), said.replace(DESK_MARK, '')];
  if (begins(text) || (unmarked !== said && begins(unmarked))) return true;
  const isInside = IN_THE_MIDDLE.some((words) => text.includes(words)) || saysWhoIsOut(text);
  return isInside && !REPLY_MARK.test(text);
}

function begins(text: string): boolean {
  return (
    beginsWithOne(text, BEGINNINGS) ||
    beginsWithOne(text, RECEIVED_BEGINNINGS) ||
    // "I'm", "I am"; "out of", "out-of"; "your request has".
    (text.startsWith('i') && text.slice(1, 5).includes('m ')) ||
    (text.startsWith('out') && text.startsWith('of', 4)) ||
    (text.startsWith('your ') && /^your (?:req|mes|tic)\w+ ha/.test(text))
  );
}

function saysWhoIsOut(text: string): boolean {
  let behind = 0;
  return text.split(' ').some((word) => {
    behind += word.length + 1;
    return isOneOf(word, IS) && beginsWithOne(text.slice(behind), OUT);
  });
}

const FIELD =
  /^x-(?:.*-)?(?:auto-?re|(?:otrs|znuny|otobo)-loop|vacation|oof|out-?of)|^x-fc-machine|^x-post-mess/;
const BY_VALUE = /autoresponder|vacation|auto-?respon|auto-?reply/i;

function mayBeOfReply({ name, value }: HeaderField): boolean {
  if (name === 'x-mailer' || name === 'delivered-to') return BY_VALUE.test(value);
  return name.startsWith('x-') && FIELD.test(name);
}
