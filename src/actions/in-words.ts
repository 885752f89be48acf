/**
 * What an action has come to, in one sentence for whoever gave it: in a terminal and in
 * the transcript of a mail of commands alike. Names and subjects in it are a stranger's
 * words; whoever shows it makes them inert. Pure.
 */
import type { Ticket } from '../ticket/ticket.ts';
import type { Action, DeskResult } from './action.ts';

/** `ticket` is as it is now. */
export function inWords(
  action: Action,
  ticket: Ticket,
  { made }: Pick<DeskResult, 'made'>,
): string {
  const { id } = ticket;
  switch (action.type) {
    case 'reply':
      return `${id}: your answer is on its way.`;
    case 'note':
      return `${id} has your note.`;
    case 'status':
      return `${id} is ${ticket.status}.`;
    case 'assign':
      return ticket.assignee === null ? `${id} is nobody's.` : `${id} is ${ticket.assignee}'s.`;
    case 'tag':
      return ticket.tags.length === 0
        ? `${id} has no tags.`
        : `${id} has the tags ${ticket.tags.join(' ')}.`;
    case 'priority':
      return `${id} has the priority ${ticket.priority}.`;
    case 'retitle':
      return `${id} is called "${ticket.subject}".`;
    case 'cc': {
      const copies = ticket.participants.map(({ address }) => address).join(' ');
      return copies === '' ? `${id}: nobody gets copies.` : `${id}: copies go to ${copies}.`;
    }
    case 'merge':
      return `${id} is part of ${ticket.mergedInto ?? action.into} now: its people get the answers given there.`;
    case 'split':
      return `Message ${action.serial} of ${id} is ${made ?? 'a ticket of its own'} now.`;
    case 'forward':
      return `${id} is on its way to ${action.to}.`;
    case 'block':
      return `${ticket.requester?.address ?? 'Its requester'} is blocked.`;
    case 'unblock':
      return `${ticket.requester?.address ?? 'Its requester'} is not blocked.`;
  }
}

/** A refusal or a problem, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');
}
