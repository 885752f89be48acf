/**
 * The words of a notice to the desk: what happened, and the command that shows it.
 *
 * Of a held mail it names the writer, the subject and the first lines, each made inert and marked
 * as not verified; of anything else none of a stranger's words. Pure.
 */
import { UNLISTED_FORM } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Notice } from '../ticket/notice.ts';
import { ROBOT_FAILED } from '../ticket/robot-run.ts';
import { mailboxText, type TicketId } from '../ticket/ticket.ts';
import { clean } from './clean.ts';
import { plainLine } from './plain-line.ts';

export interface NoticeMail {
  readonly subject: string;
  readonly text: string;
  /** The one ticket that all of it is about, or null. */
  readonly ticket: TicketId | null;
}

/** The one ticket that all of it is about, or null. */
export function ticketOfAll(notices: readonly Notice[], more: number): TicketId | null {
  const tickets = new Set(notices.map(({ ticket }) => ticket));
  const [only = null] = tickets.size === 1 && more === 0 ? tickets : [];
  return only;
}

export function noticeMail(
  notices: readonly Notice[],
  more: number,
  held: readonly HeldMail[] = [],
  /** Whether whoever reads it can decide of held mail by an answer. */
  decides = true,
): NoticeMail {
  const only = ticketOfAll(notices, more);
  const [first] = notices;
  const isOne = notices.length === 1 && more === 0 && first !== undefined;
  const lines = [
    ...notices.flatMap((notice) => [
      (isOne ? '' : '- ') + sentence(notice),
      ...wordsOfHeld(notice, held),
    ]),
    ...(more === 0 ? [] : [`- and ${more} more: mailrobot held list, mailrobot ticket list`]),
    '',
    ...(decides ? howToDecide(held) : []),
    ...(only === null
      ? []
      : [
          `${held.length === 0 || !decides ? 'An' : 'Any other'} answer to this mail becomes a note on ${only}; the customer`,
          'does not see it.',
        ]),
  ];
  const subject = isOne ? title(first) : `${notices.length + more} things wait for you`;
  return { subject, text: `${lines.join('\n').trimEnd()}\n`, ticket: only };
}

/** Of mail to many: who, and what about, in a line. */
export function dailyMail(held: readonly HeldMail[], more: number, recorded: number): NoticeMail {
  const count = held.length + more;
  const [first] = held;
  const lines = [
    `${count === 1 ? 'One mail' : `${count} mails`} to many, such as of lists and newsletters, ${count === 1 ? 'is' : 'are'} held. Who`,
    'wrote them is not verified.',
    '',
    ...held.map(({ id, from, subject }) =>
      `${String(id).padStart(6)}  ${plainLine(from?.address ?? 'nobody')}  ${plainLine(subject)}`.trimEnd(),
    ),
    ...(more === 0 ? [] : [`        and ${more} more: mailrobot held list`]),
    '',
    'To decide, answer this mail with such lines, and nothing else:',
    '',
    `    open ${first?.id ?? 1}       make a ticket of it`,
    `    discard ${first?.id ?? 1}    throw it away`,
    `    block ${first?.id ?? 1}      throw it away, and let nothing in from its address again`,
    '',
    `Mails of machines that were only recorded since, or thrown away: ${recorded}.`,
  ];
  const subject = `${count} ${count === 1 ? 'mail' : 'mails'} to many ${count === 1 ? 'is' : 'are'} held`;
  return { subject, text: `${lines.join('\n')}\n`, ticket: null };
}

/** Nothing in it can be clicked, decoded once more, or taken for words of ours. */
function wordsOfHeld({ about }: Notice, held: readonly HeldMail[]): readonly string[] {
  const mail = held.find(({ id }) => about.type === 'held' && about.id === id);
  if (mail === undefined) return [];
  const { from, subject, beginning = '', by, reason } = mail;
  const robot = reason.check === ROBOT_FAILED ? reason.evidence.split('\n') : [];
  const author = from === null ? 'nobody' : mailboxText(from);
  return [
    `  From:    ${plainLine(author)} (${by === undefined ? 'unverified' : 'verified'})`,
    `  Subject: ${plainLine(subject)}`,
    ...formLines(mail),
    ...beginning.split('\n').map((line) => `  | ${plainLine(line)}`.trimEnd()),
    ...robot.map((line, n) => `  ${n === 0 ? 'Failed:  ' : '> '}${plainLine(line)}`),
    '',
  ];
}

/**
 * Whoever forges a mail can name an address of theirs: a person decides whether the form is one.
 */
function formLines({ reason: { check, evidence } }: HeldMail): readonly string[] {
  if (check !== UNLISTED_FORM) return [];
  return [
    '  If it is a web form of yours, this line in the config takes its mail:',
    `    ${clean(evidence)}`,
  ];
}

function howToDecide(held: readonly HeldMail[]): readonly string[] {
  const [first] = held;
  if (first === undefined) return [];
  const which = held.length === 1 ? '' : ` ${first.id}`;
  return [
    `To decide, answer this mail with one of these ${held.length === 1 ? 'words' : 'lines'}, and nothing else:`,
    '',
    `    release${which}    let it in where it was written to`,
    `    discard${which}    throw it away`,
    `    block${which}      throw it away, and let nothing in from its address again`,
    '',
    'To let it in proves nothing about who wrote it.',
    '',
  ];
}

function title({ ticket, queue, about }: Notice): string {
  switch (about.type) {
    case 'held':
      return `A mail to ${ticket ?? queue} is held`;
    case 'silenced':
      return `${ticket ?? queue}: no acknowledgement went out`;
    case 'bounced':
      return `${ticket ?? queue}: an answer came back`;
    case 'overdue':
      return `${ticket ?? queue} waits for an answer`;
    case 'woken':
      return `${ticket ?? queue} is back`;
    case 'template':
      return `${queue}: a template cannot be used`;
  }
}

function sentence({ ticket, queue, about }: Notice): string {
  const where = ticket ?? queue;
  switch (about.type) {
    case 'held':
      return `A mail to ${where} is held (${about.check})${because(about.check)}.\n  mailrobot held show ${about.id}`;
    case 'silenced':
      return `${where} got no acknowledgement (${about.check}).\n  mailrobot ticket show ${where}`;
    case 'bounced':
      return `Message ${about.serial} of ${where} could not be delivered (${about.status}).\n  mailrobot ticket show ${where}`;
    case 'overdue':
      return `${where} has waited for an answer since ${minutes(about.since)} UTC${worked(about.workingSeconds)}.\n  mailrobot ticket show ${where}`;
    case 'woken':
      return `${where} is back: the time that it was snoozed for is over.\n  mailrobot ticket show ${where}`;
    case 'template':
      return `templates/${about.file} ${about.problem}: the built-in text goes out.\n  mailrobot template check`;
  }
}

/** Where the queue has hours. */
function worked(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const hours = Math.floor(seconds / 3600);
  return `, which is ${hours} ${hours === 1 ? 'hour' : 'hours'} of working time`;
}

/** What a person who has never seen the name of the check needs to know. */
const HELD_BECAUSE: ReadonlyMap<string, string> = new Map([
  ['stranger', 'it is from somebody who is not on the ticket'],
  ['unproven-staff', 'it says that it is from one of the staff, and nothing proves it'],
  ['copied', 'it may be a copy of an older mail, and its author has been asked'],
  ['unconfirmed', 'its author has been asked whether it is theirs'],
  ['not-asked', 'it came to an address for one answer that only one of the staff was given'],
  ['marked', 'it carries a mark of a machine, and a person may have written it'],
  ['marked-too-many', 'so many mails with a mark of a machine have opened tickets in this hour'],
  [UNLISTED_FORM, 'it looks like the mail of a web form that the config does not name'],
  ['two-responders', 'two machines seem to answer each other'],
]);

function because(check: string): string {
  const reason = HELD_BECAUSE.get(check);
  return reason === undefined ? '' : `: ${reason}`;
}

function minutes(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
