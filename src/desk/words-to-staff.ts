/**
 * The desk's own lines in what it sends one of its staff beside notifications: the page of a ticket
 * (pages/ticket-page.ts), a mail of theirs that came back (returned.ts), and what was done
 * (in-words.ts, staff-mail.ts). By them a copy in an answer is known.
 *
 * A line that nobody else writes tells such a copy by itself (`isPlainlyOurs`); others could be
 * anybody's, and count among lines that are known. Between the first and the last line of the desk
 * stand notes and words that came back: what is left of them is no answer (`isLeftOfOurs`). Pure.
 */
import { isOfDigest } from '../letters/digest-text.ts';
import { OPEN_DOUBTS } from './answer-doubts.ts';
import { LOOKED_AT } from './last-look.ts';
import { HOW_TO_GO_ON, HOW_TO_SEND, WHOLE_IS_ATTACHED, YOU_WROTE } from './returned.ts';
import { SENT_AGAIN } from './sent-again.ts';

/** Also if it is wrapped behind these words. */
const CAME_BACK = /^\W*Your mail about [A-Z0-9]+-\d+ was not\b/;
const YOUR_WORDS = /^\W*(?:This is what you wrote|Your whole mail is attached; it begins):\s*$/;
const PAGE = /^\W*#\d{1,5}\s{1,9}(?:from|to|note by)\s\S.{0,400}\s\d{4}-\d\d-\d\d \d\d:\d\d\s*$/;
const FOLDED = /^\W*\[\d+ lines? folded: --full shows all\]\s*$/;
const PROCESSED = /^\W*Processed(?: \(\d+ errors?\))?\.\s*$/;

const PLAINLY_OURS = [
  CAME_BACK,
  /^\W*If it is meant as it stands, reply to this mail with "send" alone/,
  /^\W*A line named above is then no command, but a word to the customer\./,
  /^\W*Then what is named above goes to the customer as you wrote it, and is no command\./,
  /^\W*Put it right, and send it as (?:a new mail|the answer to this mail)\./,
  PAGE,
  FOLDED,
];
const PERHAPS_OURS = [
  PROCESSED,
  YOUR_WORDS,
  /^\W*show\s{1,9}#?[A-Za-z0-9-]{1,40}\s*$/i,
  /^\W*[A-Z0-9]+-\d+ {2,9}\S/,
  /^\W*(?:Status|Queue|Requester|Assignee|Tags|Priority|Copies to|No mail|Watched by|Merged|Merged in|Linked|Known as|Repeated|Waits|Sending|Created|Updated|Silence|Snoozed|Goes out|Rating|Missing|Plan|Legal hold)(?: {2,9}|\t)\S/,
  /^\W*Status (?:new|open|pending|resolved)\s*$/,
  /^\W*(?:Created|Updated) \d{4}-\d\d-\d\d \d\d:\d\d\s*$/,
  /^\W*(?:Created|Updated|Snoozed until|Goes out an answer,) [A-Z][a-z]{2,5}day, \d{1,2} \w{3,9} \d{4}, \d\d:\d\d \(/,
  /^\W*Requester \S.{0,300}@/,
  /^\W*\[\d+\] \S.{0,300}, [a-z]+\/\S{1,100}, [\d.]+ (?:octets?|KiB|MiB)\b/,
  /^\W*\[(?:guessed|reason|not sent|not sent yet|Reply-To|marked as a machine's): .{1,500}\]\s*$/,
  /^\W*\[(?:a copy of #\d+|it is [A-Z0-9]+-\d+ now|.{1,300}; the whole mail is (?:attached|on ticket))\]\s*$/,
  /^\W*\[the mail has no text and no files\]\s*$/,
  /^\W*"[^"]{1,300}" is attached\. It was .{1,100}: no filter has looked into it\.\s*$/,
  /^\W*\[\d+ lines? (?:was|were) found inside .{1,100}\]\s*$/,
  /^\W*"Reply to all" reaches \S.{0,900} as well\./,
  /^\W*And \d+ more like this\.\s*$/,
  /^[^\p{L}\p{N}]*[\p{L}\p{N}].{0,200} wrote on [A-Z0-9]+-\d+.{0,60} (?:after the mail that you answer|since its customer wrote last)\.\s*$/u,
  /^\W*[A-Z0-9]+-\d+ was closed (?:after the mail that you answer|since its customer wrote last)\.\s*$/,
  /^\W*[A-Z0-9]+-\d+ is (?:new|open|pending|resolved|nobody's|\S{1,80}'s|called ".{0,300}"|watched by .{1,300})\.\s*$/,
  /^\W*[A-Z0-9]+-\d+ is the ticket of \S{1,300} now[.;]/,
  /^\W*[A-Z0-9]+-\d+ is (?:in the queue [A-Z0-9]+\.\s*$|part of [A-Z0-9]+-\d+ now: |on its way to \S+@)/,
  /^\W*[A-Z0-9]+-\d+ has (?:your note|no tags|the tags .{1,300}|the priority \w+)\.\s*$/,
  /^\W*[A-Z0-9]+-\d+: (?:your answer goes out|#\d+ of \S.{0,80}, for [A-Z][a-z]{2,5}day, )/,
  /^\W*[A-Z0-9]+-\d+ is (?:pending, and )?(?:snoozed until |not snoozed)/,
  /^\W*[A-Z0-9]+-\d+: (?:your answer is on its way|nobody gets copies|nobody watches it|copies go to .{1,300})\.\s*$/,
  /^\W*Message \d+ of [A-Z0-9]+-\d+ is .{1,60} now\.\s*$/,
  /^\W*Mail about [A-Z0-9]+-\d+ goes to .{1,300} again\.\s*$/,
  /^\W*Your answer about [A-Z0-9]+-\d+ (?:has gone out,|goes out) without these files:\s*$/,
  /^\W*Your answer about [A-Z0-9]+-\d+ (?:has gone|goes) out as plain text\b/,
  /^[> \t]*- [^\s-].{0,300}: (?:a card names its owner|it is a whole mail in a wrapper|it is too large)/,
];

/** In one piece: what is wrapped anew is known by its words. */
export const SENTENCES_TO_STAFF: readonly string[] = [
  'was not carried out, and the desk has sent it to nobody else:',
  ...HOW_TO_SEND,
  ...HOW_TO_GO_ON,
  SENT_AGAIN.join(' '),
  YOU_WROTE,
  WHOLE_IS_ATTACHED,
  ...LOOKED_AT,
  ...OPEN_DOUBTS,
  'after the mail that you answer.',
  'its HTML did not say the same words.',
  'its HTML does not say the same words.',
  'takes it back.',
  'its author is mailed them if the config has an address.',
];

export function isWordToStaff(line: string): boolean {
  return isPlainlyOurs(line) || PERHAPS_OURS.some((words) => words.test(line));
}

function isPlainlyOurs(line: string): boolean {
  return isOfDigest(line) || PLAINLY_OURS.some((words) => words.test(line));
}

/** By its number, whether a line is one that came back: marked, in a copy of the mail that it came by. */
export function linesThatCameBack(lines: readonly string[]): readonly boolean[] {
  const back = lines.map(() => false);
  for (const { from, to, marks } of returnedIn(lines)) {
    for (let at = from; at < to; at += 1) back[at] = marksOf(lines[at] ?? '') > marks;
  }
  return back;
}

/**
 * Whether such a mail, or a page, has left something among the lines of an answer: a line that is
 * plainly ours, or one that stood in the middle of it, and is not known.
 */
export function isLeftOfOurs(own: readonly string[], text: string): boolean {
  if (own.some(isPlainlyOurs)) return true;
  const lines = text.split('\n');
  const within = lines.map(() => false);
  for (const { from, words, to, marks } of returnedIn(lines)) {
    for (let at = from; at < to; at += 1) {
      const isWrapped = marksOf(lines[at - 1] ?? '') > marks;
      within[at] = marksOf(lines[at] ?? '') <= marks && (at < words || isWrapped);
    }
  }
  const page = pageIn(lines);
  if (page !== null) within.fill(true, page.from, page.to);
  if (!within.includes(true)) return false;
  const left = withoutThose(
    own,
    lines.filter((_, at) => within[at] === false),
  );
  return lines.some((line, at) => within[at] === true && left.has(line.trim()));
}

/** Lines with words that are more often among the first than among the others. */
function withoutThose(own: readonly string[], others: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  const left = new Set<string>();
  for (const line of own.map((raw) => raw.trim())) {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    if (count <= 0 && /[\p{L}\p{N}]/u.test(line)) left.add(line);
  }
  return left;
}

interface Returned {
  readonly from: number;
  /** Where it says that the words follow which came back. */
  readonly words: number;
  readonly to: number;
  /** That mark its lines as quoted. */
  readonly marks: number;
}

function returnedIn(lines: readonly string[]): readonly Returned[] {
  const found: Returned[] = [];
  for (let from = 0; from < lines.length; from += 1) {
    if (!CAME_BACK.test(lines[from] ?? '')) continue;
    const marks = marksOf(lines[from] ?? '');
    let words = from + 1;
    while (words < lines.length && !YOUR_WORDS.test(lines[words] ?? '')) words += 1;
    let to = Math.min(words + 1, lines.length);
    // Below an empty line its author goes on.
    while (to < lines.length && !isAuthorsAgain(lines, to, marks)) to += 1;
    found.push({ from: from + 1, words, to, marks });
    from = to - 1;
  }
  return found;
}

function isAuthorsAgain(lines: readonly string[], at: number, marks: number): boolean {
  const isEmpty = (lines[at - 1] ?? '').trim() === '';
  return isEmpty && (lines[at] ?? '').trim() !== '' && marksOf(lines[at] ?? '') <= marks;
}

/** A copy of a page without marks: its lines and an answer between them are not told apart. */
function pageIn(lines: readonly string[]): { readonly from: number; readonly to: number } | null {
  const from = lines.findIndex((line) => PAGE.test(line) && marksOf(line) === 0);
  if (from < 0) return null;
  const end = lines.findIndex((line, at) => at > from && PROCESSED.test(line));
  return { from, to: end < 0 ? lines.length : end };
}

function marksOf(line: string): number {
  const [marks = ''] = /^[\s>＞]*/.exec(line) ?? [];
  return marks.replace(/\s/g, '').length;
}
