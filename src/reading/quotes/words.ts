/**
 * The words by which new-lines.ts knows quoted mail, in the languages of the usual mail programs.
 *
 * Each entry is what a program writes by itself (Gmail, Outlook, Apple Mail,
 * Thunderbird, mobile clients), in lower case and with single blanks. A new
 * language is a new entry here and no new code. Every pattern is anchored or
 * made of bounded parts, and keeps no state.
 */
import { isOneOf, type WordTable } from '../../ticket/word-table.ts';

/** "X wrote": the last words of an attribution, before its colon. */
export const CLOSING_VERBS: readonly string[] = [
  ...['wrote', 'writes', 'has written', 'schrieb', 'schreibt', 'geschrieben', 'geschreven'],
  ...['a écrit', 'écrit', 'escribió', 'escribio', 'ha escrito', 'va escriure', 'ha scritto'],
  ...['scrive', 'escreveu', 'schreef', 'skrev', 'skrifaði', 'kirjoitti', 'napisał(a)', 'napisał'],
  ...['napisała', 'pisze', 'napsal(a)', 'napsal', 'napsala', 'napísal(a)', 'napísal', 'napísala'],
  ...['napisao', 'napisala', 'je napisal', 'írta', 'a scris', 'yazdı', 'έγραψε', 'написал(а)'],
  ...['написал', 'написала', 'пишет', 'написав', 'написала(в)', 'пише', 'писа', 'menulis'],
  ...['đã viết', 'เขียนว่า', '写道', '寫道', '撰写', 'のメール', 'が書きました', 'は書きました'],
  ...['님이 작성', '작성', 'כתב', 'כתב/ה', 'כתבה', 'كتب'],
];

/** The same verb where the language puts the name or the date behind it. */
export const INNER_VERBS: readonly string[] = [
  ...['schrieb', 'schreef', 'skrev', 'ezt írta', 'kirjoitti', 'написал'],
  ...['wrote on', 'a écrit le', 'escribió el', 'ha scritto il', 'escreveu em'],
];

/** First words of an attribution that begins with its date, or names whom it quotes; and a blank. */
export const OPENING_WORDS: WordTable =
  '|on |at |in |am |um |le |el |il |il giorno |em |a |op |den |d. |i |dnia |w dniu |dne |dňa |dana |în |la |στις |vào |pada |в |во |quoting |zitat von |citando |citat från |';

/** The attribution of web mail that has no verb: "Quoting X <address>:". */
export const QUOTING_WORDS: WordTable = '|quoting |zitat von |citando |citat från |';

/** Titles that stand between dashes above a mail. */
export const DIVIDER_TITLES: readonly string[] = [
  ...['original message', 'original email', 'original mail', 'ursprüngliche nachricht'],
  ...[
    'originalnachricht',
    "message d'origine",
    'message d’origine',
    'message original',
    'mail original',
  ],
  ...['mensaje original', 'messaggio originale', 'mensagem original', 'oorspronkelijk bericht'],
  ...['originele bericht', 'ursprungligt meddelande', 'originalmeddelande', 'opprinnelig melding'],
  ...['oprindelig meddelelse', 'alkuperäinen viesti', 'oryginalna wiadomość', 'původní zpráva'],
  ...['wiadomość oryginalna', 'eredeti üzenet', 'mesaj original', 'orijinal ileti'],
  ...['исходное сообщение', 'оригинальное сообщение', 'оригінальне повідомлення'],
  ...['原始邮件', '原始郵件', '邮件原件', '元のメッセージ', '원본 메시지', '원본 메일'],
  ...['forwarded message', 'weitergeleitete nachricht', 'message transféré', 'message réexpédié'],
  ...['mensaje reenviado', 'messaggio inoltrato', 'mensagem encaminhada', 'doorgestuurd bericht'],
  ...['vidarebefordrat meddelande', 'videresendt melding', 'videresendt meddelelse'],
  ...['välitetty viesti', 'przekazana wiadomość', 'wiadomość przekazana', 'přeposlaná zpráva'],
  ...['továbbított üzenet', 'iletilmiş mesaj', 'пересылаемое сообщение'],
  ...['перенаправленное сообщение', 'пересланное сообщение', 'переслане повідомлення'],
  ...[
    '转发的邮件',
    '转发邮件信息',
    '轉寄郵件',
    '転送メッセージ',
    '転送されたメッセージ',
    '전달된 메시지',
  ],
];

/** Apple Mail's line above a forwarded mail, which has a colon and no dashes. */
export const FORWARD_LINES: readonly string[] = [
  ...['begin forwarded message', 'anfang der weitergeleiteten nachricht'],
  ...['début du message réexpédié', 'début du message transféré', 'inicio del mensaje reenviado'],
  ...['inizio messaggio inoltrato', 'início da mensagem reencaminhada'],
  ...['início da mensagem encaminhada', 'begin doorgestuurd bericht', 'vidarebefordrat brev'],
  ...['start på videresendt melding', 'start på videresendt besked'],
  ...['początek przekazywanej wiadomości', 'начало переадресованного сообщения'],
  ...['开始转发的邮件', '開始轉寄郵件', '転送されたメッセージ', '전달된 메시지'],
];

/** What help desks write above the mails they send, between marks. */
export const REPLY_ABOVE: readonly string[] = [
  ...['reply above this line', 'type your reply above', 'write above this line'],
  ...[
    'antworten sie oberhalb dieser',
    'über dieser zeile antworten',
    'répondre au-dessus de cette',
  ],
  ...['responda por encima de esta', 'rispondi sopra questa', 'responda acima desta'],
];

export type Field = 'from' | 'to' | 'date' | 'subject' | 'other';

/** Names of the fields of a copied message header. */
const FIELD_NAMES: readonly (readonly [Field, WordTable])[] = [
  [
    'from',
    '|from|von|de|da|van|från|fra|lähettäjä|od|nadawca|feladó|odesílatel|kimden|de la|από|от|от кого|від|kirjoittaja|expéditeur|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|מאת|من|',
  ],
  [
    'to',
    '|to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|kime|címzett|către|προς|кому|destinataire|destinatario|empfänger|adresat|收件人|收件者|宛先|받는 사람|받는사람|אל|إلى|',
  ],
  [
    'date',
    '|date|sent|datum|gesendet|gesendet am|envoyé|envoyé le|fecha|enviado|enviado el|enviado em|enviada em|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|wysłano|data wysłania|odesláno|datum odeslání|elküldve|dátum|gönderme tarihi|gönderildi|tarih|trimis|ημερομηνία|дата|отправлено|отправлен|надіслано|发送时间|日期|寄件日期|時間|送信日時|日付|日時|보낸 날짜|날짜|נשלח|',
  ],
  [
    'subject',
    '|subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět|predmet|tárgy|konu|subiect|θέμα|тема|主题|主旨|主題|件名|제목|נושא|الموضوع|',
  ],
  [
    'other',
    '|cc|bcc|kopie|kopie (cc)|kopia|dw|копия|抄送|副本|참조|reply-to|antwort an|répondre à|responder a|responder para|risposta|rispondi a|antwoord aan|svar till|svar til|odpowiedz do|importance|attachments|anlagen|pièces jointes|organization|newsgroups|wichtigkeit|priorität|',
  ],
];

/** The field of a copied message header that has that name. */
export function fieldNamed(name: string): Field | null {
  return FIELD_NAMES.find(([, names]) => isOneOf(name, names))?.[0] ?? null;
}

const DEVICE =
  '(?:iphone|ipad|ipod|android|galaxy|samsung|blackberry|huawei|xiaomi|nokia|windows|mobil|' +
  'outlook|phone|smartphone|handy|tablet|cellulare|celular|móvil|телефон|смартфон|мобильн)';
const PROGRAM = `(?:${DEVICE}|[a-z-]{0,10}mail|thunderbird|почт)`;

/** "sent" in one language, then "my" with anything, or the name of a device or program. */
function sent(verb: string, link: string, my: string): RegExp {
  return new RegExp(`^${verb} ${link} ?(?:${my} |.{0,20}${PROGRAM})`, 'iu');
}

/** Lines that a mail client puts under what was written; made when a line may be one. */
export function clientLines(): readonly RegExp[] {
  return [
    new RegExp(`^sent (?:from my |(?:from|via|with|by|using) .{0,20}${DEVICE})`, 'iu'),
    /^sent (?:from|using|with) (?:my )?cell\b/i,
    /^[Ss]ent (?:from|with|using) (?:\[|(?=\p{Lu}))(?:\p{Lu}[^ ]{0,20} ){0,2}[^ ]{0,20}[Mm]ail/u,
    new RegExp(`^from my ${DEVICE}`, 'iu'),
    /^get \[?outlook for /i,
    /^von meine[mr] .{1,40} (?:gesendet|geschickt)/i,
    /^diese (?:nachricht|e-mail|mail) wurde von meine[mr] .{1,60} gesendet/i,
    sent('gesendet', '(?:von|mit|über|aus)', 'meine[mr]'),
    sent('envoyée?', "(?:depuis|de|à partir de|avec)(?: l['’])?", 'm(?:on|a)'),
    sent('enviado', '(?:desde|con|por|do|de|pelo|da|via|a partir d[eo])', '(?:mi|meu|minha)'),
    sent('inviato', "(?:da|dal|con|dall['’])", 'mi[oa]'),
    sent('(?:verzonden|verstuurd)', '(?:met|vanaf|vanuit|van|via)', 'mijn'),
    sent('(?:skickat|sendt)', '(?:från|fra|med|via)', 'mi(?:n|t|tt)'),
    sent('lähetetty', '', '[a-zä]{1,20}stani'),
    sent('wysłan[eoy]', '(?:z|za pomocą|przy użyciu)', 'm(?:oje(?:go|j)|ego)'),
    sent('odesláno', 'ze?', 'm(?:ého|é)'),
    sent('отправлено', '(?:с|из|через|с помощью)', 'мо(?:его|ей)'),
    sent('надіслано', '(?:з|із|за допомогою)', 'мо(?:го|єї)'),
    new RegExp(`^${DEVICE}.{0,20} (?:gönderildi|küldve)`, 'iu'),
    /^(?:发自我的|發自我的|从我的|從我的) ?.{1,30}$/u,
    /^[^。]{1,30}から送信(?:されました)?$/u,
    /^.{1,30}에서 (?:보냄|보낸 메일)/u,
  ];
}

/** Each of the patterns above and below wants one of these: what has none is no such line. */
export const CLIENT_WORDS: readonly string[] = [
  ...['sent', 'from ', 'get ', 'von ', 'gesendet', 'envoy', 'enviado', 'inviato', 'verzonden'],
  ...['verstuurd', 'skickat', 'sendt', 'lähetetty', 'wysłan', 'odesláno', 'отправлено'],
  ...['надіслано', 'gönderildi', 'küldve', '发自', '發自', '从我', '從我', '送信', '에서'],
];

/** "NAME from mobile", a signature only as a paragraph of its own. */
export const LOOSE_CLIENT_LINE =
  /^\p{Lu}[^ ]{0,30} from (?:my )?(?:mobile|phone|iphone|ipad|android|blackberry)$/u;

/** First words of what lists, services and virus scanners append. */
export const FOOTERS: readonly string[] = [
  ...['you received this message because you are subscribed', 'you are receiving this because'],
  ...['you are receiving this email because', 'you are receiving this mail because'],
  ...['to unsubscribe from this', 'to unsubscribe, ', 'unsubscribe: http'],
  ...['reply to this email directly or', 'virus-free. ', 'virenfrei. ', 'garanti sans virus. '],
  ...['sin virus. ', 'libre de virus. ', 'livre de vírus. ', 'virusvrij. '],
  ...['this email has been checked for viruses', 'this e-mail has been checked for viruses'],
  ...['this email has been scanned', 'diese e-mail wurde von avast', 'l’absence de virus dans ce'],
];

/** What only the legal notice of a company says; looked for in a mail's last paragraphs. */
export const NOTICES: readonly string[] = [
  ...['not the intended recipient', 'intended solely for', 'intended only for the use of'],
  ...['contain confidential information', 'nicht der richtige adressat'],
  ...['nicht der beabsichtigte empfänger', 'nicht der vorgesehene empfänger'],
  ...['enthält vertrauliche', "n'êtes pas le destinataire", 'n’êtes pas le destinataire'],
  ...['no es el destinatario', 'não é o destinatário', 'non siete il destinatario'],
  ...['non è il destinatario', 'niet de geadresseerde', 'niet de beoogde ontvanger'],
];
