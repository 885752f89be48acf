/**
 * Automatic replies that carry no mark of one: somebody is away, has accepted an invitation, has
 * read or recalled a mail. And reports of programs that have no form for them.
 *
 * Programs say it in the subject, in words of their own that stand before the subject of the mail
 * that they answer, or alone. A person may write the same words and go on, so what follows must be
 * nothing, that subject, or a date. The words are in absence-words.ts. Pure.
 */
import {
  AWAY,
  AWAY_FOR,
  FIELDS,
  IS_AWAY,
  RECALLS,
  RECEIPTS,
  RECEIVED,
  REPLIES,
  RETURNED,
} from './absence-words.ts';
import { DESK_MARK, type MaybeReply, OPENING, plain, type Reply } from './subject-words.ts';

export function replyIn({
  subject,
  fields,
  isFromNull,
  answered,
  isToNotice = false,
  hasCalendar = false,
}: MaybeReply): Reply {
  const field = fields.find(({ name, value }) =>
    FIELDS.some(([known, said]) => known.test(name) && said.test(value)),
  );
  if (field !== undefined) return { type: 'field', evidence: `${field.name}: ${field.value}` };
  const unmarked = plain(subject).replace(DESK_MARK, '');
  const text = plain(subject).replace(OPENING, '');
  const evidence = `its subject: ${subject}`;
  if (isFromNull && RETURNED.test(text)) return { type: 'returned', evidence };
  if (isOfTheMatter(text, answered ?? [])) return null;
  const isAnswer = (rest: string) => isOurs(rest, answered);
  const isInTicket = answered !== null || isToNotice;
  if (isReceipt(text, isAnswer, isInTicket)) {
    return { type: hasCalendar ? 'calendar' : 'receipt', evidence };
  }
  if (isReceived(text, isAnswer) || isReceived(unmarked, isAnswer)) {
    return { type: answered === null ? 'alone' : 'reply', evidence };
  }
  // One word, such as "Vacation", is what people call their request.
  const mayBeAway = isInTicket || text.includes(' ');
  const isOne = [text, unmarked].some((one) => isReplied(one, isAnswer, isInTicket));
  if (isOne || (mayBeAway && isAway(text, isAnswer))) {
    const type = isToNotice ? 'notice' : answered === null ? 'alone' : 'reply';
    return { type, evidence };
  }
  return [text, unmarked].some((one) => mayBeReply(one, isInTicket))
    ? { type: 'alone', evidence }
    : null;
}

/** A conversation may be about an absence: what stands before its whole subject is said of it. */
function isOfTheMatter(text: string, answered: readonly string[]): boolean {
  const [ofTicket = '', ...others] = answered.map((subject) => bareOf(plain(subject)));
  if ([ofTicket, ...others].includes(bareOf(text))) return true;
  if (ofTicket !== '' && text.endsWith(` ${ofTicket}`)) return false;
  const all = [...ALL_REPLIES, ...ALL_AWAY, ...RECEIPTS];
  return all.some((words) => begins(text, words) && begins(ofTicket, words));
}

/** What follows the longest of these words, if they end there. */
function behind(text: string, words: readonly string[]): string | null {
  const known = words.filter((word) => begins(text, word));
  const longest = known.reduce((one, other) => (other.length > one.length ? other : one), '');
  return longest === ''
    ? null
    : text
        .slice(longest.length)
        .replace(/^[\]】」)*"'>.!]+/, '')
        .trimStart();
}

function begins(text: string, words: string): boolean {
  return text.startsWith(words) && isEnd(text, words.length);
}

/** Between letters of these scripts is no space. */
const ENDS_ANYWHERE = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}]/u;

function isEnd(text: string, at: number): boolean {
  const [last = '', next = ''] = [text[at - 1], text[at]];
  return !/[\p{L}\p{N}-]/u.test(next) || ENDS_ANYWHERE.test(last);
}

const ALL_REPLIES = Object.values(REPLIES).flat();
const ALL_AWAY = Object.values(AWAY).flat();
const SEPARATOR = /^(?:[:：|–—-]|- )\s*/;

function isReplied(
  text: string,
  isAnswer: (rest: string) => boolean,
  isInTicket: boolean,
): boolean {
  const behindAuto = AUTO.exec(text)?.[1];
  if (behindAuto !== undefined) return isAnswer(behindAuto) || isAway(behindAuto, isAnswer);
  const rest = behind(text, ALL_REPLIES);
  if (rest === null) return false;
  if (rest === '' || isAnswer(rest) || isTime(rest) || TO_YOURS.test(rest)) return true;
  const said = rest.replace(SEPARATOR, '');
  if (said === rest) return false;
  return isAnswer(said) || isAway(said, isAnswer) || (isInTicket && !/[?!？！]$/.test(said));
}

const ALL_RECEIVED = Object.values(RECEIVED).flat();
const NUMBER = /^[#\d][\w#-]{0,30}$/;

/** Of another desk. */
function isReceived(text: string, isAnswer: (rest: string) => boolean): boolean {
  const rest = behind(text, ALL_RECEIVED);
  if (rest === null) return false;
  const said = rest
    .replace(SEPARATOR, '')
    .replace(/^[[(] ?/, '')
    .replace(/ ?[\])]$/, '');
  return said === '' || NUMBER.test(said) || isAnswer(said);
}

/** Of Notes; without the colon, and before anything else, it is a German car. */
const AUTO = /^auto ?: ?(.+)$/;
const TO_YOURS =
  /^(?:to your|auf (?:ihre|deine)|a votre|a su|alla (?:sua|tua)|a sua|op uw|pa (?:din|ditt)|na twoj|na vas) [^?!]{1,40}$/;

/** The words, and a subject that is not known to be ours. A question is a person's. */
function mayBeReply(text: string, isInTicket: boolean): boolean {
  const rest = behind(text, ALL_REPLIES) ?? (isInTicket ? behind(text, ALL_AWAY) : null);
  return rest !== null && SEPARATOR.test(rest) && !isQuestion(rest);
}

function isQuestion(text: string): boolean {
  return /[?？]$/.test(text);
}

function isAway(text: string, isAnswer: (rest: string) => boolean): boolean {
  const named = IS_AWAY.flatMap((words) => {
    const at = text.indexOf(words);
    const who = at < 0 ? '' : text.slice(0, at).trim();
    return who !== '' &&
      !OF_ANOTHER.test(who) &&
      who.split(' ').length <= MAX_WORDS_OF_NAME &&
      isEnd(text, at + words.length)
      ? text.slice(at + words.length).trimStart()
      : [];
  });
  if (isAwayFor(text)) return true;
  const rests = [behind(text, ALL_AWAY), ...named].flatMap((rest) => rest ?? []);
  return rests.some((rest) => {
    const said = rest.replace(SEPARATOR, '');
    return said === '' || said === '.' || isAnswer(said) || isTime(rest);
  });
}

/** `Ich bin bis 12.12. im Urlaub`: the time stands in the middle. */
function isAwayFor(text: string): boolean {
  return AWAY_FOR.some(([begin, ends]) => {
    const end = ends.find((one) => text.replace(/[.!]$/, '').endsWith(` ${one}`));
    if (end === undefined || !text.startsWith(`${begin} `)) return false;
    const between = text
      .replace(/[.!]$/, '')
      .slice(begin.length + 1, -end.length)
      .trim();
    return between !== '' && isTime(between);
  });
}

const MAX_WORDS_OF_NAME = 4;
/** No name: a person says it of somebody else. */
const OF_ANOTHER =
  /^(?:your|my|our|his|her|their|the|ihre?|meine?|unsere?|eure?|der|die|das|votre|vos|mon|ma|notre|le|la|su|mi|nuestr[oa]|el|wer|who|qui|quien) /;

/** What an automatic reply repeats: a subject with a mark of a reply, or one of the ticket's. */
function isOurs(rest: string, answered: readonly string[] | null): boolean {
  const bare = bareOf(rest);
  if (bare !== rest) return true;
  return (answered ?? []).some((subject) => {
    const ours = bareOf(plain(subject));
    return (
      ours !== '' &&
      (bare === ours || (bare.length > 20 && ours.startsWith(bare.replace(/(?:\.\.\.|…)$/, ''))))
    );
  });
}

const REPLY_MARKS =
  /^(?:re|aw|antw|sv|vs|odp|ynt|ref|rif|res|回复|答复|回覆) ?(?:\[\d{1,4}\])? ?[:：] ?/;
const TICKET_MARKS = /^\[[^\]]{1,60}\]\s*/;

function bareOf(subject: string): string {
  let bare = subject;
  for (let n = 0; n < 5; n += 1) bare = bare.replace(TICKET_MARKS, '').replace(REPLY_MARKS, '');
  return bare.trim();
}

/** Words that a time begins with. */
const WHEN: readonly string[] = [
  ...['until', 'till', 'til', 'returning', 'back', 'this week', 'next week', 'today'],
  ...['bis', 'ab', 'zuruck', 'wieder da', 'diese woche', 'nachste woche', 'heute'],
  ...["jusqu'au", "jusqu'a", 'de retour', 'cette semaine', 'hasta', 'desde', 'fino al'],
  ...['rientro', 'ate', 'regresso', 'tot', 'tot en met', 't/m', 'terug', 'frem til'],
  ...['till och med', 'tilbage', 'tillbaka', 'tilbake', 'asti', 'saakka', 'do', 'od', 'do dnia'],
  ...['pana', 'pana la', 'kadar', 'ως', 'μεχρι', 'εως', 'до'],
];

/** Of a month. */
const DAY = /(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?!\d)/;
const MAX_TIME_CHARACTERS = 60;
const MAX_WORDS_OF_TIME = 4;

/**
 * `until Monday`, `(returning 12/01/2026)`, `24.12. - 31.12.`: few words, and a number or a word of
 * time.
 */
function isTime(text: string): boolean {
  if (text.length > MAX_TIME_CHARACTERS || /[?!？！]/.test(text)) return false;
  const since = behind(text.replace(/^[(,:;–—-]\s*/, ''), WHEN);
  if (since !== null && since.split(' ').length <= 2 && !/[,;:]| -/.test(since)) return true;
  const parts = text.split(/ [-–—] |[,;:(]/).filter((part) => part.trim() !== '');
  return (
    parts.length > 0 &&
    parts.every((part) => {
      const words = part.split(/[^\p{L}']+/u).filter((word) => word !== '');
      return DAY.test(part) && words.length <= MAX_WORDS_OF_TIME;
    })
  );
}

function isReceipt(
  text: string,
  isAnswer: (rest: string) => boolean,
  isInTicket: boolean,
): boolean {
  if (isInTicket && RECALLS.some((words) => text.includes(words))) return true;
  const rest = behind(text, RECEIPTS);
  if (!isInTicket || rest === null || !SEPARATOR.test(rest)) return false;
  return isAnswer(rest.replace(SEPARATOR, ''));
}
