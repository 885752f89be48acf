/**
 * What a commit takes out of a mail that came in, and out of the words about it
 * (journal/blanking.ts): with the commit the texts of earlier lines go, and the mail as it is kept
 * takes its place.
 */
import type { Blanking } from '../../journal/blanking.ts';
import { blanked } from '../../journal/erasing/blanked.ts';
import { blankedMail } from '../../journal/erasing/blanked-mail.ts';
import { type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { parseLine } from '../../journal/record.ts';
import type { Change } from '../../ticket/change.ts';
import { linesBehind, recordOfRow } from './commit-reader.ts';
import type { Ask } from './gathering.ts';

export interface Blanked {
  /** What the commit says of it. */
  readonly change: Change;
  readonly mail: number;
  readonly octets: Buffer;
  /** Lines of texts as they are from then on. */
  readonly texts: readonly { readonly seq: number; readonly texts: string }[];
}

/** `last`: the commit that it comes behind. */
export async function blankedIn(ask: Ask, blanking: Blanking, last: number): Promise<Blanked> {
  const { mail, octets } = blanking;
  const commits: ReadCommit[] = [];
  const words = new Map<number, string>();
  for await (const row of linesBehind(ask, mail - 1, last)) {
    // Nobody asks who has written a mail.
    const header = () => Buffer.alloc(0);
    commits.push(readCommit(recordOfRow(row), parseLine(row.line), row.texts, header));
    words.set(row.seq, row.texts);
  }
  const change = blankedMail(commits, blanking);
  const texts = change.commits.map(({ seq, texts: numbers }) => ({
    seq,
    texts: `${blanked((words.get(seq) ?? '').trimEnd(), new Set(numbers))}\n`,
  }));
  return { change, mail, octets, texts };
}
