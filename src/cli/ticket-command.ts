/**
 * `mailrobot ticket close | assign | tag | …`: one row of the grammar, given in a terminal.
 *
 * The words are read by that row, as they are in a mail; what came of it is said in the
 * same sentence.
 */

import { ticketNames } from '../config/config.ts';
import type { TicketCommand } from '../desk/grammar.ts';
import { inWords } from '../desk/in-words.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { change, currentNamed, KEPT_UNSEEN } from './change-ticket.ts';
import type { WithConfig } from './commands/given.ts';
import { zoneOfReader } from './desk-screen.ts';
import { inShell } from './in-shell.ts';
import { openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

interface ChangeOptions extends WithConfig {
  readonly json?: boolean;
}

/** The function of that row's command, which has words behind the ticket. */
export function changeWith({ read }: TicketCommand) {
  return async (
    id: string,
    words: readonly string[],
    { config, json }: ChangeOptions,
    run: Run,
  ): Promise<void> => {
    const desk = await openDesk(config, run);
    const action = read(words.join(' '), ticketNames(desk.config));
    if ('refused' in action) throw new Refused(action.refused, true);
    const ticket = await currentNamed(id, desk);
    const { isChanged, made, takenBack, isShown } = await change(ticket.id, action, desk, run);
    if (json) {
      const result = isChanged ? 'done' : 'unchanged';
      process.stdout.write(`${inertJson({ ticket: ticket.id, result, ...(made && { made }) })}\n`);
      return;
    }
    if (!isShown) {
      run.say(`${ticket.id}: ${KEPT_UNSEEN}.`);
      return;
    }
    const after = (await desk.store.ticket(ticket.id)) ?? ticket;
    const how = {
      ...{ isSame: !isChanged, zone: zoneOfReader(desk) },
      ...(made !== null && { made }),
      ...(takenBack !== undefined && { takenBack }),
    };
    run.say(inShell(inertLine(inWords(action, after, how))));
  };
}

/** The same for a command without words. */
export function changeAlone(row: TicketCommand) {
  const withWords = changeWith(row);
  return (id: string, options: ChangeOptions, run: Run): Promise<void> =>
    withWords(id, [], options, run);
}
