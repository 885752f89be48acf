/**
 * The table of commands: every row, in the order in which help and documents show them.
 *
 * From it come `--help` (desk.ts), completion (completion.ts), which words are a command
 * of the desk (desk-line.ts), and by `npm run generate` the list in bin/mailrobot, the
 * manual pages and docs/commands.md. A new command is a row here and a file of its own.
 */
import type { Row } from './declare.ts';
import { feedCommands } from './feed.ts';
import { addressCommands, heldCommands } from './held.ts';
import { mailCommands, pipeVerbs } from './mail.ts';
import { recipientCommands } from './recipients.ts';
import { robotCommands } from './robots.ts';
import { serverCommands } from './servers.ts';
import { configCommands, postfixCommands, ruleCommands } from './setup.ts';
import { shellCommands } from './shells.ts';
import { snippetCommands } from './snippets.ts';
import { staffCommands } from './staff.ts';
import { deskCommands, storeCommands } from './store.ts';
import { templateCommands } from './templates.ts';
import { ticketChanges } from './ticket-changes.ts';
import { ticketCommands } from './tickets.ts';

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export const SECTIONS: readonly Section[] = [
  { title: 'One mail on stdin', rows: pipeVerbs },
  { title: 'Tickets', rows: [...ticketCommands, ...ticketChanges] },
  { title: 'Mails and addresses', rows: [...mailCommands, ...heldCommands, ...addressCommands] },
  { title: 'Events and other systems', rows: feedCommands },
  { title: 'Robots', rows: robotCommands },
  {
    title: 'The desk',
    rows: [
      ...deskCommands,
      ...staffCommands,
      ...recipientCommands,
      ...configCommands,
      ...ruleCommands,
      ...postfixCommands,
      ...templateCommands,
      ...snippetCommands,
    ],
  },
  { title: 'The store', rows: storeCommands },
  { title: 'Servers', rows: serverCommands },
  { title: 'Help', rows: shellCommands(() => rowsOf(SECTIONS)) },
];

export function rowsOf(sections: readonly Section[]): readonly Row[] {
  return sections.flatMap(({ rows }) => rows);
}
