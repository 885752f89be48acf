/**
 * What a mail of the staff to a ticket orders: its commands, and its words as an answer or a note;
 * or why nothing of it can be done.
 *
 * Its author is asked about what looks like a mistake (`asking`): they can let it out as it stands.
 * What would give away how the staff answer never goes out, whoever says so. Pure.
 */
import { holdsStaffAddress, withoutStaffAddresses } from '../addresses/given-in-text.ts';
import { type Config, type StaffPerson, ticketNames } from '../config/config.ts';
import { isTheWord } from '../decision/given.ts';
import type { Intent } from '../decision/intent.ts';
import { waysToProve } from '../decision/ways-to-prove.ts';
import { withoutEarlier } from '../letters/earlier.ts';
import { isDesksOwn } from '../letters/notification-sentences.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { OwnLine } from '../reading/quotes/authors-lines.ts';
import { isForward } from '../reading/quotes/forwarded.ts';
import type { SentText } from '../reading/quotes/sent-words.ts';
import { isSendable, placeInWords } from '../ticket/found.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { meaningOf, suffixesOfCommands } from '../ticket/suffix.ts';
import { type Attachment, type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import type { Action, StaffMail } from './action.ts';
import { doubtsAboutAnswer, goneProblem } from './answer-doubts.ts';
import { type AnswerHtml, answerHtml } from './answer-html.ts';
import type { Whom } from './answered.ts';
import { answerAddressIn } from './answered-mail.ts';
import type { Batch } from './batch.ts';
import { asking, isKeptInside, readCommandBlock, type WrongLine } from './command-block.ts';
import { belowTheWord } from './confirm.ts';
import type { StaffFiles } from './delivery.ts';
import { readCommand } from './grammar.ts';
import type { ReceivedMail } from './incoming.ts';
import { memberMeant } from './member.ts';
import type { doubtsAboutMarks, Placing, placedSnippets } from './placed-snippets.ts';
import type { WrittenText } from './sent-files.ts';
import { staffMailOf } from './staff-mail.ts';
import { isLeftOfOurs } from './words-to-staff.ts';

type Acting = Extract<Intent, { type: 'act' }>;

export interface Reading {
  readonly batch: Batch;
  readonly staffFiles: StaffFiles;
  readonly message: ParsedMessage;
  readonly config: Config;
}

/** What takes the place of the lines that name a snippet (placed-snippets.ts). */
export interface Naming {
  readonly doubts: typeof doubtsAboutMarks;
  readonly place: (
    words: Parameters<typeof placedSnippets>[0],
    about: Omit<Placing, 'snippets'>,
  ) => ReturnType<typeof placedSnippets>;
}

export function actionsOf(
  mail: ReceivedMail,
  { lines: own, elsewhere }: WrittenText,
  { may, suffix, ticket, person, isLetIn, isMeant }: Acting,
  {
    message,
    staffFiles,
    config,
    batch,
    whom,
    sent,
    naming,
  }: Reading & {
    readonly whom: Whom;
    /** null if it names no snippet. */
    readonly naming: Naming | null;
    readonly sent: readonly SentText[];
  },
): { readonly all: readonly Action[] } | Refusal<readonly WrongLine[]> {
  const { answer: maxBytes } = config.sizes;
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
  const [found] = message.foundLines;
  if (found !== undefined) {
    return wrong(
      `its words were found inside ${placeInWords(found.foundIn)}, where nothing in front of us has looked: write them as plain text`,
    );
  }
  const asOthersRead = (text: string) => forOthers(text, ticket, config.domain);
  const isPartOfOurs =
    (own.length > 0 && withoutEarlier(textOf(own)) === null) ||
    isLeftOfOurs(
      own.map((line) => line.text),
      message.text,
    );
  // The address alone says all of it: no word of it is a command.
  if (may === 'note') {
    const text = asOthersRead(textOf(own));
    return {
      all: [
        {
          type: 'note',
          text,
          staffMail: staffMailOf(mail, message, elsewhere, { isNote: true, maxBytes }),
        },
      ],
    };
  }
  const names = ticketNames(config);
  const { command: named } = meaningOf(suffix);
  const isInside = isKeptInside(suffix);
  const read = readCommandBlock(own, names, {
    ...{ isInside, isMeant: isMeant === true },
    isStaff: (name) => memberMeant(name, person.name, config.staff) !== null,
  });
  if ('refused' in read) return read;
  const plain = asOthersRead(read.text);
  const order = named === null || isInside ? null : readCommand(named, names);
  if (order !== null && 'refused' in order) return wrong(order.refused);
  const ordered = order === null ? [] : [order];
  const ordersInText = [...read.before, ...read.after];
  if (ordersInText.length > 0 && message.isHtml) {
    return wrong('commands are read in plain text alone, and this mail has only HTML');
  }
  const commands = [...ordersInText, ...ordered].filter(({ type }) => type !== 'send');
  if (commands.length > 0 && may !== 'command') {
    return wrong(
      `a reply address is good for an answer or a note: ${howToCommand(person, config)}`,
    );
  }
  if (whom.alone === null && whom.answers !== null && ordersInText.some(isAboutWriter)) {
    const { writer } = whom.answers;
    return wrong(
      writer === null
        ? 'the mail that it answers is of nobody who could be meant: name the address'
        : `it answers a mail of ${writer.address}, who is on ${batch.called(ticket)} already`,
    );
  }
  const current = batch.current(ticket);
  const withFiles = staffMailOf(mail, message, elsewhere, { isNote: read.isNote, maxBytes });
  const hasHtml = !read.isNote && staffFiles.html !== null && plain.trim() !== '';
  const rich = hasHtml ? htmlBeside(plain, staffFiles, withFiles.attachments(ticket, 1)) : null;
  const text = rich?.text ?? plain;
  const staffMail: StaffMail =
    hasHtml && rich === null ? { ...withFiles, isPlainAlone: true } : withFiles;
  if (!read.isNote) {
    if (isTheWord(message) && belowTheWord(message) === '') {
      return wrong(
        '"send" alone answers a question of ours: reply to that question, so that it goes to its Reply-To address',
      );
    }
    if (isPartOfOurs) {
      return wrong(
        'its text holds a part of our mail to you, in which notes may stand: leave that out',
      );
    }
    if (holdsStaffAddress(text)) {
      return wrong('its text holds an address that lets the staff answer: leave it out');
    }
    const hidden = staffMail.attachments(ticket, 1).find((file) => !isSendable(file));
    if (hidden !== undefined) {
      const { filename, foundIn } = hidden;
      const what = foundIn === undefined ? 'unpacked' : `found inside ${placeInWords(foundIn)}`;
      return wrong(
        `the file "${filename}" was ${what}, and nothing in front of us has looked there: attach it as a file`,
      );
    }
    const { leak } = staffFiles;
    if (leak !== null) {
      return wrong(
        `the attachment "${leak}" holds an address that lets the staff answer: leave it out`,
      );
    }
    const marks = current === null ? [] : (naming?.doubts(own, current) ?? []);
    if (marks.length > 0) return { refused: marks };
    if (isForward(message.subject) && isMeant !== true) {
      const problem = 'its subject says that it is passed on: an answer has none of that';
      return asking([{ line: '', problem }]);
    }
    const direct = [...whom.addressees, ...whom.also].filter(({ address }) =>
      message.to.some((to) => sameAddress(to.address, address)),
    );
    const isGiven = answerAddressIn(message, config) !== null;
    if (isGiven && direct.length > 0 && isLetIn !== true && isMeant !== true) {
      return asking([{ line: '', problem: goneProblem(direct.map(({ address }) => address)) }]);
    }
    const names = staffMail.attachments(ticket, 1).map(({ filename }) => filename);
    const texts = [...staffFiles.texts, ...names.map((filename) => ({ filename, text: filename }))];
    const doubts =
      isLetIn === true || isMeant === true
        ? []
        : doubtsAboutAnswer(text, texts, { sent, person, config, ...whom });
    if (doubts.length > 0) return asking(doubts);
  }
  const twice = read.after.find(({ type }) => ordered.some((other) => other.type === type));
  if (twice !== undefined) return wrong('its address and its first lines contradict each other');
  const timed = read.before.find(({ type }) => type === 'send');
  const status = [...read.after, ...ordered].find(({ type }) => type === 'status');
  const hasFiles = staffMail.attachments(ticket, 1).length > 0;
  const isPlain = staffMail.isPlainAlone === true;
  const placed =
    naming === null || read.isNote || current === null
      ? null
      : naming.place(
          { text, html: isPlain ? null : rich?.html },
          {
            ...{ ticket: current, by: person.name, config },
            to: whom.alone?.to ?? whom.elsewhere?.requesterAt ?? current.requester,
          },
        );
  if (placed !== null && 'refused' in placed) return placed;
  const said = placed ?? { text, ...(rich !== null && { html: rich.html }) };
  const words: readonly Action[] =
    text.trim() === '' && !hasFiles
      ? []
      : [
          {
            type: read.isNote ? 'note' : 'reply',
            text: said.text,
            ...(said.html !== undefined && { html: said.html }),
            ...(placed !== null && placed.enclosed.length > 0 && { enclosed: placed.enclosed }),
            staffMail: placed?.isPlainAlone ? { ...staffMail, isPlainAlone: true } : staffMail,
            ...(!read.isNote && { ...whom.alone, ...whom.elsewhere }),
            ...(!read.isNote && timed?.type === 'send' && { at: timed.at }),
            ...(!read.isNote && status?.type === 'status' && { gives: status.status }),
            ...(!read.isNote && whom.also.length > 0 && { also: whom.also }),
          },
        ];
  const isSaid = words.some(({ type }) => type === 'reply');
  const before = read.before.filter(({ type }) => type !== 'send' || !isSaid);
  const all = [...before, ...words, ...read.after, ...ordered].map((action) =>
    ofWriter(action, whom.alone?.to ?? null),
  );
  return all.length === 0 ? wrong('it has neither a text nor a command') : { all };
}

/** What would let the staff answer goes out in no form. */
function htmlBeside(
  text: string,
  { html }: StaffFiles,
  files: readonly Attachment[],
): AnswerHtml | null {
  if (html === null || html === 'too much') return null;
  try {
    const rich = answerHtml(text, html, files);
    return rich === null || holdsStaffAddress(rich.html) ? null : rich;
  } catch {
    // Whatever it stumbles over, the answer goes out with its text.
    return null;
  }
}

/** It names nobody: it means whoever wrote. */
function isAboutWriter(action: Action): boolean {
  return action.type === 'cc'
    ? action.isWriter === true
    : action.type === 'requester' && action.to === null;
}

/** Whoever is not on the ticket, and wrote the mail that is answered, is named by that. */
function ofWriter(action: Action, writer: Mailbox | null): Action {
  if (writer === null || !isAboutWriter(action)) return action;
  const { address } = writer;
  if (action.type === 'cc') return { type: 'cc', add: [address], remove: action.remove };
  return { type: 'requester', to: address };
}

function howToCommand({ name }: StaffPerson, config: Config): string {
  const ways = waysToProve(name, config).map((way) => WAYS[way]);
  if (ways.length === 0) return 'nothing in the config lets you give commands by mail';
  return `to give commands, send your mail ${ways.join(', or ')}`;
}

const WAYS = {
  login: 'through our mail server with your login',
  from: 'from an address that it can verify',
} as const;
const OUTDATED_ADDRESS =
  'the store was restored from a backup since that reply address was given, so it proves nothing any more; this mail has a fresh one';
const UNKNOWN_TICKET = 'the store was restored from a backup that does not know this ticket';

function textOf(own: readonly OwnLine[]): string {
  return own.map(({ text }) => text).join('\n');
}

/** What was quoted of a mail to the staff may hold their address, and below its signature mark how they work. */
function forOthers(text: string, ticket: TicketId, domain: string): string {
  return withoutStaffAddresses(withoutEarlier(text) ?? text, ticketAddress(ticket, domain))
    .replace(/^[> \t]*> ?-- ?\n(?:[> \t]*>.*\n?)*/gm, '')
    .split('\n')
    .filter((line) => !isDesksOwn(line))
    .join('\n');
}
