/**
 * The language that a mail is written in, as far as its own words tell: for the language
 * of what the desk answers.
 *
 * Counts the words in it that every text of a language has; a script that only one language
 * uses is enough. If the text is too short or undecided, Content-Language (RFC 3282) is
 * believed, then the first of Accept-Language. Gives a primary language subtag (RFC 5646),
 * or null. Pure.
 */
import { fieldValue, type HeaderField } from './header.ts';

/** Frequent words, chosen so that few of them mean something in another language of the table. */
const WORDS: Readonly<Record<string, string>> = {
  en: 'the and is you that it for this have not with my was are can be your i would please hello hi hey dear thanks thank regards we our they from how do does could cannot get since attached',
  de: 'der die das und ist ich nicht ein eine sie mit für auf haben wir wie kann mein bitte zu hallo moin guten sehr geehrte geehrter danke vielen grüße grüßen gruß freundlichen meine mich mir ihr euch wann noch nochmal seit geht anbei unsere',
  fr: 'le les et est je vous pas une pour que dans mon avec nous bonjour mais sur cette ai votre merci bonsoir cordialement où ma mes ne des puis comment aide',
  es: 'el los y es no una para que con mi por está hola pero cuando muy gracias puedo su las buenos días saludos cordial mis cómo dónde ayuda',
  it: 'il di che è non per una sono con mi ho della ma questo grazie buongiorno come gli nel salve saluti cordiali mio mia posso dove quando',
  pt: 'o os e é não uma para que com meu por está olá mas quando muito obrigado obrigada posso seu as bom dia minha como onde ajuda cumprimentos',
  nl: 'de het een en ik niet is dat van voor met mijn maar kan hallo naar wij op bedankt graag groeten vriendelijke geachte beste waar hoe alvast dank',
  pl: 'nie jest się że na do i w z jak mam proszę dzień dobry moje ale czy jestem dziękuję witam pozdrawiam mój moja mogę kiedy gdzie państwa',
  sv: 'och att det är jag inte en som för med på har men min kan hej till ni om från tack hälsningar mvh mitt hur när var kommer',
  da: 'og at det er jeg ikke en som for med på har men min kan hej til af jeres mit tak hilsen venlig hvordan hvornår hvor kommer',
  cs: 've je se na že to jsem není dobrý den jak ale pro děkuji prosím mám by si když pozdravem můj moje mohu kdy kde',
  tr: 've bir bu için değil var ben merhaba ama nasıl çok ile teşekkürler lütfen mı olarak selam saygılarımla benim nerede zaman',
};

/** Of a letter: scripts in which one language is by far the likeliest. */
const scripts = (): readonly (readonly [RegExp, string])[] => [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Han}/gu, 'zh'],
  [/[іїєґ]/giu, 'uk'],
  [/\p{Script=Cyrillic}/gu, 'ru'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Thai}/gu, 'th'],
];

/** Characters that are looked at. */
const MAX_CHARACTERS_READ = 4000;
const MIN_WORDS = 3;
/** Where no other language has any of its own. */
const MIN_WORDS_ALONE = 2;
/** The second language of a text has less than this share of the first one's words. */
const MAX_SECOND_SHARE = 0.7;

export function languageOf(fields: readonly HeaderField[], text: string): string | null {
  const start = text.slice(0, MAX_CHARACTERS_READ);
  return byScript(start) ?? byWords(start) ?? byHeader(fields);
}

function byScript(text: string): string | null {
  if (isLatin(text)) return null;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const isMost = (letter: RegExp, share: number) =>
    (text.match(letter)?.length ?? 0) > letters * share;
  // Half of a Japanese text is Han, nearly all of a Ukrainian one are letters that Russian has too,
  // and logs are Latin.
  const share = (language: string) => (language === 'ja' ? 0.1 : language === 'uk' ? 0.03 : 0.2);
  return scripts().find(([letter, language]) => isMost(letter, share(language)))?.[1] ?? null;
}

/** Up to Latin Extended-B and the usual punctuation: no other script is to be looked for. */
function isLatin(text: string): boolean {
  return !/[^\0-\u024f\u2000-\u206f\u20ac]/.test(text);
}

function byWords(text: string): string | null {
  // Each once: a log repeats its few words on every line.
  const words = new Set(text.toLowerCase().match(/[a-z\u00c0-\u024f]+/g));
  const counts = Object.entries(WORDS)
    .map(([language, known]) => ({
      language,
      count: known.split(' ').filter((word) => words.has(word)).length,
    }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = counts;
  if (first === undefined || second === undefined) return null;
  if (first.count < (second.count === 0 ? MIN_WORDS_ALONE : MIN_WORDS)) return null;
  return second.count < first.count * MAX_SECOND_SHARE ? first.language : null;
}

function byHeader(fields: readonly HeaderField[]): string | null {
  const named = ['content-language', 'accept-language'].map((name) => {
    const tag = /^\s*([a-z]{2,3})(?![a-z])/i.exec(fieldValue(fields, name) ?? '')?.[1];
    return tag?.toLowerCase() ?? null;
  });
  return named.find((language) => language !== null) ?? null;
}
