/**
 * Which tickets wait, so that what is due is found at a cost that does not grow with them: a mark
 * (marks.ts) for each, `waiting/<key>` (journal/lists/waiting.ts).
 *
 * After a power cut a mark may be left behind, so whoever finds one asks the ticket itself, and
 * recovery takes it away.
 */
import { join } from 'node:path';
import type { Span } from '../../journal/ledger.ts';
import { ticketOfKey, waitingIn } from '../../journal/lists/waiting.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { names } from '../disk/disk.ts';
import type { Marks } from './marks.ts';
import { TicketMarks } from './ticket-marks.ts';

export class WaitingTickets extends TicketMarks {
  protected override readonly depth = 2;

  constructor(root: string, marks: Marks) {
    super(root, marks, 'waiting');
  }

  override nameOf(key: string): string {
    return `${this.folder}/${key}`;
  }

  /** As Store.waitingSince promises it. */
  since(stage: Stage, queue: string, span: Span, limit: number): readonly TicketId[] {
    const { mayHave, has } = waitingIn(span);
    const found: TicketId[] = [];
    const directory = join(this.directory, `${stage}-${queue}`);
    for (const hour of names(directory).toSorted()) {
      if (found.length >= limit) break;
      if (!mayHave(hour)) continue;
      for (const name of names(join(directory, hour)).toSorted()) {
        if (has(hour + name.slice(0, 4))) found.push(ticketOfKey(name));
      }
    }
    return found.slice(0, limit);
  }

  override keepOnly(keys: ReadonlyMap<TicketId, string | null>): void {
    for (const name of this.names()) {
      const key = keys.get(ticketOfKey(name));
      if (key !== undefined && (key === null || name !== this.nameOf(key))) this.marks.remove(name);
    }
  }
}
