/**
 * What must be true after any mail whatsoever: it is kept octet for octet, as a
 * message of a ticket or as a recorded decision, and whatever a person is shown
 * of it holds no control character. Gives what is wrong, in words.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inertJson } from '../../src/terminal/inert.ts';
import { screen } from '../../src/terminal/style.ts';
import { ticketTable } from '../../src/terminal/ticket-list.ts';
import { ticketPage } from '../../src/terminal/ticket-page.ts';
import { ticketOf } from '../../src/ticket/change.ts';
import type { PipeLine } from './pipe-line.ts';

const BARE = screen(false, undefined, {});
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Octet for octet, but for an mbox line, which belongs to the envelope. */
function isKept(raw: Buffer, mail: Buffer): boolean {
  const isMbox = mail.toString('latin1', 0, 5) === 'From ';
  return raw.equals(mail) || (isMbox && raw.equals(mail.subarray(mail.indexOf(10) + 1)));
}

export function problemsAfter(mail: Buffer, line: PipeLine): readonly string[] {
  const problems: string[] = [];
  const { seq, changes } = line.last();
  const raw = join(line.dir, 'store', 'raw', '000000', `${seq}-in.eml`);
  if (!isKept(readFileSync(raw), mail)) problems.push('the raw mail is not what came in');
  const kept = changes.find(({ type }) => type === 'message.added' || type === 'mail.recorded');
  if (kept === undefined) problems.push('neither a ticket nor a decision');
  const id = kept === undefined ? null : ticketOf(kept);
  const ticket = id === null ? null : line.store.ticket(id);
  if (ticket === null) return problems;
  const views = [
    ticketPage(ticket, BARE, false),
    ticketPage(ticket, BARE, true),
    ticketTable([ticket], BARE),
    inertJson(ticket),
  ];
  for (const view of views) {
    const found = CONTROL.exec(view.replaceAll(/[\n\t]/g, ''));
    if (found !== null) problems.push(`a view holds U+${found[0].codePointAt(0)?.toString(16)}`);
  }
  return problems;
}
