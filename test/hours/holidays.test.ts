/** Holidays of iCalendar files: those that people have, and those that somebody has made to harm. */
import { expect, test } from 'vitest';
import { offsetsOf } from '../../src/dates/zone.ts';
import { holidaysIn } from '../../src/hours/holidays.ts';
import { calendar } from '../kit/calendar.ts';

const isZone = (name: string) => offsetsOf(name) !== null;
const read = (text: string) => holidaysIn(text, { until: Date.parse('2027-12-31T12:00Z'), isZone });
const shown = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const wall = (text: string) => read(text).onTheWall.map(({ from, to }) => [shown(from), shown(to)]);
const instants = (text: string) =>
  read(text).instants.map(({ from, to }) => [shown(from), shown(to)]);

test('a whole day, of one date or of several, is one on the wall', () => {
  const text = calendar(
    ['SUMMARY:New Year', 'DTSTART;VALUE=DATE:20270101'],
    ['SUMMARY:Christmas', 'DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227'],
    ['SUMMARY:A week', 'DTSTART;VALUE=DATE:20270712', 'DURATION:P1W'],
  );
  expect(wall(text)).toEqual([
    ['2026-12-24T00:00', '2026-12-27T00:00'],
    ['2027-01-01T00:00', '2027-01-02T00:00'],
    ['2027-07-12T00:00', '2027-07-19T00:00'],
  ]);
  expect(read(text)).toMatchObject({ instants: [], problems: [] });
});

test.each<readonly [begin: string, rule: string, days: readonly string[]]>([
  ['20241003', 'FREQ=YEARLY', ['2024-10-03', '2025-10-03', '2026-10-03', '2027-10-03']],
  // Memorial Day, Buß- und Bettag, Thanksgiving.
  ['20250526', 'FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO', ['2025-05-26', '2026-05-25', '2027-05-31']],
  [
    '20251119',
    'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=16,17,18,19,20,21,22;BYDAY=WE',
    ['2025-11-19', '2026-11-18', '2027-11-17'],
  ],
  [
    '20251127',
    'FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4',
    ['2025-11-27', '2026-11-26', '2027-11-25'],
  ],
  ['20240229', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', ['2024-02-29']],
  ['20250101', 'FREQ=YEARLY;COUNT=2', ['2025-01-01', '2026-01-01']],
  ['20250101', 'FREQ=YEARLY;UNTIL=20260101', ['2025-01-01', '2026-01-01']],
  ['20270101', 'FREQ=MONTHLY;BYDAY=1FR;COUNT=3', ['2027-01-01', '2027-02-05', '2027-03-05']],
  ['20271224', 'FREQ=DAILY;COUNT=2', ['2027-12-24', '2027-12-25']],
])('from %s on, %s is every day that it names', (begin, rule, days) => {
  const text = calendar([`DTSTART;VALUE=DATE:${begin}`, `RRULE:${rule}`]);
  // Days that follow on each other are one time.
  const found = wall(text).flatMap(([from = '', to = '']) => {
    const length = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 86_400_000;
    return Array.from({ length }, (_, n) => shown(Date.parse(`${from}Z`) + n * 86_400_000));
  });
  expect(found).toEqual(days.map((day) => `${day}T00:00`));
  expect(read(text).problems).toEqual([]);
});

test('a date is taken out of a series, and another put in', () => {
  const text = calendar([
    ...['DTSTART;VALUE=DATE:20250101', 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20260101'],
    'RDATE;VALUE=DATE:20250603',
  ]);
  expect(wall(text).map(([from]) => from?.slice(0, 10))).toEqual([
    ...['2025-01-01', '2025-06-03', '2027-01-01'],
  ]);
});

test('part of a day is meant by the clock that the event names, in summer and in winter', () => {
  const team = (zone: string, date: string) =>
    calendar([`DTSTART;TZID=${zone}:${date}T140000`, `DTEND;TZID=${zone}:${date}T170000`]);
  expect(instants(team('Europe/Berlin', '20260701'))).toEqual([
    ['2026-07-01T12:00', '2026-07-01T15:00'],
  ]);
  expect(instants(team('America/New_York', '20261201'))).toEqual([
    ['2026-12-01T19:00', '2026-12-01T22:00'],
  ]);
  expect(instants(team('/citadel.example/2025_1/Australia/Sydney', '20261201'))).toEqual([
    ['2026-12-01T03:00', '2026-12-01T06:00'],
  ]);
  expect(instants(calendar(['DTSTART:20261224T120000Z', 'DTEND:20261224T230000Z']))).toEqual([
    ['2026-12-24T12:00', '2026-12-24T23:00'],
  ]);
  expect(wall(calendar(['DTSTART:20261224T120000', 'DURATION:PT5H']))).toEqual([
    ['2026-12-24T12:00', '2026-12-24T17:00'],
  ]);
});

test('each week at 9 stays at 9 when the clocks are changed, and ends when it says, in UTC', () => {
  const weekly = [
    ...['DTSTART;TZID=Europe/Berlin:20261012T090000', 'DTEND;TZID=Europe/Berlin:20261012T100000'],
    'RRULE:FREQ=WEEKLY;UNTIL=20261102T080000Z',
  ];
  expect(instants(calendar(weekly)).map(([from]) => from)).toEqual([
    ...['2026-10-12T07:00', '2026-10-19T07:00', '2026-10-26T08:00', '2026-11-02T08:00'],
  ]);
});

test('one occurrence can be moved or cancelled, and a cancelled event is none', () => {
  const series = ['UID:a', 'DTSTART;VALUE=DATE:20250601', 'RRULE:FREQ=YEARLY'];
  const change = (year: number, ...lines: readonly string[]) => [
    ...['UID:a', `RECURRENCE-ID;VALUE=DATE:${year}0601`, ...lines],
  ];
  const text = calendar(
    change(2026, 'DTSTART;VALUE=DATE:20260602'),
    series,
    change(2027, 'DTSTART;VALUE=DATE:20270601', 'STATUS:CANCELLED'),
    ['DTSTART;VALUE=DATE:20260701', 'STATUS:CANCELLED'],
  );
  expect(wall(text).map(([from]) => from)).toEqual(['2025-06-01T00:00', '2026-06-02T00:00']);
});

test('a zone that nobody knows counts as that of the queue, and is told', () => {
  const text = calendar([
    ...['SUMMARY:Party', 'DTSTART;TZID=Customized Time Zone:20261224T120000', 'DURATION:PT5H'],
  ]);
  expect(wall(text)).toEqual([['2026-12-24T12:00', '2026-12-24T17:00']]);
  expect(read(text).problems).toEqual([
    'has "Party" in the zone "Customized Time Zone", which is not known: times in it are taken as the queue\'s own',
  ]);
});

test('an event that is wrong takes no other with it, and is told', () => {
  const text = calendar(
    ['SUMMARY:No beginning'],
    ['SUMMARY:No date', 'DTSTART;VALUE=DATE:2026AB99'],
    ['SUMMARY:Good', 'DTSTART;VALUE=DATE:20261224'],
    ['SUMMARY:Backwards', 'DTSTART;VALUE=DATE:20261231', 'DTEND;VALUE=DATE:20261201'],
  );
  expect(wall(text)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
  const told = read(text).problems.join('\n');
  for (const name of ['No beginning', 'No date', 'Backwards']) expect(told).toContain(`"${name}"`);
});

const DAY = 'DTSTART;VALUE=DATE:20260601';

test('what is wrong with an event is said of it, not of the program that reads it', () => {
  expect(read(calendar(['SUMMARY:No beginning'])).problems).toEqual([
    'has "No beginning", which is not understood: it has no beginning (DTSTART)',
  ]);
  const changed = calendar(
    ['UID:a', 'SUMMARY:Series', 'DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=YEARLY;COUNT=2'],
    ['UID:a', 'SUMMARY:Changed', 'RECURRENCE-ID;VALUE=DATE:20270601'],
  );
  expect(read(changed).problems).toEqual([
    'has "Changed", which is not understood: it has no beginning (DTSTART)',
  ]);
  expect(wall(changed).map(([from]) => from)).toEqual(['2026-06-01T00:00', '2027-06-01T00:00']);
});

test.each<readonly [there: string, lines: readonly string[]]>([
  ['2026-11-31', ['DTSTART;VALUE=DATE:20261131']],
  ['2027-02-29', ['DTSTART;VALUE=DATE:20270229', 'RRULE:FREQ=YEARLY']],
  ['2026-13-01', ['DTSTART;VALUE=DATE:20261301']],
  ['2026-06-00', ['DTSTART;VALUE=DATE:20260600']],
  ['2026-06-31', [DAY, 'DTEND;VALUE=DATE:20260631']],
  ['2026-11-31T12:00:00', ['DTSTART:20261131T120000', 'DURATION:PT1H']],
  ['2026-11-30T25:00:00', ['DTSTART;TZID=Europe/Berlin:20261130T250000', 'DURATION:PT1H']],
  ['2026-11-30T12:61:00Z', ['DTSTART:20261130T126100Z', 'DURATION:PT1H']],
  ['2026-11-30T24:01:00', ['DTSTART:20261130T120000', 'DTEND:20261130T240100']],
  ['2026-02-30', [DAY, 'RDATE;VALUE=DATE:20260701,20260230']],
  ['2026-02-30T10:00:00Z', ['DTSTART:20260230T100000Z', 'DURATION:PT1H']],
  ['2027-06-31', [DAY, 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20270631']],
  ['2028-02-30', [DAY, 'RRULE:FREQ=YEARLY;UNTIL=20280230']],
])('an event at %s closes the desk on no other day, and is told', (there, lines) => {
  const text = calendar(['SUMMARY:Slip', ...lines], ['DTSTART;VALUE=DATE:20261224']);
  expect(read(text).problems).toEqual([
    `has "Slip", which is not understood: there is no ${there}`,
  ]);
  expect([...wall(text), ...instants(text)]).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
});

test('a leap day, a leap second and the end of a day are times', () => {
  const text = calendar(
    ['DTSTART;VALUE=DATE:20280229'],
    ['DTSTART:20261231T120000', 'DTEND:20261231T240000'],
    ['DTSTART:20161231T235960Z', 'DURATION:PT1H'],
  );
  expect(read(text).problems).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['a page of HTML', '<html><body>Not found</body></html>'],
  ['JSON', '{"a": 1}'],
  ['octets', '\u0000\u0001\u0002'],
  ['a contact', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n'],
])('%s is no iCalendar file, and that is told', (_, text) => {
  const { onTheWall, instants: times, problems } = read(text);
  expect([...onTheWall, ...times]).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^is no iCalendar file: /);
});

/** The library would look for the next one for ever, for half a minute, or there are too many. */
test.each([
  'FREQ=SECONDLY',
  'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=HOURLY;INTERVAL=2',
  'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYDAY=MO;BYMONTH=1;BYSETPOS=9',
  'FREQ=YEARLY;BYMONTH=12,7;BYMONTHDAY=23,-21,-25;BYDAY=-1MO',
  'FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-25;BYDAY=MO',
  'FREQ=YEARLY;INTERVAL=100000000',
  'FREQ=YEARLY;INTERVAL=100;BYMONTH=1;BYMONTHDAY=1;BYDAY=MO',
  'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
  'FREQ=MONTHLY;BYDAY=5MO',
])('an event with the rule %s counts once, and is told', (rule) => {
  const text = calendar(['SUMMARY:Trap', 'DTSTART;VALUE=DATE:20200101', `RRULE:${rule}`]);
  expect(wall(text)).toEqual([['2020-01-01T00:00', '2020-01-02T00:00']]);
  expect(read(text).problems).toEqual([
    'has "Trap", whose rule is not one of holidays: it counts once',
  ]);
});

test('so many occurrences and dates are read of a file; what is left out is told', () => {
  const ages = ['SUMMARY:Ages', 'DTSTART;VALUE=DATE:18000101', 'RRULE:FREQ=DAILY'];
  const daily = calendar(['SUMMARY:Good', 'DTSTART;VALUE=DATE:20261224'], ages);
  expect(read(daily).problems).toEqual(['has "Ages", with more occurrences than are read']);
  expect(wall(daily)).toContainEqual(['2026-12-24T00:00', '2026-12-25T00:00']);
  const dates = Array.from({ length: 5000 }, (_, n) => 20_200_101 + (n % 28)).join(',');
  const begin = ['SUMMARY:Many', 'DTSTART;VALUE=DATE:20200101'];
  const many = calendar([...begin, 'RRULE:FREQ=YEARLY', `EXDATE;VALUE=DATE:${dates}`]);
  expect(read(many).problems).toEqual(['has "Many", with more dates than are read']);
});

/** The library would count through each day of it, or through all that is of no use. */
test.each([
  'DURATION:P999999999999999D',
  'DURATION:-P999999999999999D',
  'DURATION:P99999999W',
  'DURATION:PT99999999999999999999S',
])('an event of %s is left out, and is told', (length) => {
  const long = ['SUMMARY:Long', 'DTSTART:20260101T000000', length];
  const text = calendar(long, [...long, 'RRULE:FREQ=DAILY'], ['DTSTART;VALUE=DATE:20261224']);
  expect(wall(text)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
  expect(read(text).problems.join()).toMatch(/^has "Long", which is not understood: .* a year/);
});

test('an event that comes again is left out if each is longer than a year, and is told', () => {
  const good = ['DTSTART;VALUE=DATE:20300101', 'DTEND;VALUE=DATE:20990101'];
  const text = calendar([...good, 'SUMMARY:Long', 'RRULE:FREQ=DAILY'], good);
  expect(wall(text)).toEqual([['2030-01-01T00:00', '2099-01-01T00:00']]);
  expect(read(text).problems.join()).toMatch(/^has "Long", which is not understood: .* a year/);
});

test('a change that moves an occurrence by ages changes nothing, and is told', () => {
  const series = [
    'UID:a',
    'SUMMARY:Day',
    'DTSTART;VALUE=DATE:20260601',
    'RRULE:FREQ=YEARLY;COUNT=1',
  ];
  const change = ['UID:a', 'RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:18000101'];
  const text = calendar(series, [...change, 'DTSTART;VALUE=DATE:20260601']);
  expect(wall(text)).toEqual([['2026-06-01T00:00', '2026-06-02T00:00']]);
  expect(read(text).problems.join()).toContain('its RECURRENCE-ID is more than');
});

test('of an event four rules are read, and no line of very many parts', () => {
  const daily = Array.from({ length: 5_000 }, () => 'RRULE:FREQ=YEARLY;COUNT=2');
  const many = calendar(['SUMMARY:Many', 'DTSTART;VALUE=DATE:20260601', ...daily]);
  expect(read(many).problems).toEqual(['has "Many", with more rules than are read']);
  expect(wall(many).map(([from]) => from)).toEqual(['2026-06-01T00:00', '2027-06-01T00:00']);
  const parts = calendar([
    `SUMMARY${';A=b'.repeat(5_000)}:Parts`,
    'DTSTART;VALUE=DATE:20260601',
    `RDATE${';A=b'.repeat(5_000)};VALUE=DATE:20260602`,
  ]);
  expect(read(parts).problems).toEqual(['has "Parts", with a line of too many parts']);
});

test('a rule that is slow to find the next one counts for as many as it looks through', () => {
  const rule = 'RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYDAY=MO';
  const slow = Array.from({ length: 500 }, () => ['DTSTART;VALUE=DATE:20270102', rule]);
  const text = calendar(...slow, ['SUMMARY:Good', 'DTSTART;VALUE=DATE:20261224']);
  expect(read(text).problems).toEqual(['has an event, with more occurrences than are read']);
  expect(wall(text)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
});

test('periods of a series are times of their own', () => {
  const text = calendar([
    ...['SUMMARY:Party', 'DTSTART:20261201T100000', 'DTEND:20261201T110000'],
    'RDATE;VALUE=PERIOD:20261202T120000/20261202T140000,20261203T120000/PT3H',
    'RDATE;TZID=Europe/Berlin;VALUE=PERIOD:20261204T120000/PT1H',
  ]);
  expect(read(text).problems).toEqual([]);
  expect(wall(text)).toEqual([
    ['2026-12-01T10:00', '2026-12-01T11:00'],
    ['2026-12-02T12:00', '2026-12-02T14:00'],
    ['2026-12-03T12:00', '2026-12-03T15:00'],
  ]);
  expect(instants(text)).toEqual([['2026-12-04T11:00', '2026-12-04T12:00']]);
});

test('a day that ends on itself is that day', () => {
  const text = calendar(['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261224']);
  expect(wall(text)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
});

test('an event that begins by one clock and ends by another is left out, and told', () => {
  const text = calendar(['SUMMARY:Mixed', 'DTSTART:20261224T230000Z', 'DTEND:20261224T200000']);
  expect([...wall(text), ...instants(text)]).toEqual([]);
  expect(read(text).problems).toEqual([
    'has "Mixed", which is not understood: it begins by one clock and ends by another',
  ]);
});

test('a period at a date that there is not is left out, and told', () => {
  const text = calendar(['SUMMARY:Party', DAY, 'RDATE;VALUE=PERIOD:20260230T100000Z/PT1H']);
  expect(instants(text)).toEqual([]);
  expect(wall(text)).toHaveLength(1);
  expect(read(text).problems.join()).toContain(
    '"Party", which is not understood: there is no 2026',
  );
});

test('a line that is none takes no event with it, and neither does one that is not understood', () => {
  const good = ['SUMMARY:Good', 'DTSTART;VALUE=DATE:20261224'];
  const text = calendar(['SUMMARY:Broken', 'DTSTART;VALUE=DATE'], good, [...good, 'and a note']);
  expect(wall(text)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
  const told = read(text).problems.join('\n');
  expect(told).toContain('has a line that is none of a calendar, and is left out');
  expect(told).toContain('"Broken"');
});

test('what a file breaks off in is left out, and told', () => {
  const text = calendar(['DTSTART;VALUE=DATE:20261224'], ['DTSTART;VALUE=DATE:20261225']);
  const cut = text.slice(0, text.lastIndexOf('END:VEVENT'));
  expect(wall(cut)).toEqual([['2026-12-24T00:00', '2026-12-25T00:00']]);
  expect(read(cut).problems).toEqual(['has an event that does not end, and is left out']);
});

test('what a file says of its own zones is not read: a trap in there is none', () => {
  const trap = [
    ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:STANDARD', 'DTSTART:16010101T000000'],
    ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0900', 'RRULE:FREQ=SECONDLY', 'END:STANDARD'],
    ...['END:VTIMEZONE', 'BEGIN:VEVENT'],
  ].join('\r\n');
  const text = calendar(['DTSTART;TZID=Europe/Berlin:20260701T140000', 'DURATION:PT3H']);
  expect(instants(text.replace('BEGIN:VEVENT', trap))).toEqual([
    ['2026-07-01T12:00', '2026-07-01T15:00'],
  ]);
});

test('the words of a file are told in one line, and of many events the first', () => {
  const events = Array.from({ length: 40 }, (_, n) => [
    ...[`SUMMARY:Event ${n}\\n\u001b[31mred${'x'.repeat(500)}`, 'DTSTART;VALUE=DATE:20200101'],
    'RRULE:FREQ=MINUTELY',
  ]);
  const { problems } = read(calendar(...events));
  expect(problems).toHaveLength(6);
  expect(problems.at(-1)).toBe('has 35 more such events');
  for (const problem of problems) expect(problem).toMatch(/^\P{Cc}{1,150}$/u);
});

test('a file of very many events is read in part, and a zone is looked up once', () => {
  const events = Array.from({ length: 2_001 }, (_, n) => [
    `SUMMARY:Day ${n}`,
    `DTSTART;TZID=Nowhere/${n % 3}:20270101T0${n % 10}0000`,
  ]);
  const asked: string[] = [];
  const { problems } = holidaysIn(calendar(...events), {
    until: Date.parse('2027-12-31T12:00Z'),
    isZone: (name) => {
      asked.push(name);
      return isZone(name);
    },
  });
  expect(problems).toContain('has 2001 events, of which 2000 are read');
  expect(asked.length).toBeLessThan(10);
});
