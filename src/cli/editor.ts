/**
 * An answer or a note written in $VISUAL or $EDITOR (vi if neither is set), below
 * whose cut line the last mail stands quoted.
 *
 * An editor that fails sends nothing, and what was written stays in its private
 * folder, which is named; a text that is empty above the cut line sends nothing.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inert, inertLine } from '../pages/inert.ts';
import { runOnTerminal } from '../runtime/programs.ts';
import { addressesOf, type Mailbox, type Ticket } from '../ticket/ticket.ts';
import { Refused } from './refused.ts';

/** Editors obey modelines in the first and last five lines: those are ours alone. */
const OURS = '#\n'.repeat(5);
const CUT_LINE = '# ------------ >8 ------------ nothing from here on is sent';

/** What is said of a mail that may be written so. */
const FORM = '# Markdown: **bold**, *slanted*, `code`, - lists, [words](https://…), | tables |\n';

export function edit(
  type: 'reply' | 'note',
  ticket: Ticket,
  { isMarkdown, environment }: Editing,
): Promise<string> {
  return editBelow(ticket.id, quoted(type, ticket, isMarkdown), environment);
}

/** The first mail of a ticket. */
export function editFirst(
  { address }: Mailbox,
  subject: string,
  { isMarkdown, environment }: Editing,
): Promise<string> {
  const shown = `# This mail goes to ${inertLine(address)}, and opens a ticket:\n# ${inertLine(subject)}\n${isMarkdown ? FORM : ''}`;
  return editBelow('new', `${OURS}${shown}${OURS}`, environment);
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Editing {
  readonly isMarkdown: boolean;
  readonly environment: Environment;
}

async function editBelow(name: string, shown: string, environment: Environment): Promise<string> {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const directory = mkdtempSync(join(tmpdir(), 'mailrobot-'));
  const file = join(directory, `${name}.txt`);
  writeFileSync(file, `\n${CUT_LINE}\n${shown}`, { mode: 0o600 });
  const isWritten = await runOnTerminal(editor, file);
  const whole = readFileSync(file, 'utf8');
  const text = whole.split(CUT_LINE)[0] ?? '';
  if (!isWritten && text.trim() !== '') {
    throw new Refused(`${editor} did not end well: nothing was sent, your text is in ${file}`);
  }
  rmSync(directory, { recursive: true, force: true });
  if (!isWritten) throw new Refused(`${editor} could not be run, or ended badly: nothing was sent`);
  return text;
}

function quoted(type: 'reply' | 'note', ticket: Ticket, isMarkdown: boolean): string {
  const { id, subject, messages } = ticket;
  const last = messages.findLast((message) => message.direction === 'in');
  const lines = inert(last?.text ?? '')
    .trimEnd()
    .split('\n');
  const to = addressesOf(ticket);
  const form = isMarkdown ? FORM : '';
  return `${OURS}# ${id}: ${inertLine(subject)}
# ${type === 'note' ? 'This note stays inside' : `This answer goes to ${inertLine(to || 'nobody')}`}
${form}#
# ${inertLine(last?.from?.address ?? 'Somebody')} wrote:
${lines.map((line) => `> ${line}`).join('\n')}
${OURS}`;
}
