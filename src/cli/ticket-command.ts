/**
 * `mailrobot ticket close | assign | tag | …`: one row of the grammar, given in a terminal.
 *
 * The words are read by that row, as they are in a mail; what came of it is said in the
 * same sentence.
 */

import { ticketNames } from '../config/config.ts';
import { commandNamed } from '../desk/grammar.ts';
import { inWords } from '../desk/in-words.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { change, currentNamed, KEPT_UNSEEN, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

/** `given`: what commander has read behind the id: the words, and last the options. */
export async function command(
  name: string,
  id: string,
  given: readonly unknown[],
  config: string,
  run: Run,
): Promise<void> {
  const read = commandNamed(name);
  if (read === null) throw new Refused(`there is no command ${name}`, true);
  const words = given.flatMap((one) => (Array.isArray(one) ? one : [])).map(String);
  const isJson = given.some(
    (one) => typeof one === 'object' && one !== null && 'json' in one && one.json === true,
  );
  const desk = await openDesk(config, run);
  const action = read.read(words.join(' '), ticketNames(desk.config));
  if ('problem' in action) throw new Refused(action.problem, true);
  const ticket = await currentNamed(id, desk);
  const { isChanged, made, isShown } = await change(ticket.id, action, desk, run);
  if (isJson) {
    const result = isChanged ? 'done' : 'unchanged';
    process.stdout.write(`${inertJson({ ticket: ticket.id, result, ...(made && { made }) })}\n`);
    return;
  }
  if (!isShown) {
    run.say(`${ticket.id}: ${KEPT_UNSEEN}.`);
    return;
  }
  const after = (await desk.store.ticket(ticket.id)) ?? ticket;
  run.say(inertLine(inWords(action, after, made === null ? {} : { made })));
}
