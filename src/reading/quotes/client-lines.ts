/**
 * Whole lines that mail clients, scanners and lists put under a mail by themselves: "Sent from my
 * iPhone".
 *
 * A line is a client's slogan only if all of its words are in the tables below: a verb, what the
 * mail was sent with, and what stands between them. What it was sent with is a product, or a device
 * that is "mine": "Sent by mail" is its author's. So is a line that begins like a slogan and goes
 * on with one other word. 20 languages; a new one is a few words. Pure.
 */
import { tokensOf } from './tokens.ts';
import { NOTICES } from './words.ts';

const VERBS = new Set([
  ...['sent', 'gesendet', 'geschickt', 'verschickt', 'envoyé', 'envoyée', 'enviado', 'enviada'],
  ...['inviato', 'inviata', 'verzonden', 'verstuurd', 'skickat', 'sendt', 'lähetetty', 'wysłano'],
  ...['wysłane', 'wysłana', 'odesláno', 'odoslané', 'отправлено', 'надіслано', 'gönderildi'],
  ...['küldve', 'elküldve', 'trimis', 'στάλθηκε', '보냄', '보낸', '发', '發', '送', 'provenance'],
  ...['dikirim', 'gửi'],
]);
/** Also the beginning of a word: "iPhone'umdan", "iPhonesta". */
const PRODUCTS = [
  ...['iphon', 'ipad', 'ipod', 'android', 'galaxy', 'outlook', 'thunderbird', 'gmail', 'yahoo'],
  ...['proton', 'bluemail', 'fairemail', 'яндекс'],
];
const WHOLE_PRODUCTS = new Set([
  ...['k9', 'gmx', 'webde', 'mailru', 'mymail', 'aol', 'tapatalk', 'posteo', 'spark', 'windows'],
  ...['superhuman', 'mailspring', 'fairphone', 'blackberry'],
]);
/** Who also sends parcels: a product only with a device. */
const COMPANIES = new Set([
  ...['samsung', 'huawei', 'xiaomi', 'nokia', 'apple', 'orange', 'libero', 'tmobile', 'verizon'],
]);
const DEVICES = new Set([
  ...['mail', 'email', 'mobile', 'mobil', 'phone', 'smartphone', 'handy', 'tablet', 'device'],
  ...['mobiltelefon', 'mobilgerät', 'mobiltelefoner', 'mobiele', 'telefoon', 'téléphone', 'móvil'],
  ...['portable', 'appareil', 'application', 'dispositivo', 'toestel', 'celular', 'teléfono'],
  ...['telemóvel', 'cellulare', 'telefono', 'telefon', 'matkapuhelimesta', 'телефона'],
  ...['смартфона', 'почты', 'app', 'ios', 'mac', 'macos', 'courrier', 'correo', 'posta', 'pixel'],
]);
/** Whose device it is. */
const MINE = new Set([
  ...['my', 'meinem', 'meiner', 'mon', 'ma', 'mi', 'meu', 'minha', 'mio', 'mia', 'mijn', 'min'],
  ...['mitt', 'mojego', 'mého', 'moje', 'môjho', 'моего', 'мой', 'мого', 'μου', '나의', '내', '我'],
  ...['saya', 'tôi'],
]);
/** An application for a system: "Mail for Windows"; but "sent for my iPhone" is no slogan. */
const FOR = new Set([
  ...['for', 'on', 'für', 'auf', 'pour', 'sur', 'para', 'per', 'voor', 'för', 'til', 'dla', 'для'],
  ...['için', 'lle'],
]);
const APPLICATIONS = [
  ...['outlook', 'mail', 'email', 'yahoo', 'aol', 'mymail', 'bluemail', 'thunderbird', 'proton'],
  ...['courrier', 'correo', 'posta'],
];
const BETWEEN = new Set([
  ...['from', 'via', 'with', 'using', 'the', 'a', 'an', 'cell', 'wireless', '4g', '5g', 'lte'],
  ...['secure', 'von', 'vom', 'mit', 'über', 'aus', 'der', 'dem', 'diese', 'nachricht', 'wurde'],
  ...['sicheren', 'depuis', 'avec', 'l', 'de', 'desde', 'con', 'do', 'pelo', 'da', 'por', 'o'],
  ...['dal', 'vanaf', 'vanuit', 'van', 'met', 'från', 'fra', 'med', 'z', 'ze', 'za', 'pomocą'],
  ...['aplikację', 'systemu', 's', 'с', 'из', 'через', 'мобильной', 'з', 'із', 'допомогою', 'az'],
  ...['από', 'το', '에서', '自', '的', '从', '從', '傳', '传', 'か', 'ら', 'さ', 'れ', 'ま', 'し'],
  ...['た', '信', 'at', 't', 'dari', 'từ', 'của', 'pe'],
]);
const MAX_SLOGAN_CHARACTERS = 160;

/** "Get Outlook for iOS", in other languages with the verb behind it. */
const GET = new Set([
  ...['get', 'beziehen', 'holen', 'télécharger', 'obtenir', 'obtener', 'descargar', 'obter'],
  ...['ottieni', 'scarica', 'downloaden', 'hämta', 'hent', 'pobierz', 'hanki', 'edinin'],
  ...['получить', 'скачать'],
]);
const TO_GET = /^(?:outlook|bluemail)/;
/** K-9's own. */
const EXCUSE = /[.,]?\s{0,3}please excuse my brevity\.?$/i;

const SCANNERS = [
  /^[[<(*_ ]*(?:virus-free|virenfrei|virusvrij|sin virus|libre de virus|garanti sans virus|livre de vírus|senza virus)\.[ \]]*<?(?:https?:\/\/)?(?:www\.)?[a-z]+\.(?:com|de|org)\S*(?:\s[<[(]?https?:\S*)?$/i,
  /^(?:this|diese|cet|este|questa) e-?mail (?:has been|wurde|a été|foi|è stata) (?:checked|scanned|von|vérifié|verificado|controllata) .{0,60}\b(?:avast|avg|norton|mcafee|kaspersky|eset|sophos|barracuda|mimecast|messagelabs|forcepoint)\b.{0,40}$/i,
];
/** What people have below their signature against paper; not what they say of a label to print. */
const PAPER =
  /^[^.!?]{0,60}\b(?:before (?:you )?print|avant d['’]imprimer|bevor sie (?:diese|die) |antes de imprimir|prima di stampare|voordat u deze)[^.!?]{0,80}[.!?]{0,3}$/i;
const NATURE =
  /\b(?:environment|umwelt|environnement|medio ?ambiente|ambiente|milieu|planet|trees?|bäume|wald)\b|^\W*think before/i;
const LIST_FOOTER = 'you received this message because you are subscribed to the google groups';
/** What a gateway puts above what comes from outside. */
const BANNER =
  /^\W{0,4}(?:caution|warning|external|achtung|vorsicht|attention|atención|attenzione|let op)\b.{0,40}\b(?:external|e-?mail|extern\w*|mittente|remitente|afzender)\b/i;
const MIN_NOTICE_CHARACTERS = 100;

export function isSlogan(line: string): boolean {
  const text = line.trim();
  if (text === 'ᐧ') return true;
  if (text === '' || text.length > MAX_SLOGAN_CHARACTERS) return false;
  if (SCANNERS.some((pattern) => pattern.test(text))) return true;
  if (PAPER.test(text)) return NATURE.test(text);
  const words = wordsOfSlogan(text);
  const isGet = words.some((word) => TO_GET.test(word)) && words.some((word) => GET.has(word));
  const rest = isGet ? words.filter((word) => !GET.has(word)) : words;
  const isApplication = rest.some((word) => APPLICATIONS.some((name) => word.startsWith(name)));
  const isFor = isGet || (isApplication && rest.some(isProduct));
  return (
    (isGet || rest.some((word) => VERBS.has(word))) &&
    saysWithWhat(rest) &&
    rest.every((word) => isOfSlogan(word) || (isFor && FOR.has(word)))
  );
}

/** Without what belongs to the next word, and numbers of products: "Windows 10", "Galaxy S21". */
function wordsOfSlogan(text: string): readonly string[] {
  const plain = text
    .replace(EXCUSE, '')
    .replace(/web\.de/gi, 'webde')
    .replace(/mail\.ru/gi, 'mailru')
    .replace(/à partir d[eu]\b/gi, 'depuis')
    .replace(/(?<![\p{L}\p{N}])[ld]['’]/giu, ' ')
    .replace(/['’-]/g, '');
  const words = tokensOf(plain);
  return words.filter((word, at) => !(/^s?\d{1,2}$/.test(word) && isProduct(words[at - 1] ?? '')));
}

function isProduct(word: string): boolean {
  return WHOLE_PRODUCTS.has(word) || PRODUCTS.some((product) => word.startsWith(product));
}

function saysWithWhat(words: readonly string[]): boolean {
  const isCompany = words.some((word) => COMPANIES.has(word));
  const isDevice = words.some((word) => DEVICES.has(word));
  const isMine = words.some((word) => MINE.has(word));
  return words.some(isProduct) || (isDevice && (isMine || isCompany)) || (isMine && isCompany);
}

function isOfSlogan(word: string): boolean {
  return (
    isProduct(word) || [VERBS, COMPANIES, DEVICES, MINE, BETWEEN].some((table) => table.has(word))
  );
}

export function isBanner(line: string): boolean {
  return line.length < 400 && BANNER.test(line);
}

/** The paragraph is the footer of a list, or a company's legal notice. */
export function isFooter(paragraph: readonly string[]): boolean {
  const text = paragraph
    .map((line) => line.slice(0, 1000))
    .join(' ')
    .trim()
    .toLowerCase();
  if (text.startsWith(LIST_FOOTER)) return true;
  return text.length >= MIN_NOTICE_CHARACTERS && NOTICES.some((words) => text.includes(words));
}
