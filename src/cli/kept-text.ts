/** What somebody has written and does not go out, in a private file: nobody writes it twice. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TicketId } from '../ticket/ticket.ts';

/** Gives its path. */
export function keptText(id: TicketId, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'mailrobot-')), `${id}.txt`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
