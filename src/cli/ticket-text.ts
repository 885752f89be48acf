/**
 * `mailrobot ticket reply | note | forward`: what a staff member writes.
 *
 * The text of an answer and a note comes from -m, else from stdin, else (at a terminal)
 * from $EDITOR; a forward needs none.
 * Once the answer is committed the command has done its work: where sendmail
 * does not take it now, it says that it waits, and a later run sends it.
 */

import type { Action } from '../desk/action.ts';
import { NO_TEXT } from '../desk/answer.ts';
import { inWords } from '../desk/in-words.ts';
import { inertLine } from '../pages/inert.ts';
import { hasMark, markOf, mayNameSnippets } from '../snippets/mark.ts';
import { isWritable } from '../ticket/address.ts';
import { goesLater } from '../ticket/later.ts';
import { addressesOf, type Ticket } from '../ticket/ticket.ts';
import { change, currentNamed, KEPT_UNSEEN } from './change-ticket.ts';
import { zoneOfReader } from './desk-screen.ts';
import { inShell } from './in-shell.ts';
import type { HowWritten, Reply } from './named-snippets.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { type HtmlOptions, takesMarkdown, writtenHtml } from './written-html.ts';

export interface TextOptions {
  readonly config: string;
  readonly message?: string;
}

export interface WrittenOptions extends TextOptions, HtmlOptions {
  /** Shows what would go out. */
  readonly dryRun?: boolean;
}

export interface ReplyOptions extends WrittenOptions {
  readonly snippet?: readonly string[];
  /** When it is to go out. */
  readonly at?: string;
}

export function reply(id: string, options: ReplyOptions, run: Run): Promise<void> {
  return writeText('reply', id, options, run);
}

export function note(id: string, options: TextOptions, run: Run): Promise<void> {
  return writeText('note', id, options, run);
}

async function writeText(
  type: 'reply' | 'note',
  name: string,
  options: ReplyOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(options.config, run);
  const ticket = await currentNamed(name, desk);
  const isMarkdown = type === 'reply' && takesMarkdown(options, desk.config);
  const { snippet: named = [], message } = options;
  const own = message ?? (named.length > 0 ? '' : await writtenText(type, ticket, isMarkdown, run));
  const text = withMarks(own, named);
  if (type === 'reply' && !options.dryRun) {
    if (text.trim() === '') throw new Refused(NO_TEXT);
    const { showCrossing } = await import('./crossing.ts');
    await showCrossing(ticket.id, text, desk, run);
  }
  const how = { own, desk, options, run };
  const said = type === 'reply' ? await asReply(text, ticket, how) : { text };
  const at = options.at === undefined ? {} : { at: options.at };
  const action = { type, ...said, ...at } as const;
  if (options.dryRun) {
    const { showOrder } = await import('./order-preview.ts');
    const order = { type: 'act', ticket: ticket.id, action, by: desk.by, origin: null } as const;
    return showOrder(order, desk, run);
  }
  await say(ticket, action, { desk, run });
}

/** Below the text, in their order. */
function withMarks(own: string, named: readonly string[]): string {
  if (named.length === 0) return own;
  return [...(own.trim() === '' ? [] : [own.trimEnd()]), ...named.map(markOf)].join('\n\n');
}

async function asReply(text: string, ticket: Ticket, how: HowWritten): Promise<Reply> {
  const written = { text, ...(await writtenHtml(text, how.options, how.desk.config, how.run)) };
  if (!mayNameSnippets(text)) return written;
  const { withSnippets } = await import('./named-snippets.ts');
  return withSnippets(written, ticket, how);
}

export async function forward(
  name: string,
  address: string,
  { config, message = '' }: TextOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  if (!isWritable(address)) {
    throw new Refused(`"${address}" is not an address`, true);
  }
  if (hasMark(message)) throw new Refused('a snippet goes into a reply alone: nothing was sent');
  const ticket = await currentNamed(name, desk);
  await say(ticket, { type: 'forward', to: address, text: message }, { desk, run });
}

async function say(
  ticket: Ticket,
  action: Action,
  { desk, run }: { readonly desk: Desk; readonly run: Run },
): Promise<void> {
  const { isSent, isShown } = await change(ticket.id, action, desk, run);
  if (!isShown) {
    run.say(`${ticket.id}: ${KEPT_UNSEEN}.`);
    return;
  }
  if (action.type === 'note') {
    run.say(inWords(action, ticket, {}));
    return;
  }
  const to = action.type === 'forward' ? action.to : addressesOf(ticket);
  const what = action.type === 'forward' ? 'it' : 'your answer';
  const after = action.type === 'reply' ? await desk.store.ticket(ticket.id) : null;
  if (isSent && after !== null && goesLater(after))
    run.say(inShell(inertLine(inWords(action, after, { zone: zoneOfReader(desk) }))));
  else if (isSent) run.say(`${ticket.id}: ${what} is on its way to ${inertLine(to)}.`);
  else if ((await desk.store.restingSince()) !== null)
    run.say(`${ticket.id}: ${what} is kept, and rests.`);
  else
    run.explain(
      `mailrobot: ${what} is kept, but sendmail did not take it: a later command or mail sends it`,
    );
}

async function writtenText(
  type: 'reply' | 'note',
  ticket: Ticket,
  isMarkdown: boolean,
  run: Run,
): Promise<string> {
  if (run.isTerminal(0)) {
    const { edit } = await import('./editor.ts');
    return edit(type, ticket, { isMarkdown, environment: run.environment });
  }
  return textOnStdin(run);
}

export async function textOnStdin(run: Run): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of run.stdin()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
