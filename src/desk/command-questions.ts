/** What the commands in a mail of the staff, or an action, name: tickets, addresses, lists. Pure. */

import { type Config, ticketNames } from '../config/config.ts';
import type { Intent } from '../decision/route.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { ownLines } from '../reading/quotes/new-lines.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Action } from './action.ts';
import { isKeptInside, readCommandBlock } from './command-block.ts';
import { type ControlCommand, controlLines, MAX_COMMANDS, MAX_LISTED } from './control-lines.ts';
import { type CommandQuestions, NO_COMMANDS } from './questions.ts';

export function questionsOfCommands(
  intent: Intent,
  message: ParsedMessage,
  config: Config,
): CommandQuestions {
  const names = ticketNames(config);
  if (intent.type === 'act') {
    const read = readCommandBlock(ownLines(message.text), names, isKeptInside(intent.suffix));
    return questionsOfActions('refused' in read ? [] : [...read.before, ...read.after]);
  }
  if (intent.type !== 'control') return NO_COMMANDS;
  const commands = controlLines(message, names).map(({ command }) => command);
  const named = questionsOfActions(
    commands.flatMap((command) => (command.type === 'act' ? [command.action] : [])),
  );
  const isList = commands.some(({ type }) => type === 'list');
  return {
    tickets: [...commands.flatMap(ticketOf), ...named.tickets],
    addresses: named.addresses,
    people: named.people,
    // One that an earlier line of the same mail has closed is open no more.
    lists: isList
      ? (['open', 'all'] as const).map((which) => ({
          ...{ which, queues: names.prefixes, limit: MAX_LISTED + MAX_COMMANDS },
        }))
      : [],
  };
}

export function questionsOfActions(actions: readonly Action[]): CommandQuestions {
  return {
    tickets: actions.flatMap((action) => (action.type === 'merge' ? action.into : [])),
    addresses: actions.flatMap((action) => {
      if (action.type === 'cc') return action.add;
      return action.type === 'forward' ? [action.to] : [];
    }),
    // A message that is split off begins a ticket of whoever wrote it.
    people: actions.some(({ type }) => type === 'split') ? 'and who wrote' : 'on them',
    lists: [],
  };
}

function ticketOf(command: ControlCommand): readonly TicketId[] {
  return 'ticket' in command ? command.ticket : [];
}
