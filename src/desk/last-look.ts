/**
 * A last look at an answer before it goes to a customer, as a careful colleague's: is it meant for
 * them? If in doubt it comes back to its author with the line named.
 *
 * A greeting to one of the staff, or their @name, is for a colleague, unless the author or the
 * customer is called so; "internal" at the top or at the end is a note's; a field with a value
 * that is a command was meant as one, and so was a time or a field of the ticket (meant-lines.ts).
 * Data per language: a new one is a few words. Pure.
 */
import { isSalutation, isSignature } from '../reading/quotes/signature.ts';
import type { TicketNames } from '../ticket/id.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import type { WrongLine } from './command-block.ts';
import { isLone } from './command-fields.ts';
import { commandNamed } from './grammar.ts';
import { isOfField, isOfFieldAtEnd, isOfTime, isOfTimeAtEnd } from './meant-lines.ts';

export interface Correspondents {
  readonly author: string;
  /** Names of the staff. */
  readonly staff: readonly string[];
  /** Who gets the answer. */
  readonly addressees: readonly Mailbox[];
  /** Names of the fields that tickets have. */
  readonly fields?: readonly string[];
}

/** English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Russian. */
const GREETINGS = [
  ...['hi', 'hello', 'hey', 'dear', 'good morning', 'good afternoon', 'good evening', 'hallo'],
  ...['lieber', 'liebe', 'guten tag', 'guten morgen', 'moin', 'servus', 'grüß dich', 'bonjour'],
  ...['salut', 'cher', 'chère', 'coucou', 'hola', 'estimado', 'estimada', 'querido', 'querida'],
  ...['buenos días', 'buenas tardes', 'ciao', 'caro', 'cara', 'buongiorno', 'salve', 'olá', 'oi'],
  ...['bom dia', 'prezado', 'prezada', 'hoi', 'beste', 'goedemorgen', 'hej', 'hei', 'cześć'],
  ...['witaj', 'ahoj', 'привет', 'здравствуйте', 'уважаемый', 'уважаемая', 'thanks', 'thank you'],
  ...['danke', 'merci', 'gracias', 'grazie', 'obrigado', 'obrigada', 'bedankt', 'dank je', 'tack'],
  ...['dzięki', 'спасибо'],
];
/** The same languages: what a text for the desk alone is marked with. */
const INSIDE =
  /^\W{0,3}(?:(?:for |strictly |only )?internal(?: note| only| use(?: only)?)?|private(?: note)?|notes?|(?:nur )?intern(?:e notiz)?|notiz|privat|interne|privé|note interne|interno|privado|nota(?: interna)?|privato|intern notitie|internt|wewnętrzne|внутреннее)\W{0,3}(?:(?:[:：]|[ \t][-–—][ \t]).*)?$/iu;
/** Of other fields, such as "Subject", a copied header has lines as well. */
const CLOSED_FIELDS = new Set(['status', 'assign', 'priority', 'merge']);

/** `close 7102`: a mail of commands may have gone to the wrong address. */
const CONTROL_LINE =
  /^([a-z]{3,10})[ \t]{1,9}#?(?:[a-z0-9]{1,20}-)?\d{1,9}(?:(?:[ \t]{0,2}[,;&]|[ \t](?:and|und|et|y))[ \t]{0,2}#?(?:[a-z0-9]{1,20}-)?\d{1,9}){0,9}(?:\s(.{0,200}))?$/i;
/** What people say to a desk that has a command for it. */
const ASKED_FOR =
  /^(?:please[ \t]{1,3})?(?:close|reopen)(?:[ \t]{1,3}(?:this|the|it|now))?(?:[ \t]{1,3}(?:ticket|case|issue))?(?:[ \t]{1,3}please)?[.!]?$/i;
const TICKET_WORDS = new Set(['close', 'reopen', 'status', 'assign', 'take', 'priority', 'merge']);

export function lookedAt(
  lines: readonly string[],
  between: Correspondents,
  names: TicketNames,
): readonly WrongLine[] {
  const own = lines.map((line) => line.trim()).filter((line) => line !== '' && line[0] !== '>');
  const signed = aboveSignOff(own, between.author);
  const ends = [...new Set([own[0], signed.at(-1), own.at(-1)])].filter(
    (line) => line !== undefined,
  );
  const others = between.staff.filter((name) => !isOneOf(name, between));
  const { fields = [] } = between;
  const found = [
    ...own
      .slice(0, 1)
      .filter((line) => greets(line, others))
      .map(asked(FOR_A_COLLEAGUE)),
    ...own.filter((line) => isNamed(line, others)).map(asked(FOR_A_COLLEAGUE)),
    ...ends.filter((line) => INSIDE.test(line)).map(asked(FOR_INSIDE)),
    ...own.filter((line) => isCommand(line, names)).map(asked(NOT_A_COMMAND)),
    ...ends.filter((line) => isLone(line, names) || ASKED_FOR.test(line)).map(asked(NOT_A_COMMAND)),
    ...own.filter((line) => isOfTime(line) || isOfField(line, fields)).map(asked(AT_THE_TOP)),
    ...ends
      .filter((line) => isOfTimeAtEnd(line) || isOfFieldAtEnd(line, fields))
      .map(asked(AT_THE_TOP)),
  ];
  return found.filter(({ line }, at) => found.findIndex((other) => other.line === line) === at);
}

const FOR_A_COLLEAGUE = 'Is that for a colleague, or for the customer?';
const FOR_INSIDE = 'Is that for the customer? A note has "note" alone in its first line';
const NOT_A_COMMAND =
  'Is that a command? Commands stand at the top of an answer, or as fields at its end below an empty line';
const AT_THE_TOP =
  'Is that a command? A line such as "Send: monday 9:00", "Snooze: monday 9:00" or "Field: order 1234" stands at the top of an answer';
/** All that it asks, by which a copy of the question is known. */
export const LOOKED_AT = [FOR_A_COLLEAGUE, FOR_INSIDE, NOT_A_COMMAND, AT_THE_TOP] as const;

function asked(problem: string) {
  return (line: string): WrongLine => ({ line, problem });
}

function isOneOf(name: string, { author, addressees }: Correspondents): boolean {
  const theirs = addressees.flatMap((person) =>
    `${person.name} ${person.address.split('@', 1)[0] ?? ''}`
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  );
  return name.toLowerCase() === author.toLowerCase() || theirs.includes(name.toLowerCase());
}

const MAX_SIGN_OFF_LINES = 8;
const MAX_NAME_WORDS = 4;

/** Without the greeting at the end and what stands below it, or the author's name alone. */
function aboveSignOff(own: readonly string[], author: string): readonly string[] {
  const from = Math.max(1, own.length - MAX_SIGN_OFF_LINES);
  const salutation = own.findIndex((line, at) => at >= from && isSalutation(line));
  if (salutation > 0 && isSignature(own.slice(salutation))) return own.slice(0, salutation);
  const words = (own.at(-1) ?? '').toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const isName = words.length <= MAX_NAME_WORDS && words.includes(author.toLowerCase());
  return isName && own.length > 1 ? own.slice(0, -1) : own;
}

/** "Hi Kim", "Hi, Kim!", "Kim, can you…"; not "Hello, Kim will call you". */
function greets(line: string, staff: readonly string[]): boolean {
  const words = line.toLowerCase().slice(0, 200);
  const greeting = GREETINGS.find(
    (one) => words.startsWith(`${one} `) || words.startsWith(`${one},`),
  );
  const rest = words.slice(greeting?.length ?? 0);
  const isDirect = greeting !== undefined && !rest.startsWith(',');
  const addressed = rest.replace(/^[\s,]+/, '');
  return staff.some((name) => {
    if (!addressed.startsWith(name.toLowerCase())) return false;
    const after = addressed.slice(name.length);
    return isDirect ? !/^[\p{L}\p{N}'’-]/u.test(after) : /^\s*(?:[,:!–—]|-\s|$)/.test(after);
  });
}

function isNamed(line: string, staff: readonly string[]): boolean {
  const named = line.toLowerCase().matchAll(/(?<![\p{L}\p{N}._-])@([\p{L}\p{N}._-]{1,64})/gu);
  const known = staff.map((name) => name.toLowerCase());
  return [...named].some(([, name = '']) =>
    known.some((one) => name.startsWith(one) && /^[._-]*$/.test(name.slice(one.length))),
  );
}

function isCommand(line: string, names: TicketNames): boolean {
  const [, word = '', rest = ''] = CONTROL_LINE.exec(line) ?? [];
  const ofTicket = TICKET_WORDS.has(word.toLowerCase()) ? commandNamed(word) : null;
  if (ofTicket !== null && !('refused' in ofTicket.read(rest.trim(), names))) return true;
  const [, field = '', value = ''] = /^([A-Za-z]{3,20})[ \t]*:(?!\/\/)(.{1,100})$/.exec(line) ?? [];
  const command = CLOSED_FIELDS.has(field.toLowerCase()) ? commandNamed(field.toLowerCase()) : null;
  return command !== null && !('refused' in command.read(value.trim(), names));
}
