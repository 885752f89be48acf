/**
 * How people write what they want done: one table for every door.
 *
 * `assign 7102 bob` in a mail to control@, `mailrobot ticket assign 7102 bob` in a
 * terminal, `Assign: bob` at the top of an answer, `{"type": "ticket.command",
 * "command": "assign bob"}` in the feed: the same row reads the words behind the ticket
 * and gives the action, or says what is wrong with them. `support-7102-close@` as an
 * address of the staff is read by the row that ticket/suffix.ts names for it.
 * The style is that of debbugs (its request server and pseudo-headers). Pure.
 */

import { isWritable } from '../ticket/address.ts';
import { parseTicketName, type TicketNames } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { PRIORITIES, STATUSES, sameAddress } from '../ticket/ticket.ts';
import type { Action } from './action.ts';

export interface TicketCommand {
  readonly name: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** The words behind the ticket, for help texts. */
  readonly words: string;
  readonly summary: string;
  readonly example: string;
  /** The pseudo-header at the top of an answer. */
  readonly field?: string;
  /** Comes after the text that it stands above: it ends something. */
  readonly isLast?: true;
  readonly read: (words: string, names: TicketNames) => Action | Refusal;
}

const FIELD = /^[a-z][a-z0-9_-]{0,31}$/;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,49}$/u;

export const COMMANDS: readonly TicketCommand[] = [
  {
    ...{ name: 'close', aliases: ['resolve', 'done'], words: '', isLast: true },
    example: 'close 7102',
    summary: 'mark it as resolved',
    read: noWords({ type: 'status', status: 'resolved' }),
  },
  {
    ...{ name: 'reopen', words: '', isLast: true },
    example: 'reopen 7102',
    summary: 'mark it as open again',
    read: noWords({ type: 'status', status: 'open' }),
  },
  {
    ...{
      name: 'status',
      words: `${STATUSES.join('|')} [until DATE]`,
      field: 'Status',
      isLast: true,
    },
    example: 'status 7102 pending',
    summary: 'give it a status; a pending one may be snoozed until a date',
    read: (words) => {
      const [, until] = /^pending\s+(?:until|till|bis)\s+(\S.*)$/is.exec(words) ?? [];
      if (until !== undefined) return { type: 'snooze', until, isPending: true };
      const [named = '', second = ''] = words.toLowerCase().split(/\s+/, 2);
      if (STATUSES.some((known) => known === named) && /^(?:until|till|bis)$/.test(second)) {
        return named === 'pending'
          ? { refused: 'it needs a date: pending until monday 9:00' }
          : { refused: `only pending takes a date: pending ${second} monday 9:00` };
      }
      const wanted = words.toLowerCase() === 'closed' ? 'resolved' : words.toLowerCase();
      const status = STATUSES.find((known) => known === wanted);
      return status === undefined ? wrong('a status', words, STATUSES) : { type: 'status', status };
    },
  },
  {
    ...{ name: 'snooze', words: 'until DATE', field: 'Snooze' },
    example: 'snooze 7102 until monday 9:00',
    summary: 'take it off the lists until a date, or until its customer writes',
    read: (words) => {
      const until = words.replace(/^(?:until|till|bis)\s+/i, '');
      return until === '' || /^(?:until|till|bis)$/i.test(until)
        ? { refused: 'it needs a date: until monday 9:00' }
        : { type: 'snooze', until };
    },
  },
  {
    ...{ name: 'unsnooze', aliases: ['wake'], words: '' },
    example: 'unsnooze 7102',
    summary: 'put it on the lists again',
    read: noWords({ type: 'snooze', until: null }),
  },
  {
    ...{ name: 'assign', aliases: ['owner'], words: 'NAME|ADDRESS|me|nobody', field: 'Assign' },
    example: 'assign 7102 bob',
    summary: 'give it to one of the staff, or to nobody',
    read: (words) => {
      if (words === '') return { refused: 'it needs a name of the staff, or nobody' };
      const to = words.replace(/^to\s{1,9}(?=\S)/i, '');
      return { type: 'assign', to: /^(nobody|-)$/i.test(to) ? null : to };
    },
  },
  {
    ...{ name: 'take', words: '' },
    example: 'take 7102',
    summary: 'give it to yourself',
    read: noWords({ type: 'assign', to: 'me' }),
  },
  {
    ...{ name: 'tag', aliases: ['tags'], words: '+TAG -TAG...', field: 'Tag' },
    example: 'tag 7102 +login -vip',
    summary: 'put tags on it, and take them off',
    read: (words) => {
      const { add, remove } = plusAndMinus(words);
      const bad = [...add, ...remove].find((one) => !TAG.test(one));
      if (bad !== undefined)
        return { refused: `"${bad}" is not a tag: letters, digits, . _ and -` };
      if (add.length + remove.length === 0) return { refused: 'it needs tags: +login -vip' };
      return contradiction(add, remove, Object.is) ?? { type: 'tag', add, remove };
    },
  },
  {
    ...{ name: 'priority', words: PRIORITIES.join('|'), field: 'Priority' },
    example: 'priority 7102 high',
    summary: 'say how urgent it is',
    read: (words) => {
      const priority = PRIORITIES.find((known) => known === words.toLowerCase());
      if (priority === undefined) return wrong('a priority', words, PRIORITIES);
      return { type: 'priority', priority };
    },
  },
  {
    ...{ name: 'field', words: 'NAME [VALUE]', field: 'Field' },
    example: 'field 7102 order 1234',
    summary: 'set a field of it, or take off what stands there',
    read: (words) => {
      const [, name = '', value = ''] = /^(\S{0,200})\s{0,200}(.*)$/s.exec(words) ?? [];
      return FIELD.test(name.toLowerCase())
        ? { type: 'field', field: name.toLowerCase(), words: value }
        : { refused: 'it needs the name of a field, and what stands there: order 1234' };
    },
  },
  {
    ...{ name: 'cc', words: '+|+ADDRESS -ADDRESS...', field: 'Cc' },
    example: 'cc 7102 +alice@ferrier.example',
    summary: 'send copies of answers to others, who may then write in; + is who has just written',
    read: (words) => {
      if (words === '+') return { type: 'cc', add: [], remove: [], isWriter: true };
      const { add, remove } = plusAndMinus(words);
      const bad = [...add, ...remove].find((one) => !isWritable(one));
      if (bad !== undefined) return { refused: `"${bad}" is not an address` };
      if (add.length + remove.length === 0) {
        return { refused: 'it needs addresses: +alice@ferrier.example' };
      }
      return contradiction(add, remove, sameAddress) ?? { type: 'cc', add, remove };
    },
  },
  {
    ...{ name: 'requester', words: '+|ADDRESS', field: 'Requester' },
    example: 'requester 7102 kay@ferrier.example',
    summary: 'make it the ticket of somebody else; + is who has just written',
    read: (words) => {
      if (words === '' || words === '+') return { type: 'requester', to: null };
      return isWritable(words)
        ? { type: 'requester', to: words }
        : { refused: `"${words}" is not an address` };
    },
  },
  {
    ...{ name: 'watch', words: '[NAME]' },
    example: 'watch 7102',
    summary: 'get mail about whatever others do on it',
    read: (words) => ({ type: 'watch', person: words === '' ? null : words, isWatching: true }),
  },
  {
    ...{ name: 'unwatch', words: '[NAME]' },
    example: 'unwatch 7102',
    summary: 'get no more mail about it, unless it is yours or nobody has it',
    read: (words) => ({ type: 'watch', person: words === '' ? null : words, isWatching: false }),
  },
  {
    ...{ name: 'retitle', words: 'SUBJECT', field: 'Subject' },
    example: 'retitle 7102 Nobody can log in',
    summary: 'give it another subject',
    read: (words) =>
      words === '' ? { refused: 'it needs a subject' } : { type: 'retitle', subject: words },
  },
  {
    ...{ name: 'merge', words: 'INTO [together]', field: 'Merge', isLast: true },
    example: 'merge 7103 7102',
    summary: 'put it into another ticket, which gets its mail from now on',
    read: (words, names) => {
      const [named = '', together, ...more] = words.split(/ +/);
      const isTogether = together !== undefined && /^(?:--)?together$/i.test(together);
      const into = parseTicketName(named, names);
      if (into === null || more.length > 0 || (together !== undefined && !isTogether)) {
        return { refused: `"${words}" is not a ticket` };
      }
      return { type: 'merge', into, ...(isTogether && { isTogether }) };
    },
  },
  {
    ...{ name: 'move', words: 'QUEUE', field: 'Queue', isLast: true },
    example: 'move 7102 BILLING',
    summary: 'put it into another queue, where it gets an address; its old ones lead to it',
    read: (words, { prefixes }) => {
      const queue = prefixes.find((prefix) => prefix === words.toUpperCase());
      return queue === undefined ? wrong('a queue', words, prefixes) : { type: 'move', queue };
    },
  },
  {
    ...{ name: 'split', words: 'MESSAGE' },
    example: 'split 7102 5',
    summary: 'make a ticket of one of its messages, by its number in show',
    read: (words) => {
      const serial = serialIn(words);
      return serial === null ? notANumber(words) : { type: 'split', serial };
    },
  },
  {
    ...{ name: 'note', words: 'TEXT' },
    example: 'note 7102 They call back.',
    summary: 'write down what the customer never sees',
    read: (words) =>
      words === '' ? { refused: 'a note needs a text' } : { type: 'note', text: words },
  },
  {
    ...{ name: 'undo', words: '[MESSAGE]' },
    example: 'undo 7102',
    summary: 'take back its newest answer that has not gone out, or that of a number',
    read: (words) => {
      if (words === '') return { type: 'undo' };
      const serial = serialIn(words);
      return serial === null ? notANumber(words) : { type: 'undo', serial };
    },
  },
  {
    ...{ name: 'unmute', words: '[ADDRESS]' },
    example: 'unmute 7102',
    summary: 'send mail about it again to whoever has stopped theirs',
    read: (words) =>
      words === '' || isWritable(words)
        ? { type: 'unmute', address: words === '' ? null : words }
        : { refused: `"${words}" is not an address` },
  },
  {
    ...{ name: 'block', words: '' },
    example: 'block 7102',
    summary: "let nothing in from its requester's address, and send nothing there",
    read: noWords({ type: 'block' }),
  },
  {
    ...{ name: 'unblock', words: '' },
    example: 'unblock 7102',
    summary: "take mail from its requester's address again",
    read: noWords({ type: 'unblock' }),
  },
];

/** What is said at the top of an answer of that answer itself, and is no command of its own. */
export const ANSWER_FIELDS: readonly (TicketCommand & { readonly field: string })[] = [
  {
    ...{ name: 'send', words: 'WHEN', field: 'Send' },
    example: 'Send: tomorrow 8:00',
    summary: 'say when the answer goes out',
    read: (words) =>
      words === '' ? { refused: 'it needs a time: tomorrow 8:00' } : { type: 'send', at: words },
  },
];

export function commandNamed(name: string): TicketCommand | null {
  const wanted = name.toLowerCase();
  const isIt = ({ name: known, aliases }: TicketCommand) =>
    known === wanted || aliases?.includes(wanted) === true;
  return COMMANDS.find(isIt) ?? null;
}

/** `assign bob`: a command and its words, without the ticket. */
export function readCommand(line: string, names: TicketNames): Action | Refusal {
  const [, name = '', words = ''] = /^\s*(\S*)\s*(.*)$/s.exec(line) ?? [];
  const command = commandNamed(name);
  if (command === null) return { refused: `"${name}" is not a command: ${namesOfCommands()}` };
  return command.read(words.trim(), names);
}

function namesOfCommands(): string {
  return COMMANDS.map(({ name }) => name).join(', ');
}

function noWords(action: Action): TicketCommand['read'] {
  return (words) =>
    words === '' ? action : { refused: `it takes nothing more, but got "${words}"` };
}

/** `5`, or `#5`, as show has it. */
function serialIn(words: string): number | null {
  const [, serial] = /^#?([1-9]\d{0,8})$/.exec(words) ?? [];
  return serial === undefined ? null : Number(serial);
}

function notANumber(words: string): Refusal {
  return { refused: `"${words}" is no number of a message` };
}

function wrong(what: string, words: string, known: readonly string[]): Refusal {
  return { refused: `"${words}" is not ${what}: ${known.join(', ')}` };
}

/** `+login -vip`; what has no sign is added. */
function plusAndMinus(words: string): { readonly add: string[]; readonly remove: string[] } {
  const signed = words.split(/[\s,]+/).filter((word) => word !== '');
  const bare = (word: string) => word.replace(/^[+-]/, '');
  return {
    add: signed.filter((word) => !word.startsWith('-')).map(bare),
    remove: signed.filter((word) => word.startsWith('-')).map(bare),
  };
}

function contradiction(
  add: readonly string[],
  remove: readonly string[],
  isSame: (one: string, other: string) => boolean,
): Refusal | null {
  const both = add.find((one) => remove.some((other) => isSame(one, other)));
  return both === undefined ? null : { refused: `"${both}" cannot be both + and -` };
}
