/**
 * The texts of the journal for a search, from the newest to the oldest, some at a time.
 *
 * The database gives only those that may hold a word (search-patterns.ts), so little comes over the
 * network; what does hold one is decided here, as for every store.
 */
import { parseLine, recordIn } from '../../journal/record.ts';
import { type SearchedBlock, searchLater } from '../../journal/search.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { askOf, headOf, type LineRow, lineIn } from './commit-reader.ts';
import { searchPattern } from './search-patterns.ts';

/** Commits that one statement looks at, so that each of them ends soon. */
const SPAN = 20_000;
/** And gives at most: their texts have about so many octets. */
const GIVEN = 200;
const GIVEN_BYTES = 256 * 1024;

export function searchJournal(
  connections: Lender,
  words: readonly string[],
  limit: number,
  progress: (share: number) => void,
): Promise<readonly TicketId[]> {
  return searchLater(blocksWith(connections, words), words, limit, progress);
}

async function* blocksWith(
  connections: Lender,
  words: readonly string[],
): AsyncGenerator<SearchedBlock> {
  const pattern = searchPattern(words);
  const ask = askOf(connections);
  const { seq: last } = await headOf(ask);
  for (let below = last + 1; below > 1; ) {
    const above = Math.max(0, below - 1 - SPAN);
    const found = await ask({
      text: `SELECT seq, hash, line, texts, size > ${GIVEN_BYTES} OR n = ${GIVEN} AS is_cut FROM (
            SELECT *, row_number() OVER w AS n, sum(octet_length(texts)) OVER w AS size
            FROM (SELECT * FROM mailrobot.journal WHERE seq > $1 AND seq < $2
              AND texts COLLATE "C" ~ $3 ORDER BY seq DESC LIMIT ${GIVEN}) AS j
            WINDOW w AS (ORDER BY seq DESC)) AS k
          WHERE size - octet_length(texts) <= ${GIVEN_BYTES} ORDER BY seq DESC`,
      values: [above, below, pattern],
    });
    const rows = found.map(lineIn);
    below = found.at(-1)?.['is_cut'] === true ? (rows.at(-1)?.seq ?? 0) : above + 1;
    yield blockOf(rows, (last - below + 1) / last);
  }
}

function blockOf(rows: readonly LineRow[], share: number): SearchedBlock {
  return {
    text: rows.map(({ texts }) => texts).join(''),
    share,
    commits: () => rows.map((row) => ({ text: row.texts, record: () => recordIfAny(row) })),
  };
}

function recordIfAny({ line, texts }: LineRow) {
  const read = parseLine(line);
  return read && recordIn(read, texts);
}
