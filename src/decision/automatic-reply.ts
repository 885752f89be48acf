/**
 * Whether a mail is an automatic reply that carries no mark of one (absence.ts, which is loaded
 * only if it may be). Pure.
 */
import type { HeaderField } from '../reading/header.ts';
import { replyIn } from './absence.ts';
import { DESK_MARK, type MaybeReply, OPENING, plain, type Reply } from './subject-words.ts';

export function replyOf(mail: MaybeReply): Reply {
  const { subject, fields, isFromNull } = mail;
  const isOne = isFromNull || mayBeReply(subject) || fields.some(mayBeOfReply);
  return isOne ? replyIn(mail) : null;
}

/** Each word of the tables begins so, or stands before a colon; absence.test.ts looks. */
const BEGINNINGS =
  /^(?:auto|vacat|out.of|ooo|away|i.{0,2}m |on |curr|annu|pare|mate|abwe|urla|nich|auss|im |ich |bin |betr|derz|zur |elte|repo|mess|noti|avis|avvi|abs|en |je |hors|cong|resp|mens|cont|fuer|esto|de |aus|risp|fuor|ass|sono|in |fora|esto|estou|em |afwe|niet|ik |met |op |buit|ikke|pa |jeg|frav|feri|bort|fran|inte|jag|seme|pois|olen|loma|powi|info|nieo|poza|urlo|na |jest|nepr|mimo|nejs|jsem|dovo|odpo|ozna|hazo|irod|tavo|szab|rasp|mesa|plec|sunt|otom|ofis|izin|yill|samo|undel|deliv|mail|fail|retu|warn|perm|temp|non|unzu|unab|could|prob|reje|echec|no se|manc|e-?mail|αυτο|μηνυ|ειδο|εκτο|απου|σε |авто|увед|вне|нет|отс|в отп|я |отп|поза|відс|у в|від|自動|不在|外出|休|夏季|自动|我正|系统|退信|配信|メール|자동|부재|휴가)/;
/** Of desks that have got the mail, as long as people seldom begin so. */
const RECEIVED_BEGINNINGS =
  /^(?:request rec|ticket (?:rec|cre|ers)|message rec|case cr|i (?:have left|no longer)|your (?:req|mes|tic)\w+ ha|we(?:'ve| have)? rec|thanks? (?:you )?for con|no longer|eingangsb|ihre (?:anf|nac)|anfrage ein|wir haben ihre|bestatigung ih|accuse|demande re|nous avons |votre demande a|merci de nous|j'ai q|solicitud re|hemos rec|acuse|gracias por|richiesta ri|abbiamo |conferma di ri|grazie per|recebemos|pedido rec|solicitacao|confirmacao|obrigado p|ontvangstb|aanvraag ont|verzoek ont|melding ont|wi?j?e? hebben uw|vi har m|vi har t|henvendelse mo|kvittering|bekræft|arende m|mottagnings|olemme vas|viestisi|pyynto vas|vastaano|kiitos yh|potwierdz|otrzymal|zgloszenie |potvrzeni|vase? |pozadavek|prijali|megkap|visszai|am primit|talebiniz|mesajiniz|λαβαμε|ваш|заявка|мы получ|обращение|ми отрим|リクエスト受|退職|お問い?合|受付|请求|我们已|我們已|工单|已收到|您的请|문의|요청|티켓|접수|퇴사|离职|離職)/;
const IN_THE_MIDDLE =
  /[:：]|(?:^| )(?:is|ist|est|esta|e|er|ar|on|jest|je) (?:out|away|on|nich|auss|abw|im|abs|en|fuer|aus|de|fuor|ass|fora|afw|niet|ikke|inte|pa |lom|na |met|fran|frav|pois|poza|nieo|mimo)|ofis dis|hazon|recall|nachricht|rappeler|recuperar|richiamare|intrekken/;
const REPLY_MARK = /^(?:re|aw|antw|sv|fwd?|wg|tr|vs|odp)\s*:[^:]*$/;

export function mayBeReply(subject: string): boolean {
  const said = plain(subject);
  const [text, unmarked] = [said.replace(OPENING, ''), said.replace(DESK_MARK, '')];
  const begins = (one: string) => BEGINNINGS.test(one) || RECEIVED_BEGINNINGS.test(one);
  if (begins(text) || (unmarked !== said && begins(unmarked))) return true;
  return IN_THE_MIDDLE.test(text) && !REPLY_MARK.test(text);
}

const FIELD =
  /^x-(?:.*-)?(?:auto-?re|(?:otrs|znuny|otobo)-loop|vacation|oof|out-?of)|^x-fc-machine|^x-post-mess/;
const BY_VALUE = /autoresponder|vacation|auto-?respon|auto-?reply/i;

function mayBeOfReply({ name, value }: HeaderField): boolean {
  if (name === 'x-mailer' || name === 'delivered-to') return BY_VALUE.test(value);
  return FIELD.test(name);
}
