/**
 * What may stand in a line of the journal as it is: the value of a key in this table, if it has
 * the shape beside it. Every other string is somebody's words, names, addresses, subjects or
 * Message-IDs, and the line has a reference in its place (texts.ts).
 *
 * So a new field is words until somebody gives it a row here. `from`, `to` and `by` have none:
 * they are a status in one change, and a person in another. Nor has the hash of a mail or of a
 * file: whoever has the same could see by it that somebody sent it. Pure.
 */
import { isOneOf, type WordTable } from '../ticket/word-table.ts';

interface Shape {
  test(text: string): boolean;
}

const TICKET = /^[A-Z][A-Z0-9]{0,19}-\d{1,15}$/;
const QUEUE = /^[A-Z][A-Z0-9]{0,19}$/;
const ROUTE = /^[A-Z][A-Z0-9]{0,19}(?:-\d{1,15})?$/;
const HELD = /^held \d{1,15}$/;
const CHECK = /^[a-z]+(?:-[a-z]+)*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const RAW = /^raw\/\d{1,15}\/\d{1,15}-(?:in|out-\d{1,15})\.eml$/;
const NOUNS: WordTable =
  '|address|mail|message|note|person|recipient|reply|robot|staff|template|ticket|';
/** `ticket.created` */
const TYPE: Shape = {
  test: (text) => {
    const dot = text.indexOf('.');
    return isOneOf(text.slice(0, dot), NOUNS) && /^[.][a-z]+$/.test(text.slice(dot));
  },
};

/** By key, wherever it stands; the values of a list have the key of the list. */
const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['type', TYPE],
  ['ticket', TICKET],
  ['tickets', TICKET],
  ['into', TICKET],
  ['other', TICKET],
  ['movedTo', TICKET],
  ['queue', QUEUE],
  ['targets', { test: (text) => ROUTE.test(text) || HELD.test(text) }],
  ['route', ROUTE],
  ['date', TIME],
  ['since', TIME],
  ['told', TIME],
  ['until', TIME],
  ['timeZone', /^(?:UTC|[A-Z][a-z]+\/[A-Za-z0-9_+/-]+)$/],
  ['notBefore', TIME],
  ['raw', RAW],
  ['provenBy', RAW],
  ['written', RAW],
  ['path', RAW],
  ['digest', /^[0-9a-f]{64}$/],
  ['epoch', /^[0-9a-f]{16}$/],
  ['mail', /^\d{1,15}\.\d{1,15}$/],
  ['status', /^\d\.\d{1,3}\.\d{1,3}$/],
  ['direction', oneOf('|in|out|internal|')],
  ['delivery', oneOf('|waiting|under-way|sent|failed|bounced|unknown|undone|')],
  ['trust', oneOf('|automatic|claimed|thread|authenticated|staff|')],
  ['verb', oneOf('|new|reply|control|run|any|')],
  ['intent', oneOf('|open|append|hold|record|act|control|help|confirm|run|plan|')],
  ['was', oneOf('|recorded|held|ticket|returned|done|')],
  ['asks', oneOf('|close|')],
  ['wrote', oneOf('|person|maybe|bulk|machine|')],
  ['foundIn', oneOf('|uuencode|encoded-multipart|unbounded-multipart|smime|compressed|tnef|')],
  ['about', oneOf('|control|help|returned|question|robot|')],
  ['asked', CHECK],
  ['check', CHECK],
]);

export function plainKeys(): readonly string[] {
  return [...SHAPES.keys()];
}

/** An empty string is nobody's words. */
export function mayStand(key: string, text: string): boolean {
  return text === '' || SHAPES.get(key)?.test(text) === true;
}

function oneOf(table: WordTable): Shape {
  return { test: (text) => isOneOf(text, table) };
}
