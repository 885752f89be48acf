/**
 * A mail that one of the staff writes to a ticket: what it orders is done, and what it
 * says is sent to those on the ticket, or kept as a note.
 *
 * All of it or nothing: if a word is wrong, a command needs a better proof, or an action is
 * refused, the mail goes back to its author with the reason. While two machines seem to answer
 * each other, an answer is held. The staff person's address, signature and client stay inside;
 * so do the reply addresses that the staff are given.
 */

import { holdsStaffAddress, withoutStaffAddresses } from '../addresses/signed-address.ts';
import { type Config, ticketNames } from '../config/config.ts';
import { respondersVerdict } from '../decision/responders.ts';
import type { Intent } from '../decision/route.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import { isDesksOwn } from '../letters/notification-text.ts';
import { toldOf } from '../letters/told.ts';
import type { Kept } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isForward } from '../reading/quotes/forwarded.ts';
import { type OwnLine, ownLines } from '../reading/quotes/new-lines.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { meaningOf, suffixesOfCommands } from '../ticket/suffix.ts';
import type { Attachment, TicketId } from '../ticket/ticket.ts';
import type { Action, StaffMail } from './action.ts';
import type { Batch } from './batch.ts';
import { isKeptInside, readCommandBlock, type WrongLine } from './command-block.ts';
import { holdUntilConfirmed, isTheWord } from './confirm.ts';
import { readCommand } from './grammar.ts';
import { sentence } from './in-words.ts';
import { holdMail, type ReceivedMail, recordMail } from './incoming.ts';
import { SENT_AGAIN } from './sent-again.ts';

type Acting = Extract<Intent, { type: 'act' }>;

interface Reading {
  readonly batch: Batch;
  /** Name of an attachment that would give away an address of the staff, or null. */
  readonly leak: string | null;
  readonly message: ParsedMessage;
  readonly config: Config;
}

/** What mail clients and calendars write by themselves, if no field says so. */
const AUTOMATIC_SUBJECT =
  /^\s*((automatic reply|auto(matische)? ?(reply|antwort)|abwesenheit(snotiz)?|out of (the )?office|réponse automatique|respuesta automática|risposta automatica)\b|(read|gelesen|not read|ungelesen|accepted|angenommen|zugesagt|declined|abgelehnt|tentative(ly accepted)?|mit vorbehalt|undeliverable|unzustellbar)\s*:)/i;

export async function carryOutMail(
  mail: ReceivedMail,
  intent: Acting,
  {
    batch,
    message,
    leak,
    config,
    now,
    cameBack,
    isTooMuchForStaff,
    isTooMuchToAsk,
  }: Reading & {
    readonly now: Date;
    /** It is sent once more as it is, and nothing of it is done. */
    readonly cameBack: boolean;
    readonly isTooMuchForStaff: (address: string) => boolean;
    readonly isTooMuchToAsk: (address: string) => boolean;
  },
): Promise<Kept> {
  if (AUTOMATIC_SUBJECT.test(message.subject)) {
    const reason = { check: 'automatic-subject', evidence: message.subject.slice(0, 200) };
    await batch.add(recordMail(mail, reason, true).changes);
    return 'recorded';
  }
  const actions = actionsOf(mail, ownLines(message.text), intent, { message, leak, config, batch });
  const { doubt, ticket, queue, person } = intent;
  const isWaiting = doubt !== null && !('refused' in actions) && !isHarmless(actions.all, doubt);
  if (isWaiting) {
    const doubted = { queue: queue.prefix, ticket, person, doubt, from: ticket };
    return holdUntilConfirmed(mail, doubted, { batch, isTooMuchToAsk });
  }
  const held = 'refused' in actions ? null : heldFor(actions.all, intent, batch, now);
  if (held !== null) {
    await batch.add(holdMail(mail, { ...held, id: mail.commit }).changes);
    return 'held';
  }
  const problems =
    'refused' in actions ? actions.refused : await performAll(actions.all, intent, batch, cameBack);
  if (problems.length === 0) return 'carried-out';
  const reason = { check: 'returned', evidence: problems[0]?.problem ?? '' };
  const [address = ''] = person.addresses;
  // Nobody reads so many: it waits where the desk looks.
  if (isTooMuchForStaff(address)) {
    const about = { id: mail.commit, queue: queue.prefix, ticket, reason };
    await batch.add(holdMail(mail, about).changes);
    return 'held';
  }
  const { changes } = recordMail(mail, reason, false);
  const answered: Change = { type: 'mail.answered', address, about: 'returned' };
  await batch.add([...changes, answered], [returned(mail, problems, intent, batch, cameBack)]);
  return 'returned';
}

/** A note stays inside: only a copy of one waits. */
function isHarmless(actions: readonly Action[], { check }: Verdict): boolean {
  return check !== 'copied' && actions.every(({ type }) => type === 'note');
}

/** An answer may be a machine's, and what it answers as well. */
function heldFor(
  actions: readonly Action[],
  { ticket: named, person, isLetIn }: Acting,
  batch: Batch,
  now: Date,
): Omit<HeldMail, 'id' | 'from' | 'date' | 'subject' | 'raw'> | null {
  const ticket = batch.current(named);
  const isAnswer = actions.some(({ type }) => type === 'reply');
  if (ticket === null || !isAnswer || isLetIn === true) return null;
  const reason = respondersVerdict(ticket, now);
  if (reason === null) return null;
  return { queue: ticket.queue, ticket: ticket.id, reason, by: person.name };
}

/** Tried on a copy first: nothing is changed by half. */
async function performAll(
  actions: readonly Action[],
  { ticket, person: { name } }: Acting,
  batch: Batch,
  cameBack: boolean,
): Promise<readonly WrongLine[]> {
  const attempt = batch.copy();
  // It may have been merged since its mail was decided.
  const id = batch.current(ticket)?.id ?? ticket;
  for (const action of actions) {
    const result = await attempt.perform(id, action, name);
    if ('refused' in result) return [{ line: '', problem: result.refused }];
  }
  if (cameBack) return [{ line: '', problem: 'it has come back to you before' }];
  batch.take(attempt);
  return [];
}

function actionsOf(
  mail: ReceivedMail,
  own: readonly OwnLine[],
  { may, suffix, ticket }: Acting,
  { message, leak, config, batch }: Reading,
): { readonly all: readonly Action[] } | Refusal<readonly WrongLine[]> {
  const wrong = (problem: string) => ({ refused: [{ line: '', problem }] });
  if (may === 'nothing')
    return wrong(batch.current(ticket) === null ? UNKNOWN_TICKET : OUTDATED_ADDRESS);
  if (mail.faults.length > 0)
    return wrong(`the mail cannot be carried out: ${mail.faults.join('; ')}`);
  if (suffix === 'unknown') {
    const known = suffixesOfCommands().slice(0, -1);
    const last = suffixesOfCommands().at(-1);
    return wrong(
      `the word after the ticket in its address is unknown: ${known.join(', ')} and ${last} are known`,
    );
  }
  const staffMail = staffMailOf(mail, message);
  const asOthersRead = (text: string) => forOthers(text, ticket, config.domain);
  // The address alone says all of it: no word of it is a command.
  if (may === 'note') {
    const text = asOthersRead(own.map((line) => line.text).join('\n'));
    return { all: [{ type: 'note', text, staffMail }] };
  }
  const names = ticketNames(config);
  const { command: named } = meaningOf(suffix);
  const isInside = isKeptInside(suffix);
  const read = readCommandBlock(own, names, isInside);
  if ('refused' in read) return read;
  const text = asOthersRead(read.text);
  const order = named === null || isInside ? null : readCommand(named, names);
  if (order !== null && 'refused' in order) return wrong(order.refused);
  const ordered = order === null ? [] : [order];
  const ordersInText = [...read.before, ...read.after];
  if (ordersInText.length > 0 && message.isHtml) {
    return wrong('commands are read in plain text alone, and this mail has only HTML');
  }
  if (ordersInText.length + ordered.length > 0 && may !== 'command') {
    return wrong(
      'a reply address is good for an answer or a note: to give commands, send your mail through our mail server with your login, or from an address that it can verify',
    );
  }
  if (!read.isNote) {
    if (isTheWord(message)) {
      return wrong(
        '"send" alone answers a question of ours: reply to that question, so that it goes to its Reply-To address',
      );
    }
    if (holdsStaffAddress(text)) {
      return wrong('its text holds an address that lets the staff answer: leave it out');
    }
    if (leak !== null) {
      return wrong(
        `the attachment "${leak}" holds an address that lets the staff answer: leave it out`,
      );
    }
    if (isForward(message.subject)) {
      return wrong('its subject says that it is passed on: an answer has none of that');
    }
  }
  const twice = read.after.find(({ type }) => ordered.some((other) => other.type === type));
  if (twice !== undefined) return wrong('its address and its first lines contradict each other');
  const hasFiles = staffMail.attachments(ticket, 1).length > 0;
  const words: readonly Action[] =
    text.trim() === '' && !hasFiles
      ? []
      : [{ type: read.isNote ? 'note' : 'reply', text, staffMail }];
  const all = [...read.before, ...words, ...read.after, ...ordered];
  return all.length === 0 ? wrong('it has neither a text nor a command') : { all };
}

const OUTDATED_ADDRESS =
  'the store was restored from a backup since that reply address was given, so it proves nothing any more; this mail has a fresh one';
const UNKNOWN_TICKET = 'the store was restored from a backup that does not know this ticket';

/** Keys, cards, signatures and calendar answers name their author; so does what wraps a whole mail. */
const PRIVATE_TYPES =
  /^(text\/(x-)?vcard|text\/directory|text\/calendar|text\/rfc822-headers|application\/(ms-tnef|pgp-(signature|keys)|(x-)?pkcs7-(signature|mime)))$/i;
/** Octets of a picture within HTML that is no more than the logo of a signature. */
const MAX_LOGO_BYTES = 16 * 1024;

/** What goes along with an answer: nothing that only says whose mail it was. */
function staffMailOf(mail: ReceivedMail, { isHtml }: ParsedMessage): StaffMail {
  const isSent = ({ filename, contentType, contentId, isInline, size }: Attachment) => {
    const isText = isHtml && filename === 'message.html' && contentType === 'text/html';
    const isLogo = isInline === true && contentId !== undefined && size < MAX_LOGO_BYTES;
    const isPrivate = PRIVATE_TYPES.test(contentType) || /\.(vcf|p7s|asc|ics)$/i.test(filename);
    return !isText && !isLogo && !isPrivate;
  };
  return {
    raw: mail.raw,
    attachments: (ticket, serial) => mail.attachments(ticket, serial, 'sent').filter(isSent),
  };
}

/** What was quoted of a mail to the staff may hold their address, and below its signature mark how they work. */
function forOthers(text: string, ticket: TicketId, domain: string): string {
  return withoutStaffAddresses(text, ticketAddress(ticket, domain))
    .replace(/^[> \t]*> ?-- ?\n(?:[> \t]*>.*\n?)*/gm, '')
    .split('\n')
    .filter((line) => !isDesksOwn(line))
    .join('\n');
}

function returned(
  mail: ReceivedMail,
  problems: readonly WrongLine[],
  { ticket, queue, person }: Acting,
  batch: Batch,
  cameBack: boolean,
): TranscriptDraft {
  const isLost = batch.current(ticket) === null;
  const lines = problems
    .slice(0, MAX_PROBLEMS_SHOWN)
    .flatMap(({ line, problem }) => [...(line === '' ? [] : [`> ${line}`]), sentence(problem), '']);
  const more = problems.length - MAX_PROBLEMS_SHOWN;
  const told = toldOf(mail.text.trimEnd());
  // What came along comes back along.
  const hasFiles = mail.attachments(ticket, 1, 'sent').length > 0;
  const isTold = told.length === mail.text.trimEnd().length && !hasFiles;
  const raw = mail.attachments(ticket, 1, 'shown with its raw mail').slice(-1);
  const [address = ''] = person.addresses;
  return {
    kind: 'transcript',
    to: { name: person.name, address },
    subject: mail.subject,
    inReplyTo: mail.messageId,
    references: mail.messageId === null ? [] : [mail.messageId],
    from: isLost ? queue.address : ticket,
    queue: queue.prefix,
    answerTo: isLost ? null : { ticket, person: person.name },
    text: [
      `Your mail about ${ticket} was not carried out, and nobody else has got it:`,
      '',
      ...lines,
      ...(more > 0 ? [`And ${more} more like this.`, ''] : []),
      ...(cameBack ? SENT_AGAIN : ['Put it right, and send it as a new mail.']),
      isTold ? 'This is what you wrote:' : 'Your whole mail is attached; it begins:',
      '',
      ...told.split('\n').map((line) => `> ${line}`.trimEnd()),
      '',
    ].join('\n'),
    ...(!isTold && { attachments: raw }),
  };
}

const MAX_PROBLEMS_SHOWN = 20;
