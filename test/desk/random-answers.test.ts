/**
 * Whatever stands in an answer of the staff, each line and file of it reaches the customer, or all of
 * it comes back to its author.
 */
import { expect, test } from 'vitest';
import { BOB, DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { MIXED, parts } from '../kit/mail.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const ASKED = 'Hello,\n\nwhere do I find the licence key?\n\nAnd when does it end?\n\nRegards\nNic';
/** Lines that mail programs and tools that cut answers take for something else. */
const LINES = [
  ...['', '', '', 'Hello Nic,', 'It is on the box.', 'See below.', 'Bob', 'Thanks', 'Yes', 'ok'],
  ...['--', '---', '—', '-- \n1. Stop the service, and start it again.', '____________________'],
  ...['====', '* * *', '1. Stop it.', '2. Delete licence.dat.', '- A', '- B', '• first', '```'],
  ...['> npm install', '> It will be repaired.', '>> twice', '| a | b |', '|', 'C> dir'],
  ...['Sent by post with your tablet', 'Von meinem Kollegen geschickt', 'To unsubscribe, press it'],
  ...['Kind regards', 'Mit freundlichen Grüßen', 'https://x.example/a?b=c', 'ERROR 17: no licence'],
  ...['    indented by four', '\tby a tab', 'a very long line '.repeat(30).trim(), 'P.S. call me'],
];
const OPENERS = [
  ...['From: Vendor <v@vendor.example>', 'Sent: Friday', 'To: Bob', 'Subject: Repair', 'Date: x'],
  ...['On 16.11.2026 at 09:25 our server wrote:', 'Am 16.11.2026 um 9:00 schrieb das Werk:'],
  ...['-----Original Message-----', '---------- Forwarded message ---------', 'Anna wrote:'],
];
const COPIED = [
  'And when does it end?',
  'where do I find the licence key?',
  'Regards',
  'Nic',
  'Hello,',
];
const NAMED = `Nic <SUPPORT-7102@${DOMAIN}>`;
const QUOTES: readonly ((told: string) => string)[] = [
  () => '',
  (told) => `\n\nOn Mon, Nov 16, 2026 at 9:26 AM ${NAMED} wrote:\n\n${told.replace(/^/gm, '> ')}`,
  (told) => `\n\n> On 16 Nov 2026, at 09:26, ${NAMED} wrote:\n>\n${told.replace(/^/gm, '> ')}`,
  (told) =>
    `\n\n________________________________\nFrom: ${NAMED}\nSent: Monday\nTo: Bob\nSubject: x\n\n${told}`,
];
const MORE =
  'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n';
const PLAIN = 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit';

function saidIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.trim() || []);
}

const ENDS = ['carried-out', 'returned'];

test(`no line and no file of an answer is lost (SEED=${SEED})`, async () => {
  console.log(`answers: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const ends = new Map<string, number>();
  const hasAll = () => ENDS.every((end) => ends.has(end));
  for (let n = 0; n < roundsOf(400) || (n < 4000 && !hasAll()); n += 1) {
    const desk = new Desk();
    await desk.deliver({ text: ASKED, more: MORE });
    const told = desk.lastTo(BOB);
    // Below an attribution the customer's own words are a copy.
    const lines = choose([
      [...LINES, ...OPENERS],
      [...LINES, ...COPIED],
    ]);
    const own = Array.from({ length: 1 + choose.number(25) }, () => choose(lines)).join('\n');
    const text = `${own}${choose(QUOTES)(told.text.trimEnd())}`;
    const hasFile = choose.number(4) === 0;
    const file = [
      'Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf',
      'PDF',
    ] as const;
    const before = desk.to(NIC).length;
    const { end } = await desk.deliver({
      ...{ from: BOB, to: told.replyTo, answers: told.id },
      ...(hasFile ? { more: MIXED, text: parts([PLAIN, text], file) } : { more: MORE, text }),
    });
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const isSent = desk.to(NIC).length > before;
    const reached = desk.lastTo(isSent ? NIC : BOB);
    const whole = reached.files.some(({ name }) => name === 'message.eml');
    // What came back is quoted there.
    const there = saidIn(isSent ? reached.text : reached.text.replace(/^> ?/gm, ''));
    const lost = saidIn(own).filter((line) => !whole && !there.includes(line));
    expect(lost, JSON.stringify({ end, text })).toEqual([]);
    if (hasFile) expect(whole || reached.files.some(({ name }) => name === 'a.pdf')).toBe(true);
  }
  console.log(JSON.stringify(Object.fromEntries(ends)));
  expect([...ends.keys()]).toEqual(expect.arrayContaining(ENDS));
}, 120_000);
