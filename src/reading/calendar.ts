/**
 * What a calendar says (RFC 5545): who, when, where and what, a line for each. Pure, linear.
 *
 * No time zone is reckoned with: a time is shown as it stands, with its zone's name.
 */
const SHOWN: readonly (readonly [name: string, label: string])[] = [
  ['SUMMARY', ''],
  ['DTSTART', 'Begins'],
  ['DTEND', 'Ends'],
  ['RRULE', 'Repeats'],
  ['LOCATION', 'Where'],
  ['ORGANIZER', 'Organizer'],
  ['ATTENDEE', 'With'],
  ['STATUS', 'Status'],
  ['DESCRIPTION', ''],
];

const MAX_ATTENDEES = 20;

/**
 * What the sender wants with the events (RFC 5546 1.4), if they are not told or asked for the first
 * time.
 */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['CANCEL', 'Cancelled:'],
  ['REPLY', 'Answer to an invitation:'],
  ['COUNTER', 'Another proposal for:'],
  ['DECLINECOUNTER', 'The other proposal is declined for:'],
]);

export function eventsIn(calendar: string): string {
  const lines = calendar.replace(/\n[ \t]/g, '').split('\n');
  const method = lines.find((line) => /^METHOD:/i.test(line))?.slice('METHOD:'.length) ?? '';
  const wanted = METHODS.get(method.trim().toUpperCase());
  const events: string[][] = [];
  for (const line of lines) {
    if (/^BEGIN:V(EVENT|TODO|JOURNAL)/i.test(line)) events.push([]);
    events.at(-1)?.push(line);
  }
  const told = events.map((event) => [
    ...(wanted === undefined ? [] : [wanted]),
    ...SHOWN.flatMap(([name, label]) => said(event, name, label)),
  ]);
  const text = told.map((event) => event.join('\n')).join('\n\n');
  return text.trim() === '' ? calendar : text;
}

function said(event: readonly string[], name: string, label: string): readonly string[] {
  const lines = event.filter((one) => /^[;:]/.test(behind(one, name)));
  const shown = lines.slice(0, name === 'ATTENDEE' ? MAX_ATTENDEES : 1);
  if (shown.length === 0) return [];
  const text = shown.map((line) => valueIn(line, name)).join(', ');
  const more = name === 'ATTENDEE' ? lines.length - shown.length : 0;
  const all = more === 0 ? text : `${text}, and ${more} more`;
  return [label === '' ? all : `${label}: ${all}`];
}

function valueIn(line: string, name: string): string {
  const colon = valueAt(line);
  const [parameters, value] = [line.slice(name.length, colon), line.slice(colon + 1)];
  const plain = value.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1');
  return name.startsWith('DT') ? timeOf(plain, parameters) : personOf(plain, parameters);
}

function behind(line: string, name: string): string {
  return line.slice(0, name.length).toUpperCase() === name ? line.slice(name.length) : '';
}

/** The first colon outside of quotation marks. */
function valueAt(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') isQuoted = !isQuoted;
    else if (line[at] === ':' && !isQuoted) return at;
  }
  return line.length;
}

/** `20261130T100000Z` */
function timeOf(value: string, parameters: string): string {
  const [, year, month, day, hour, minute, zone = ''] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?/.exec(value) ?? [];
  if (year === undefined) return value;
  const [, named = ''] = /TZID="?([^";:]+)/i.exec(parameters) ?? [];
  const time = hour === undefined ? '' : ` ${hour}:${minute}${zone === '' ? '' : ' UTC'}`;
  return `${year}-${month}-${day}${time}${named === '' ? '' : ` (${named})`}`;
}

/** `ORGANIZER;CN=Nic:mailto:nic@ferrier.example` */
function personOf(value: string, parameters: string): string {
  const [, quoted, bare] = /CN=(?:"([^"]*)"|([^";:]+))/i.exec(parameters) ?? [];
  const name = quoted ?? bare ?? '';
  const address = value.replace(/^mailto:/i, '');
  const [, answer = ''] = /PARTSTAT=(ACCEPTED|DECLINED|TENTATIVE)\b/i.exec(parameters) ?? [];
  const person = name === '' ? address : `${name} <${address}>`;
  return answer === '' ? person : `${person} (${answer.toLowerCase()})`;
}
