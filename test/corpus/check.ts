/**
 * What must be true after any mail whatsoever: it is kept octet for octet, as a
 * message of a ticket or as a recorded decision; its attachments are what their
 * sums say and can be made again from it; and whatever a person is shown of it
 * holds no control character. Gives what is wrong, in words.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadLimits } from '../../src/config/limits.ts';
import { pathsFor } from '../../src/journal/paths.ts';
import { foundTable } from '../../src/pages/found-list.ts';
import { inertJson } from '../../src/pages/inert.ts';
import { screen } from '../../src/pages/style.ts';
import { ticketTable } from '../../src/pages/ticket-list.ts';
import { logLines, TicketLog } from '../../src/pages/ticket-log.ts';
import { ticketPage } from '../../src/pages/ticket-page.ts';
import { chunks } from '../../src/stores/disk/read-pieces.ts';
import { ticketOf } from '../../src/ticket/change.ts';
import { type Attachment, filesOf } from '../../src/ticket/ticket.ts';
import { extract } from '../stores/files/extract.ts';
import type { PipeLine } from './pipe-line.ts';

const BARE = screen(false, undefined, {});
const KEPT = ['message.added', 'mail.recorded', 'mail.held'];
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Octet for octet, but for an mbox line, which belongs to the envelope. */
function isKept(raw: Buffer, mail: Buffer): boolean {
  const isMbox = mail.toString('latin1', 0, 5) === 'From ';
  return raw.equals(mail) || (isMbox && raw.equals(mail.subarray(mail.indexOf(10) + 1)));
}

export async function problemsAfter(mail: Buffer, line: PipeLine): Promise<readonly string[]> {
  const problems: string[] = [];
  const { seq, changes, delivery } = line.last();
  const raw = join(line.dir, 'store', pathsFor(seq).rawIn);
  if (!isKept(readFileSync(raw), mail)) problems.push('the raw mail is not what came in');
  const kept = changes.find(({ type }) => KEPT.includes(type));
  if (kept === undefined) problems.push('neither a ticket nor a decision');
  const id = kept === undefined ? null : ticketOf(kept);
  const ticket = id === null ? null : await line.store.ticket(id);
  if (ticket === null) return problems;
  const message = kept?.type === 'message.added' ? kept.message : null;
  const files = message === null ? [] : filesOf(message);
  for (const { path, sha256 } of files) {
    const octets = readFileSync(join(line.dir, 'store', path));
    if (sumOf(octets) !== sha256) problems.push(`${path} is not what its sum says`);
  }
  problems.push(...(await lostInExtraction(raw, delivery?.within ?? null, files)));
  const log = new TicketLog(ticket.id, 'UTC');
  log.add(line.last());
  const views = [
    ticketPage(ticket, BARE, false),
    ticketPage(ticket, BARE, true),
    ticketTable([ticket], BARE, new Date()),
    foundTable([ticket], ['a', 'e', '0'], BARE, new Date()),
    logLines(log.entries, BARE).join('\n'),
    inertJson(ticket),
  ];
  for (const view of views) {
    const found = controlIn(view);
    if (found !== null) problems.push(`a view holds ${found}`);
  }
  return problems;
}

/** The first character that a terminal might obey, or null. */
export function controlIn(view: string): string | null {
  const found = CONTROL.exec(view.replaceAll(/[\n\t]/g, ''));
  return found === null ? null : `U+${found[0].codePointAt(0)?.toString(16)}`;
}

/** Attachments that could not be made again from the raw mail, as after a power cut. */
async function lostInExtraction(
  raw: string,
  within: ReadLimits | null,
  files: readonly Attachment[],
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const found = new Map<string, number>();
  await extract(
    () => chunks(raw),
    within,
    () => {
      const hash = createHash('sha256');
      return {
        write: (chunk) => hash.update(chunk),
        close: () => {
          const sum = hash.digest('hex');
          found.set(sum, (found.get(sum) ?? 0) + 1);
        },
      };
    },
  );
  return files.flatMap(({ path, sha256 }) => {
    const left = found.get(sha256) ?? 0;
    found.set(sha256, left - 1);
    return left > 0 ? [] : [`${path} cannot be made again`];
  });
}

function sumOf(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}
