/**
 * A mail of commands, one a line, in the manner of debbugs' request server; and the mail
 * that asks what the desk can do.
 *
 * The answer is a transcript: each line quoted, what came of it below, and how many were
 * wrong. Each command is carried out whole or not at all, by whoever may give it; who may not
 * is told what would be enough. What a command is: control-lines.ts. HTML has none. It stops
 * where control-lines.ts says, and when the answer is long. What the whole store is asked for was
 * looked up before (intake/ask-store.ts).
 */

import { type Config, ticketNames } from '../config/config.ts';
import { fieldsIn } from '../config/fields-in.ts';
import { zoneFor } from '../dates/zone-name.ts';
import type { Intent } from '../decision/intent.ts';
import { waysToProve } from '../decision/ways-to-prove.ts';
import type { Facts } from '../journal/facts.ts';
import { Failure, type Kept } from '../outcome.ts';
import { inertLine } from '../pages/inert.ts';
import { ticketPage } from '../pages/ticket-page.ts';
import { wrapped } from '../pages/wrapped.ts';
import { languageOf } from '../reading/language.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import type { Verdict } from '../ticket/decision.ts';
import { isSendable, unseenIn } from '../ticket/found.ts';
import { ticketMeant } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { asOf } from '../ticket/snoozed.ts';
import {
  type Attachment,
  filesOf,
  type Mailbox,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import type { Action } from './action.ts';
import { absenceIn } from './away.ts';
import type { Batch } from './batch.ts';
import { awayOrBack } from './control-away.ts';
import { type ControlCommand, carriedOut, controlLines, isOfStore } from './control-lines.ts';
import { listed, plainScreen } from './control-lists.ts';
import type { Delivery } from './delivery.ts';
import { ANSWER_FIELDS, COMMANDS } from './grammar.ts';
import { inWords, sentence } from './in-words.ts';
import { type ReceivedMail, recordMail } from './incoming.ts';
import { hasReadableCommands } from './readable-commands.ts';
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
  readonly fromStore: Delivery['fromStore'];
}

/** Characters of a line that is quoted. */
const MAX_LINE_CHARACTERS = 500;
/** Characters of one result. */
const MAX_RESULT_CHARACTERS = 64 * 1024;
/** And of all of them, before the last. */
const MAX_TRANSCRIPT_CHARACTERS = 128 * 1024;
const HELP_FOR_CUSTOMERS = 'close TICKET, and reopen TICKET, of a ticket that is yours.';
const NOT_LOOKED_UP = 'it was not done: send it once more';
const WAYS = { login: 'a login', from: 'a From that our mail server has authenticated' } as const;

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
  const { text, evidence, files, shown }: Transcript = isExplained
    ? { text: explanation(config), evidence: 'explained', files: [], shown: null }
    : await run(mail, intent, desk);
  const answerTo =
    person === null || shown === null ? null : { ticket: shown, person: person.name };
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
        : { kind: 'transcript', ...letter, text, answerTo, attachments: files },
    ],
  );
  return 'answered';
}

function forStaffAlone(config: Config): string {
  const ways = waysToProve(null, config).map((way) => WAYS[way]);
  const how = ways.length === 0 ? 'and here not by mail' : `by ${ways.join(' or ')}`;
  return `only one of the staff may do that, ${how}`;
}

/** Nothing that a stranger wrote is sent to whoever they claim to be. */
function isProven({ trust }: ReceivedMail, { person, doubt }: Asking): boolean {
  return person !== null || (trust === 'authenticated' && doubt === null);
}

/** If one of the staff is known by a login, their own address and not the From. */
export function answered(
  { from }: Pick<ReceivedMail, 'from'>,
  { person }: Pick<Asking, 'person'>,
): Mailbox | null {
  if (person === null) return from;
  const isHis = person.addresses.some((own) => from !== null && sameAddress(own, from.address));
  const [address] = person.addresses;
  return isHis || address === undefined ? from : { name: person.name, address };
}

interface Said {
  readonly text: string;
  /** That goes along. */
  readonly file?: Attachment;
  /** The ticket that it shows. */
  readonly shown?: TicketId;
  readonly isError?: boolean;
}

interface Transcript {
  readonly text: string;
  readonly evidence: string;
  readonly files: readonly Attachment[];
  /** The ticket that it shows, and nothing else: an answer to it is an answer there. */
  readonly shown: TicketId | null;
}

async function run(mail: ReceivedMail, intent: Asking, desk: Answering): Promise<Transcript> {
  const nothing = { files: [], shown: null };
  if (desk.cameBack) {
    const text = ['Nothing was done: this mail has come back to you before.', ...SENT_AGAIN, ''];
    return { text: text.join('\n'), evidence: 'sent once more', ...nothing };
  }
  if (!hasReadableCommands(desk.message)) {
    const text = 'Commands are read in plain text alone, and in a mail that can be read whole.\n';
    return { text, evidence: 'no plain text', ...nothing };
  }
  const { lines, end: stopped } = carriedOut(controlLines(desk.message, ticketNames(desk.config)));
  const blocks: string[] = [];
  const files: Attachment[] = [];
  let shown: TicketId | null = null;
  let [commands, errors] = [0, 0];
  let end = stopped;
  for (const [at, { line, command }] of lines.entries()) {
    if (blocks.join('').length > MAX_TRANSCRIPT_CHARACTERS) {
      end = 'Stopped, since this is long: send the others in another mail.';
      // Held mail has been decided of before.
      if (command.type !== 'decide') continue;
    }
    const said = await answerTo(command, desk.fromStore?.get(at), { mail, intent, desk });
    commands += 1;
    if (said.isError === true) errors += 1;
    if (said.file !== undefined) files.push(said.file);
    if (said.shown !== undefined) shown = said.shown;
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
    files,
    shown: lines.length === 1 ? shown : null,
  };
}

async function answerTo(
  command: ControlCommand,
  fromStore: Said | undefined,
  {
    mail,
    intent,
    desk,
  }: { readonly mail: ReceivedMail; readonly intent: Asking; readonly desk: Answering },
): Promise<Said> {
  const { person } = intent;
  if (command.type === 'help')
    return { text: person === null ? HELP_FOR_CUSTOMERS : explanation(desk.config) };
  if (command.type === 'list')
    return person === null
      ? wrong(forStaffAlone(desk.config))
      : listed(command.words, person, desk);
  if (command.type === 'refused') return wrong(command.problem);
  if (command.type === 'away' || command.type === 'back') {
    return person === null ? wrong(forStaffAlone(desk.config)) : awayOrBack(command, person, desk);
  }
  if (isOfStore(command)) {
    return person === null
      ? wrong(forStaffAlone(desk.config))
      : (fromStore ?? wrong(NOT_LOOKED_UP));
  }
  const meant = ticketMeant(command.ticket, (id) => desk.batch.ticket(id) !== null);
  const ticket = desk.batch.ticket(meant);
  const by = person?.name ?? whoMay(command.word, ticket, mail);
  if (by === null) return wrong(forStaffAlone(desk.config));
  if (ticket === null) return wrong(`there is no ticket ${meant}`);
  if (command.type === 'show') {
    const fields = (await fieldsIn(desk.config))(ticket.queue);
    const screen = plainScreen(zoneFor(desk.config, person?.name ?? null));
    const shown = asOf(desk.now, ticket);
    return { text: ticketPage(shown, screen, false, null, [], fields), shown: ticket.id };
  }
  if (command.type === 'wrong') return wrong(command.problem);
  if (command.type === 'get') return get(ticket, command, desk);
  return perform(ticket, command.action, by, desk);
}

/** A wrong field of one queue is in the way of no other line. */
function wrongConfig(error: unknown): Refusal {
  if (error instanceof Failure && error.end === 'config') return { refused: error.message };
  throw error;
}

async function perform(
  ticket: Ticket,
  action: Action,
  by: string,
  { batch, config, facts, now }: Answering,
): Promise<Said> {
  const result = await batch.perform(ticket.id, action, by).catch(wrongConfig);
  if ('refused' in result) return wrong(result.refused);
  const after = batch.ticket(ticket.id) ?? ticket;
  const isSame = result.changes.length + result.drafts.length === 0;
  const { assignee } = after;
  const away =
    action.type !== 'assign' || assignee === null ? null : absenceIn(facts, now)(assignee);
  const isAway =
    away === null
      ? ''
      : ` ${assignee} is away${away.until === null ? '' : ` until ${away.until}`}.`;
  return {
    text: `${isSame ? 'Nothing to be done: ' : ''}${inWords(action, after, { ...result, isSame, zone: zoneFor(config, by) })}${isAway}`,
  };
}

/** A customer, by an address that is proven, may close and open their own ticket. */
function whoMay(word: string, ticket: Ticket | null, { from, trust }: ReceivedMail): string | null {
  const isSure = trust === 'authenticated' || trust === 'staff';
  const isOwn = from !== null && sameAddress(ticket?.requester?.address ?? '', from.address);
  return isSure && isOwn && (word === 'close' || word === 'reopen') ? from.address : null;
}

async function get(
  { id, messages }: Ticket,
  { serial, file: n }: { readonly serial: number; readonly file: number },
  { batch, config }: Answering,
): Promise<Said> {
  const message = messages.find((one) => one.serial === serial);
  if (message === undefined) return wrong(`${id} has no message ${serial}`);
  const file = filesOf(message)[n - 1];
  if (file === undefined) return wrong(`message ${serial} of ${id} has no file ${n}`);
  const name = file.filename || file.contentType;
  if (file.size > config.sizes.get || !(await batch.hasFile(file))) {
    return wrong(`"${name}" cannot be sent by mail: mailrobot ticket attachment ${id} has it`);
  }
  const place = isSendable(file) ? '' : ` ${unseenIn(file)}`;
  return { text: `"${name}" is attached.${place}`, file };
}

function wrong(problem: string): Said {
  return { text: sentence(problem), isError: true };
}

const RECIPIENT_COMMANDS = `recipient add ADDRESS DESTINATION, recipient remove ADDRESS, recipient list
    which addresses are valid besides those of the desk, and where the mail for each goes
`;

/** Of the help: as lines of a mail are shown without being broken. */
const COLUMNS = 78;

function explanation(config: Config): string {
  const { control, domain } = config;
  const text = `Commands by mail to ${control}@${domain}, one a line:

${COMMANDS.map(({ name, words, summary: what }) => `${`${name} TICKET ${words}`.trim()}\n    ${what}`).join('\n')}
list open|all|mine|nobody|waiting|overdue|snoozed|QUEUE|NAME
    the newest tickets of that kind
show TICKET
    a ticket and what was said; alone in a mail, its answer can be answered to the ticket
get TICKET MESSAGE FILE
    a file of a message, by their numbers; without FILE the first
search WORDS
    tickets with all of these words
held
    mail that waits for one of the staff
away until DAY, away, back
    your mail goes to the others of the queue meanwhile; until 2026-12-24, or until friday
release ID, open ID, discard ID
    let a held mail in, make a ticket of it, or throw it away
stats
    how the desk does
snippets, snippet NAME
    the texts that {{snippet:NAME}} puts into an answer, and what one of them says
${config.recipients === undefined ? '' : RECIPIENT_COMMANDS}help
    this text

At the top of an answer to a ticket: ${[...COMMANDS, ...ANSWER_FIELDS]
    .flatMap(({ field }) => (field === undefined ? [] : `${field}:`))
    .join(' ')}
with the same words; Send: tomorrow 8:00 says when the answer goes out. A first line "note" keeps an answer inside.
Several tickets stand with commas: close 7102, 7103. Without a text the subject is the command.
# begins a comment; --, quit, stop or thanks ends the commands.
`;
  return wrapped(text, COLUMNS);
}
