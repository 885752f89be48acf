/**
 * `mailrobot ticket reply`: an answer to the requester.
 *
 * The text comes from -m, else from stdin, else (at a terminal) from $EDITOR.
 * Once the answer is committed the command has done its work: where sendmail
 * does not take it now, it says that it waits, and a later run sends it.
 */
import { stdin } from '../delivery/stdin.ts';
import type { Run } from '../run.ts';
import { inertLine } from '../terminal/inert.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { change, namedTicket, openDesk } from './open-desk.ts';

export interface ReplyOptions {
  readonly config: string;
  readonly message?: string;
}

export async function reply(name: string, options: ReplyOptions, run: Run): Promise<void> {
  const desk = await openDesk(options.config, run);
  const ticket = namedTicket(name, desk);
  const text = options.message ?? (await writtenText(ticket, run));
  const gone = await change(ticket.id, { type: 'reply', text }, desk, run);
  const to = inertLine(ticket.requester?.address ?? '');
  if (gone) run.say(`${ticket.id}: your answer is on its way to ${to}.`);
  else
    run.explain(
      `mailrobot: your answer is kept, but sendmail did not take it: a later command or mail sends it`,
    );
}

async function writtenText(ticket: Ticket, run: Run): Promise<string> {
  if (run.isTerminal(0)) {
    const { edit } = await import('./editor.ts');
    return edit(ticket, run.environment);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stdin()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
