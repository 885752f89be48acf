/**
 * What the commands in a mail of the staff, or an action, name: tickets, addresses, lists. Pure.
 */

import { type Config, ticketNames } from '../config/config.ts';
import type { Intent } from '../decision/intent.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { numberOf, ticketId } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Action } from './action.ts';
import { possibleActions } from './command-block.ts';
import { type ControlCommand, controlLines } from './control-lines.ts';
import { isToAll } from './in-copy.ts';
import { type CommandQuestions, NO_COMMANDS } from './questions.ts';

export function questionsOfCommands(
  intent: Intent,
  message: ParsedMessage,
  config: Config,
): CommandQuestions {
  if (message.foundLines.length > 0) return NO_COMMANDS;
  const names = ticketNames(config);
  if (intent.type === 'act') {
    // An answer may be to somebody who has written, and is not on the ticket.
    return {
      ...questionsOfActions(possibleActions(message.text, names), [intent.ticket]),
      people: isToAll(message, config) ? 'and who had a copy' : 'and who wrote',
    };
  }
  if (intent.type !== 'control') return NO_COMMANDS;
  const commands = controlLines(message, names).map(({ command }) => command);
  const named = questionsOfActions(
    commands.flatMap((command) => (command.type === 'act' ? [command.action] : [])),
    commands.flatMap(ticketOf),
  );
  // Who is back is shown what is theirs.
  const isList = commands.some(({ type }) => type === 'list' || type === 'back');
  return {
    tickets: [...commands.flatMap(ticketOf), ...named.tickets],
    addresses: named.addresses,
    people: named.people,
    // One that an earlier line of the same mail has closed is open no more.
    lists: isList
      ? (['open', 'all'] as const).map((which) => ({
          ...{ which, queues: names.prefixes, limit: MAX_SEARCHED },
        }))
      : [],
  };
}

/** Among so many of the newest are those of a name or a queue found. */
const MAX_SEARCHED = 1000;

/** `tickets`: on which they are to be performed. */
export function questionsOfActions(
  actions: readonly Action[],
  tickets: readonly TicketId[],
): CommandQuestions {
  return {
    tickets: actions.flatMap((action) => {
      if (action.type === 'merge') return action.into;
      // It may keep its number.
      return action.type === 'move'
        ? tickets.map((ticket) => ticketId(action.queue, numberOf(ticket)))
        : [];
    }),
    addresses: actions.flatMap((action) => {
      if (action.type === 'cc') return action.add;
      if (action.type === 'requester' && action.to !== null) return [action.to];
      return action.type === 'forward' ? [action.to] : [];
    }),
    // A message that is split off begins a ticket of whoever wrote it; or they are put on it.
    people: actions.some(
      (action) =>
        action.type === 'split' ||
        (action.type === 'cc' && action.isWriter) ||
        (action.type === 'requester' && action.to === null),
    )
      ? 'and who wrote'
      : 'on them',
    lists: [],
  };
}

function ticketOf(command: ControlCommand): readonly TicketId[] {
  return 'ticket' in command ? command.ticket : [];
}
