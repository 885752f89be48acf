/**
 * A mail that one of the staff writes to a ticket: what it orders is done, and what it
 * says is sent to those on the ticket, or kept as a note.
 *
 * All of it or nothing: where a word is wrong, a command needs a better proof, or an
 * action is refused, the mail goes back to its author with the reason. The staff
 * person's address, signature and client stay inside; so do the reply addresses that the staff are given.
 */
import type { Action, Written } from '../actions/action.ts';
import type { TranscriptDraft } from '../actions/draft.ts';
import { type ReceivedMail, recordMail } from '../actions/incoming.ts';
import { readInstructions, type WrongLine } from '../actions/instructions.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { newText, type ParsedMessage } from '../message/message.ts';
import type { Kept } from '../outcome.ts';
import type { Suffix } from '../ticket/id.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Attachment, TicketId } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import type { Intent } from './route.ts';

type Acting = Extract<Intent, { type: 'act' }>;

interface Desk {
  readonly batch: Batch;
  readonly message: ParsedMessage;
  readonly config: Config;
}

export async function carryOutMail(
  mail: ReceivedMail,
  intent: Acting,
  { batch, message, config }: Desk,
): Promise<Kept> {
  const text = withoutStaffAddresses(newText(message), intent.ticket, config.domain);
  const actions = actionsOf(mail, text, intent, { message, config });
  const problems =
    'problems' in actions ? actions.problems : await carriedOutAll(actions.all, intent, batch);
  if (problems.length === 0) return 'carried-out';
  const reason = { check: 'returned', evidence: problems[0]?.problem ?? '' };
  await batch.add(recordMail(mail, reason, false).changes, [returned(mail, problems, intent)]);
  return 'returned';
}

/** Tried on a copy first: nothing is changed by half. */
async function carriedOutAll(
  actions: readonly Action[],
  { ticket, person: { name } }: Acting,
  batch: Batch,
): Promise<readonly WrongLine[]> {
  const attempt = batch.copy();
  for (const action of actions) {
    const result = await attempt.perform(ticket, action, name);
    if ('refused' in result) return [{ line: '', problem: result.refused }];
  }
  batch.take(attempt);
  return [];
}

function actionsOf(
  mail: ReceivedMail,
  text: string,
  { may, suffix }: Acting,
  { message, config }: Omit<Desk, 'batch'>,
): { readonly all: readonly Action[] } | { readonly problems: readonly WrongLine[] } {
  const wrong = (problem: string) => ({ problems: [{ line: '', problem }] });
  if (mail.faults.length > 0)
    return wrong(`the mail cannot be carried out: ${mail.faults.join('; ')}`);
  const read = readInstructions(text, prefixesOf(config));
  if ('problems' in read) return read;
  const ordered = suffixActions(suffix);
  const commands = [...read.before, ...read.after, ...ordered];
  if (commands.length > 0 && message.isHtml) {
    return wrong('commands are read in plain text alone, and this mail has only HTML');
  }
  if (commands.length > 0 && may !== 'command') {
    return wrong(
      'a reply address is good for an answer or a note; a command needs a login, or a From that our own mail server has authenticated',
    );
  }
  const twice = read.after.find(({ type }) => ordered.some((other) => other.type === type));
  if (twice !== undefined) return wrong('its address and its first lines contradict each other');
  const written = writtenAs(mail, message);
  const isNote = read.isNote || may === 'note' || suffix === 'note' || suffix === 'quiet';
  const words: readonly Action[] =
    read.text.trim() === '' && message.attachments.length === 0
      ? []
      : [{ type: isNote ? 'note' : 'reply', text: read.text, written }];
  const all = [...read.before, ...words, ...read.after, ...ordered];
  return all.length === 0 ? wrong('it has neither a text nor a command') : { all };
}

function suffixActions(suffix: Suffix | null): readonly Action[] {
  switch (suffix) {
    case 'close':
      return [{ type: 'status', status: 'resolved' }];
    case 'reopen':
      return [{ type: 'status', status: 'open' }];
    default:
      return [];
  }
}

/** The HTML that the text was made of, and the author's own card, are nobody's attachment. */
function writtenAs(mail: ReceivedMail, { isHtml }: ParsedMessage): Written {
  const isSent = ({ filename, contentType }: Attachment) =>
    !(isHtml && filename === 'message.html' && contentType === 'text/html') &&
    !/^(text\/(x-)?vcard|application\/(pgp|pkcs7|x-pkcs7)-signature)$/i.test(contentType);
  return {
    raw: mail.raw,
    attachments: (ticket, serial) => mail.attachments(ticket, serial, false).filter(isSent),
  };
}

/** A quoted copy of what the staff are told may hold the address that lets them answer. */
function withoutStaffAddresses(text: string, ticket: TicketId, domain: string): string {
  const address = /[a-z0-9]+-[0-9]+-[an]-[a-z0-9]{1,9}-[a-z2-7]{16}@[a-z0-9.-]+/gi;
  return text.replace(address, ticketAddress(ticket, domain));
}

function returned(
  mail: ReceivedMail,
  problems: readonly WrongLine[],
  { ticket, queue, person }: Acting,
): TranscriptDraft {
  const lines = problems
    .slice(0, SHOWN)
    .flatMap(({ line, problem }) => [
      ...(line === '' ? [] : [`> ${line}`]),
      `${problem}.`.replace(/\.\.$/, '.'),
      '',
    ]);
  const more = problems.length - SHOWN;
  const [address = ''] = person.addresses;
  return {
    kind: 'transcript',
    to: { name: person.name, address },
    subject: mail.subject,
    inReplyTo: mail.messageId,
    references: mail.messageId === null ? [] : [mail.messageId],
    from: ticket,
    queue: queue.prefix,
    answerTo: { ticket, person: person.name },
    text: [
      `Nothing was done with your mail about ${ticket}, and nobody else has got it:`,
      '',
      ...lines,
      ...(more > 0 ? [`And ${more} more like this.`, ''] : []),
      'Put it right, and send it once more. This is what you wrote:',
      '',
      ...mail.text
        .trimEnd()
        .split('\n')
        .map((line) => `> ${line}`),
      '',
    ].join('\n'),
  };
}

const SHOWN = 20;
