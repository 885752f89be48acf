/**
 * What a calendar says (RFC 5545): who, when, where and what, a line for each. Pure, linear.
 *
 * No time zone is reckoned with: a time is shown as it stands, with its zone's name.
 */
const SHOWN: readonly (readonly [name: string, label: string])[] = [
  ['SUMMARY', ''],
  ['DTSTART', 'Begins'],
  ['DTEND', 'Ends'],
  ['LOCATION', 'Where'],
  ['ORGANIZER', 'Organizer'],
  ['STATUS', 'Status'],
  ['DESCRIPTION', ''],
];

export function eventsIn(calendar: string): string {
  const lines = calendar.replace(/\n[ \t]/g, '').split('\n');
  const events: string[][] = [];
  for (const line of lines) {
    if (/^BEGIN:V(EVENT|TODO|JOURNAL)/i.test(line)) events.push([]);
    events.at(-1)?.push(line);
  }
  const told = events.map((event) => SHOWN.flatMap(([name, label]) => said(event, name, label)));
  const text = told.map((event) => event.join('\n')).join('\n\n');
  return text.trim() === '' ? calendar : text;
}

function said(event: readonly string[], name: string, label: string): readonly string[] {
  const line = event.find((one) => /^[;:]/.test(behind(one, name)));
  if (line === undefined) return [];
  const colon = valueAt(line);
  const [parameters, value] = [line.slice(name.length, colon), line.slice(colon + 1)];
  const plain = value.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1');
  const shown = name.startsWith('DT') ? timeOf(plain, parameters) : personOf(plain, parameters);
  return [label === '' ? shown : `${label}: ${shown}`];
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
  return name === '' ? address : `${name} <${address}>`;
}
