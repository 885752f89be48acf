/**
 * Commands that change a ticket in a few words: one for each row of the grammar
 * (desk/grammar.ts), whose function reads them as it does in a mail. `note` is not among
 * them: it has a row of its own (tickets.ts), since its text may come from an editor.
 */
import { COMMANDS, type TicketCommand } from '../../desk/grammar.ts';
import { PRIORITIES, STATUSES } from '../../ticket/ticket.ts';
import { type Command, command } from './declare.ts';
import type { Offered } from './given.ts';
import { JSON_OBJECT, TICKET } from './shared.ts';

const WITH_TEXT = ['note'];

/** What a shell completes behind the ticket. */
const OFFERS: ReadonlyMap<string, Offered> = new Map<string, Offered>([
  ['status', STATUSES],
  ['priority', PRIORITIES],
  ['merge', 'tickets'],
  ['field', 'fields'],
  ['assign', 'staff'],
  ['watch', 'staff'],
  ['unwatch', 'staff'],
  ['move', 'queues'],
]);

/** More for the manual page than the summary says. */
const ABOUT: ReadonlyMap<string, string> = new Map([
  [
    'merge',
    'If the two have different people on them, it takes the word "together": each answer goes to all of them from then on, and shows them each other\'s addresses.',
  ],
  ['field', 'Without a VALUE, what stands there is taken off.'],
  ['close', 'A reply of the requester opens it again.'],
  [
    'block',
    'Also says whether it was proven that the last mail in the ticket came from that address.',
  ],
]);

/** Beside that of the grammar. */
const EXAMPLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['status', ['status 7102 pending until monday 9:00']],
  ['field', ['field 7102 order']],
  ['undo', ['undo 7102 5']],
]);

export const ticketChanges: readonly Command[] = COMMANDS.filter(
  ({ name }) => !WITH_TEXT.includes(name),
).map((row) => {
  if (row.words === '') return withoutWords(row);
  return row.name === 'undo' ? perhapsWithWords(row) : withWords(row);
});

function withoutWords(row: TicketCommand): Command {
  return command({
    ...described(row),
    arguments: [TICKET],
    options: JSON_OBJECT,
    summary: ofTicket(row.summary),
    load: async () => (await import('../ticket-command.ts')).changeAlone(row),
  });
}

/** Who is at the terminal may be none of the staff: others of the kind mean whoever says it. */
function perhapsWithWords(row: TicketCommand): Command {
  const { words, summary } = row;
  return command({
    ...described(row),
    arguments: [TICKET, ['[words...]', { text: words }]],
    options: JSON_OBJECT,
    summary: `${ofTicket(summary)}: ${words}`,
    load: async () => (await import('../ticket-command.ts')).changeWith(row),
  });
}

function withWords(row: TicketCommand): Command {
  const { name, words, summary } = row;
  return command({
    ...described(row),
    arguments: [TICKET, ['<words...>', { text: words, offers: OFFERS.get(name) ?? [] }]],
    options: JSON_OBJECT,
    takesDashes: true,
    summary: `${ofTicket(summary)}: ${words}`,
    load: async () => (await import('../ticket-command.ts')).changeWith(row),
  });
}

function described({ name, example }: TicketCommand) {
  const about = ABOUT.get(name);
  return {
    words: `ticket ${name}`,
    examples: [example, ...(EXAMPLES.get(name) ?? [])].map((one) => `mailrobot ticket ${one}`),
    ...(about !== undefined && { about }),
  };
}

/** In the grammar a ticket has been named before, and is "it". */
function ofTicket(summary: string): string {
  return summary.replace(/\bit\b/, 'a ticket');
}
