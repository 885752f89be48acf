/**
 * An answer written in $VISUAL or $EDITOR (vi where neither is set), below
 * whose cut line the last mail stands quoted.
 *
 * An editor that fails, or a text that is empty above the cut line, sends
 * nothing. The file lies in a private folder and is removed in any case.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inert } from '../terminal/inert.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { runOnTerminal } from './programs.ts';
import { Refused } from './refused.ts';

const CUT = '# ------------ >8 ------------ nothing from here on is sent';

export async function edit(
  ticket: Ticket,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const directory = mkdtempSync(join(tmpdir(), 'mailrobot-'));
  const file = join(directory, `${ticket.id}.txt`);
  try {
    writeFileSync(file, `\n${CUT}\n${quoted(ticket)}`, { mode: 0o600 });
    if (!(await runOnTerminal(editor, file))) {
      throw new Refused(`${editor} did not end well: nothing was sent`);
    }
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf(CUT);
    return end < 0 ? text : text.slice(0, end);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function quoted(ticket: Ticket): string {
  const last = ticket.messages.findLast(({ direction }) => direction === 'in');
  const lines = inert(last?.text ?? '')
    .trimEnd()
    .split('\n');
  return `# ${ticket.id}: ${inert(ticket.subject)}\n${lines.map((line) => `> ${line}`).join('\n')}\n`;
}
