/**
 * A mail of commands, one a line, in the manner of debbugs' request server; and the mail
 * that asks what the desk can do.
 *
 * The answer is a transcript: each line quoted, what came of it below, and how many were
 * wrong. Each command is carried out whole or not at all, by whoever may give it; who may not
 * is told what would be enough. What a command is: control-lines.ts. HTML has none. It stops
 * after MAX_UNKNOWN words that are no command, after MAX_COMMANDS, and when the answer is long.
 */

import { type Config, ticketNames } from '../config/config.ts';
import type { Intent } from '../decision/route.ts';
import { type Facts, listIn } from '../journal/facts.ts';
import type { Kept } from '../outcome.ts';
import { inertLine } from '../pages/inert.ts';
import { ticketTable } from '../pages/ticket-list.ts';
import { ticketPage } from '../pages/ticket-page.ts';
import { languageOf } from '../reading/language.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import type { Verdict } from '../ticket/decision.ts';
import { ticketMeant } from '../ticket/id.ts';
import { type Mailbox, sameAddress, summary, type Ticket } from '../ticket/ticket.ts';
import type { Action } from './action.ts';
import type { Batch } from './batch.ts';
import { type ControlCommand, controlLines, MAX_COMMANDS, MAX_LISTED } from './control-lines.ts';
import { COMMANDS } from './grammar.ts';
import { inWords, sentence } from './in-words.ts';
import { type ReceivedMail, recordMail } from './incoming.ts';
import { SENT_AGAIN } from './sent-again.ts';

type Asking = Extract<Intent, { type: 'control' | 'help' }>;

interface Answering {
  readonly config: Config;
  readonly now: Date;
  readonly facts: Facts;
  readonly batch: Batch;
  readonly message: ParsedMessage;
  /** Why an address gets no automatic answer. */
  readonly silence: (ticket: null, address: string) => Verdict | null;
  readonly isTooMuchForStaff: (address: string) => boolean;
  readonly isTooMuchToAsk: (address: string) => boolean;
  /** It is sent once more as it is, and nothing of it is done. */
  readonly cameBack: boolean;
}

const MAX_UNKNOWN = 5;
/** Characters of a line that is quoted. */
const MAX_LINE_CHARACTERS = 500;
/** Characters of one result. */
const MAX_RESULT_CHARACTERS = 64 * 1024;
/** And of all of them, before the last. */
const MAX_TRANSCRIPT_CHARACTERS = 128 * 1024;
const PLAIN_SCREEN = { style: (_: unknown, text: string) => text, columns: 76 } as const;
const HELP_FOR_CUSTOMERS = 'close TICKET, and reopen TICKET, of a ticket that is yours.';
const FOR_STAFF_ALONE =
  'only one of the staff may do that, by a login or a From that our mail server has authenticated';

export async function answerCommands(
  mail: ReceivedMail,
  intent: Asking,
  desk: Answering,
): Promise<Kept> {
  const { batch, config, silence } = desk;
  const { person, type, queue, doubt } = intent;
  if (type === 'control' && person !== null && doubt !== null) {
    const { holdUntilConfirmed } = await import('./confirm.ts');
    return holdUntilConfirmed(
      mail,
      { queue: queue.prefix, ticket: null, person, doubt, from: config.control },
      desk,
    );
  }
  const to = answered(mail, intent);
  if (to === null || (person === null && silence(null, to.address) !== null)) {
    const reason = { check: type, evidence: 'nobody is answered' };
    await batch.add(recordMail(mail, reason, true).changes);
    return 'recorded';
  }
  const isExplained = type === 'help' || !isProven(mail, intent);
  const { text, evidence } = isExplained
    ? { text: explanation(config), evidence: 'explained' }
    : await run(mail, intent, desk);
  const letter = {
    ...{ to, queue: queue.prefix, subject: mail.subject },
    inReplyTo: mail.messageId,
    references: mail.messageId === null ? [] : [mail.messageId],
    from: type === 'help' ? queue.address : config.control,
  };
  // What one of the staff orders is done, also when nobody reads so many transcripts.
  if (person !== null && desk.isTooMuchForStaff(to.address)) {
    await batch.add(recordMail(mail, { check: type, evidence }, false).changes);
    return 'answered';
  }
  const helped = () => ({
    language: languageOf(desk.message.fields, newText(mail)),
    isRefused: type === 'control',
  });
  await batch.add(
    [
      ...recordMail(mail, { check: type, evidence }, person === null).changes,
      { type: 'mail.answered', address: to.address, about: type },
    ],
    [
      person === null && isExplained
        ? { kind: 'help', ...letter, ...helped() }
        : { kind: 'transcript', ...letter, text, answerTo: null },
    ],
  );
  return 'answered';
}

/** Nothing that a stranger wrote is sent to whoever they claim to be. */
function isProven({ trust }: ReceivedMail, { person, doubt }: Asking): boolean {
  return person !== null || (trust === 'authenticated' && doubt === null);
}

/** If one of the staff is known by a login, their own address and not the From. */
function answered({ from }: ReceivedMail, { person }: Asking): Mailbox | null {
  if (person === null) return from;
  const isHis = person.addresses.some((own) => from !== null && sameAddress(own, from.address));
  const [address] = person.addresses;
  return isHis || address === undefined ? from : { name: person.name, address };
}

interface Said {
  readonly text: string;
  readonly isError?: boolean;
  readonly isUnknown?: boolean;
}

async function run(
  mail: ReceivedMail,
  intent: Asking,
  desk: Answering,
): Promise<{ readonly text: string; readonly evidence: string }> {
  if (desk.cameBack) {
    const text = ['Nothing was done: this mail has come back to you before.', ...SENT_AGAIN, ''];
    return { text: text.join('\n'), evidence: 'sent once more' };
  }
  if (desk.message.isHtml || mail.faults.length > 0) {
    const text = 'Commands are read in plain text alone, and in a mail that can be read whole.\n';
    return { text, evidence: 'no plain text' };
  }
  const blocks: string[] = [];
  let [commands, errors, unknown] = [0, 0, 0];
  let end = '';
  for (const { line, command } of controlLines(desk.message, ticketNames(desk.config))) {
    if (commands === MAX_COMMANDS) {
      end = `Stopped after ${MAX_COMMANDS} commands: send the others in another mail.`;
    } else if (blocks.join('').length > MAX_TRANSCRIPT_CHARACTERS) {
      end = 'Stopped, since this is long: send the others in another mail.';
    } else if (unknown === MAX_UNKNOWN) {
      end = `Stopped after ${MAX_UNKNOWN} lines that are no commands.`;
    }
    if (end !== '') break;
    const said = await answerTo(command, mail, intent, desk);
    commands += 1;
    if (said.isError === true) errors += 1;
    if (said.isUnknown === true) unknown += 1;
    blocks.push(
      `> ${inertLine(line).slice(0, MAX_LINE_CHARACTERS)}\n${said.text.trimEnd().slice(0, MAX_RESULT_CHARACTERS)}\n`,
    );
  }
  const count = errors === 0 ? '' : ` (${errors} ${errors === 1 ? 'error' : 'errors'})`;
  const last =
    commands === 0 ? 'There was no command. "help" explains them.' : `Processed${count}.`;
  return {
    text: [...blocks, ...(end === '' ? [] : [`${end}\n`]), `${last}\n`].join('\n'),
    evidence: `${commands} commands, ${errors} errors`,
  };
}

async function answerTo(
  command: ControlCommand,
  mail: ReceivedMail,
  intent: Asking,
  desk: Answering,
): Promise<Said> {
  const { person } = intent;
  if (command.type === 'help')
    return { text: person === null ? HELP_FOR_CUSTOMERS : explanation(desk.config) };
  if (command.type === 'list')
    return person === null ? wrong(FOR_STAFF_ALONE) : list(command.words, desk);
  if (command.type === 'refused') {
    return { ...wrong(command.problem), isUnknown: command.isUnknown ?? false };
  }
  const meant = ticketMeant(command.ticket, (id) => desk.batch.ticket(id) !== null);
  const ticket = desk.batch.ticket(meant);
  const by = person?.name ?? whoMay(command.word, ticket, mail);
  if (by === null) return wrong(FOR_STAFF_ALONE);
  if (ticket === null) return wrong(`there is no ticket ${meant}`);
  if (command.type === 'show') return { text: ticketPage(ticket, PLAIN_SCREEN, false) };
  if (command.type === 'wrong') return wrong(command.problem);
  return perform(ticket, command.action, by, desk);
}

async function perform(
  ticket: Ticket,
  action: Action,
  by: string,
  { batch }: Answering,
): Promise<Said> {
  const result = await batch.perform(ticket.id, action, by);
  if ('refused' in result) return wrong(result.refused);
  const after = batch.ticket(ticket.id) ?? ticket;
  const isSame = result.changes.length + result.drafts.length === 0;
  return { text: `${isSame ? 'Nothing to be done: ' : ''}${inWords(action, after, result)}` };
}

/** A customer, by an address that is proven, may close and open their own ticket. */
function whoMay(word: string, ticket: Ticket | null, { from, trust }: ReceivedMail): string | null {
  const isSure = trust === 'authenticated' || trust === 'staff';
  const isOwn = from !== null && sameAddress(ticket?.requester?.address ?? '', from.address);
  return isSure && isOwn && (word === 'close' || word === 'reopen') ? from.address : null;
}

/** As the commands before it have left them. */
function list(words: string, { facts, batch, now }: Answering): Said {
  const which = words === '' ? 'open' : words.toLowerCase();
  if (which !== 'open' && which !== 'all') {
    return wrong(`"${words}" cannot be listed: open, or all`);
  }
  const tickets = listIn(facts, which)
    .map((ticket) => batch.asLeft(ticket))
    .filter(({ status }) => which === 'all' || status !== 'resolved')
    .slice(0, MAX_LISTED);
  if (tickets.length === 0) return { text: 'There are none.' };
  const more = tickets.length === MAX_LISTED ? `The newest ${MAX_LISTED}.\n` : '';
  return { text: ticketTable(tickets.map(summary), PLAIN_SCREEN, now) + more };
}

function wrong(problem: string): Said {
  return { text: sentence(problem), isError: true };
}

function explanation({ control, domain }: Config): string {
  return `Commands by mail to ${control}@${domain}, one a line:

${COMMANDS.map(({ name, words, summary: what }) => `${`${name} TICKET ${words}`.trim()}\n    ${what}`).join('\n')}
list open|all
    the newest tickets
show TICKET
    a ticket and what was said
help
    this text

At the top of an answer to a ticket: ${COMMANDS.flatMap(({ field }) =>
    field === undefined ? [] : `${field}:`,
  ).join(' ')}
with the same words. A first line "note" keeps an answer inside.
# begins a comment; --, quit, stop or thanks ends the commands.
`;
}
