/**
 * What may stand in a line of the journal as it is: the value of a key in this table, if it has
 * the shape beside it. Every other string is somebody's words, names, addresses, subjects or
 * Message-IDs, and the line has a reference in its place (texts.ts).
 *
 * So a new field is words until somebody gives it a row here. `from`, `to` and `by` have none:
 * they are a status in one change, and a person in another. Nor has the hash of a mail or of a
 * file: whoever has the same could see by it that somebody sent it. Pure.
 */
const TICKET = String.raw`[A-Z][A-Z0-9]{0,19}-\d{1,15}`;
const QUEUE = '[A-Z][A-Z0-9]{0,19}';
const CHECK = '[a-z]+(-[a-z]+)*';
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z`;
const RAW = String.raw`raw/\d{1,15}/\d{1,15}-(in|out-\d{1,15})\.eml`;

/** By key, wherever it stands; the values of a list have the key of the list. */
const SHAPES: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
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
  }).map(([key, shape]) => [key, new RegExp(`^(?:${shape})$`)]),
);

export const PLAIN_KEYS: readonly string[] = [...SHAPES.keys()];

/** An empty string is nobody's words. */
export function mayStand(key: string, text: string): boolean {
  return text === '' || SHAPES.get(key)?.test(text) === true;
}
