/**
 * Mails that work tickets 7102 to 7107, most of them of the staff: commands, answers with commands
 * on top, words of customers; with every kind of proof, also sent again.
 */
import { BOB, EVE, KAY, KIM, NIC } from './config.ts';
import type { Letter } from './letter.ts';
import { type Mail, MIXED, parts, provenFrom, signedBy } from './mail.ts';
import type { Choose } from './random.ts';

const AS_BOB = { from: BOB, login: 'bob' } as const;
const NAMES = [
  'close',
  'reopen',
  'status',
  'snooze',
  'unsnooze',
  'assign',
  'tag',
  'priority',
  'cc',
  'requester',
  'retitle',
  'merge',
  'move',
];
const MORE = ['split', 'note', 'block', 'unblock', 'show', 'help', 'list', 'quit', 'frobnicate'];

function line(choose: Choose): string {
  const number = choose([7102, 7103, 7104, 7105, 7106, 7107, 7108, 9999, 'SUPPORT-7106', '#7102']);
  const name = choose([...NAMES, ...MORE]);
  const address = choose([
    NIC,
    KAY,
    EVE,
    'a@b.example',
    'Kay+x@Ferrier.example',
    'x@bücher.example',
  ]);
  const words: Readonly<Record<string, string>> = {
    status: choose(['open', 'pending', 'resolved', 'new', 'gone']),
    snooze: choose(['until monday 9:00', 'in 3 days', 'bis morgen', 'next week', 'x']),
    assign: choose(['bob', 'kim', 'ann', 'nobody', 'eve']),
    tag: choose(['+a', '-a', '+a -b', 'x y']),
    priority: choose(['high', 'low', 'x']),
    requester: choose(['+', address]),
    cc: `${choose(['+', '-'])}${address}`,
    retitle: choose(['Another', '']),
    merge: String(choose([7102, 7103, 7104, 7105, 7106, 7107, 9999])),
    move: choose(['BILLING', 'support', 'x']),
    split: String(choose([1, 2, 3, 4, 99])),
    note: 'They call back.',
    list: '',
  };
  if (name === 'list') return choose(['list', 'list open', 'list all', 'list x']);
  return `${name} ${number} ${words[name] ?? ''}`.trim();
}

function fieldLine(choose: Choose): string {
  const [name = '', , ...words] = line(choose).split(' ');
  const field =
    { retitle: 'Subject', move: 'Queue' }[name] ??
    `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return `${field}: ${words.join(' ')}`;
}

/** `letters`: what went out so far, whose ids and addresses it may name. */
export function randomMail(choose: Choose, letters: readonly Letter[]): Mail {
  const proof: Mail = choose([
    ...[AS_BOB, AS_BOB, AS_BOB, { from: KIM, login: 'kim' }],
    ...[
      { from: BOB, results: provenFrom(BOB) },
      { from: BOB, results: signedBy(BOB) },
      { from: BOB },
    ],
    ...[{ from: NIC, results: provenFrom(NIC) }, { from: KAY }, { from: EVE }, { sender: '' }],
  ]);
  const some = (make: (from: Choose) => string) =>
    Array.from({ length: choose.number(8) }, () => make(choose)).join('\n');
  const number = choose([7102, 7103, 7104, 7105, 7106, 7107, 9999]);
  const given = letters.map(({ replyTo }) => replyTo).filter((one) => one !== '');
  const ids = letters.flatMap(({ id }) => id ?? []);
  const more: Mail = choose([
    ...[{}, {}, {}, { answers: choose(ids) }, { id: '<again@x.example>' }],
    { more: `Reply-To: ${choose([NIC, KAY, 'home@x.example'])}\n` },
  ]);
  if (choose.number(2) === 0) return { ...proof, ...more, to: 'control', text: some(line) };
  const to = choose([
    ...[`support-${number}`, `support-${number}-close`, `support-${number}-note`, 'new'],
    ...[`support-${number}-quiet`, `support-${number}-wrong`, choose(given), choose(given)],
  ]);
  const text = choose([
    `${some(fieldLine)}\n\nDone.`,
    `note\n${some(fieldLine)}\n\nInside.`,
    `${some(fieldLine)}\n\n`,
    ...['close', 'stop', 'status', 'send', 'Hello', '> Hello', ''],
  ]);
  const isFile = choose.number(8) === 0;
  const file = 'Content-Type: text/csv\nContent-Disposition: attachment; filename=a.csv';
  return isFile
    ? {
        ...proof,
        ...more,
        to,
        more: MIXED,
        text: parts(['Content-Type: text/plain', text], [file, 'a']),
      }
    : { ...proof, ...more, to, text };
}
