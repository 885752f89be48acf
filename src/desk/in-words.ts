/**
 * What an action has come to, in one sentence for whoever gave it: in a terminal and in
 * the transcript of a mail of commands alike. Names and subjects in it are a stranger's
 * words; whoever shows it makes them inert. Pure.
 */
import { dayInFull, inFull, secondInFull } from '../dates/in-full.ts';
import { valueIn } from '../ticket/field.ts';
import {
  goesLater,
  isAnswer,
  isLater,
  isUndone,
  type LaterAnswer,
  laterIn,
} from '../ticket/later.ts';
import { nameOf, sameAddress, type Ticket } from '../ticket/ticket.ts';
import type { Action, DeskResult, TakenBack } from './action.ts';
import { lastOfRequester } from './thread.ts';

/** `ticket` is as it is now; `zone`: of whoever reads it. */
export function inWords(
  action: Action,
  ticket: Ticket,
  {
    made,
    takenBack,
    zone = 'UTC',
    isSame = false,
  }: Pick<DeskResult, 'made' | 'takenBack'> & {
    readonly zone?: string;
    /** It has changed nothing. */
    readonly isSame?: boolean;
  },
): string {
  const id = nameOf(ticket);
  switch (action.type) {
    case 'reply': {
      const later = goesLater(ticket) ? laterIn(ticket).at(-1) : undefined;
      return later === undefined
        ? `${id}: your answer is on its way.`
        : `${id}: your answer goes out ${whenIn(later, action.at === undefined, zone)}. Until then "undo ${id}" takes it back.`;
    }
    case 'note':
      return `${id} has your note.`;
    case 'status':
      return `${id} is ${ticket.status}.`;
    case 'snooze': {
      const { snoozed } = ticket;
      if (snoozed === undefined) return `${id} is not snoozed${isSame ? '' : ' any more'}.`;
      const until = inFull(new Date(snoozed.until), snoozed.timeZone);
      return `${id} is ${action.isPending ? 'pending, and ' : ''}snoozed until ${until}.`;
    }
    case 'assign':
      return ticket.assignee === null ? `${id} is nobody's.` : `${id} is ${ticket.assignee}'s.`;
    case 'tag':
      return ticket.tags.length === 0
        ? `${id} has no tags.`
        : `${id} has the tags ${ticket.tags.join(' ')}.`;
    case 'priority':
      return `${id} has the priority ${ticket.priority}.`;
    case 'field': {
      const { field } = action;
      const value = valueIn(ticket, field)?.value;
      if (value === undefined) return `"${field}" of ${id} is empty.`;
      return `"${field}" of ${id} is ${value}${weekdayOf(value)}.`;
    }
    case 'retitle':
      return `${id} is called "${ticket.subject}".`;
    case 'cc': {
      const copies = ticket.participants.map(({ address }) => address).join(' ');
      const said = copies === '' ? 'nobody gets copies' : `copies go to ${copies}`;
      return `${id}: ${said}.${notTo(action.remove, ticket)}`;
    }
    case 'requester': {
      const copies = ticket.participants.map(({ address }) => address).join(' ');
      const also = copies === '' ? '' : `; copies go to ${copies}`;
      return `${id} is the ticket of ${ticket.requester?.address ?? 'nobody'} now${also}.${notToNew(ticket)}`;
    }
    case 'watch': {
      const { watching = {} } = ticket;
      const all = Object.keys(watching).filter((name) => watching[name]);
      return all.length === 0
        ? `${id}: nobody watches it.`
        : `${id} is watched by ${all.join(', ')}.`;
    }
    case 'merge':
      return `${id} is part of ${ticket.mergedInto ?? action.into[0]} now: its people get the answers given there.`;
    case 'move':
      return `${id} is in the queue ${ticket.queue}.`;
    case 'split':
      return `Message ${action.serial} of ${id} is ${made ?? 'a ticket of its own'} now.`;
    case 'forward':
      return `${id} is on its way to ${action.to}.`;
    case 'send':
      return `${id}: your answer goes out at ${action.at}.`;
    case 'undo':
      return `${id}: ${undoneInWords(ticket, takenBack, zone)}`;
    case 'unmute':
      return `Mail about ${id} goes to ${action.address ?? 'everybody on it'} again.`;
    case 'block':
      return blocked(ticket);
    case 'unblock':
      return `${ticket.requester?.address ?? 'Its requester'} is not blocked.`;
  }
}

/** Of one that is kept back shortly each second counts. */
function whenIn({ notBefore, date }: LaterAnswer, isKeptBack: boolean, zone: string): string {
  const at = new Date(notBefore);
  if (!isKeptBack) return `on ${inFull(at, zone)}`;
  const seconds = Math.round((at.getTime() - Date.parse(date)) / 1000);
  const [count, unit] = seconds < 120 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return `in ${count} ${unit}${count === 1 ? '' : 's'}, at ${secondInFull(at, zone)}`;
}

/** Whoever has said "monday" sees which one was meant. */
function weekdayOf(value: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || Number.isNaN(Date.parse(value))) return '';
  return ` (${dayInFull(new Date(value), 'UTC')})`;
}

/** Which it was, and what has become of others: people write two, and mean one of them. */
function undoneInWords(ticket: Ticket, taken: TakenBack | undefined, zone: string): string {
  const words =
    'Its words stay on the ticket, and its author is mailed them if the config has an address.';
  if (taken === undefined) return `an answer is taken back, and goes to nobody. ${words}`;
  const { serial, by, notBefore, date } = taken.message;
  const isHere = taken.ticket === ticket.id;
  const place = isHere ? '' : ` in ${taken.ticket}`;
  const at = `${notBefore === undefined ? 'written' : 'for'} ${inFull(new Date(notBefore ?? date), zone)}`;
  const newer = ticket.messages.find((one) => isHere && one.serial > serial && isGoneAnswer(one));
  const gone = newer === undefined ? '' : ` Answer #${newer.serial}, which is newer, has gone out.`;
  const waiting = laterIn(ticket).map((one) => ` #${one.serial} of ${one.by ?? 'the desk'}`);
  const others =
    waiting.length === 0
      ? ''
      : ` Still to go out:${waiting.join(',')} (undo ${nameOf(ticket)} NUMBER).`;
  return `#${serial} of ${by ?? 'the desk'}${place}, ${at}, is taken back, and goes to nobody.${gone}${others} ${words}`;
}

function isGoneAnswer(message: Ticket['messages'][number]): boolean {
  return isAnswer(message) && !isUndone(message) && !isLater(message);
}

/** What waits for its time goes there as little as a new answer (let-go.ts). */
function notTo(addresses: readonly string[], { messages }: Ticket): string {
  return addresses
    .map((address) => {
      const all = messages.filter((one) => isLater(one) && sameAddress(one.to[0].address, address));
      const [first] = all;
      if (first === undefined) return '';
      return all.length === 1
        ? ` An answer${ofAuthor(first)} that waits does not go to ${address} any more.`
        : ` ${all.length} answers that wait do not go to ${address} any more.`;
    })
    .join('');
}

function ofAuthor(message: Ticket['messages'][number]): string {
  return 'by' in message && message.by !== undefined ? ` of ${message.by}` : '';
}

function notToNew({ messages, requester }: Ticket): string {
  const address = requester?.address ?? '';
  const all = messages.filter(
    (one) =>
      isLater(one) &&
      one.copyOf === undefined &&
      isAnswer(one) &&
      !messages.some(
        (other) =>
          isLater(other) &&
          (other === one || other.copyOf === one.serial) &&
          sameAddress(other.to[0].address, address),
      ),
  );
  const [first] = all;
  if (first === undefined || address === '') return '';
  return all.length === 1
    ? ` An answer${ofAuthor(first)} that waits is not to ${address}: undo and write it again if they are to get it.`
    : ` ${all.length} answers that wait are not to ${address}: undo and write again what they are to get.`;
}

/** What a forged mail leads to does not strike whoever forged it. */
function blocked(ticket: Ticket): string {
  const { requester } = ticket;
  const last = lastOfRequester(ticket);
  if (requester === null) return 'Its requester is blocked.';
  const { address } = requester;
  if (last === null) return `${address} is blocked. No mail from there is in ${ticket.id}.`;
  const gone = notTo([address], ticket);
  return last.isProven
    ? `${address} is blocked.${gone} Message ${last.serial} is proven to come from there.`
    : `${address} is blocked.${gone} Nothing proves that message ${last.serial} came from there: if it is forged, the block strikes somebody else.`;
}

/** A refusal or a problem, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/([.?!])\.$/, '$1');
}
