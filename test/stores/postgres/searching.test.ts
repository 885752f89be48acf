/** A search in a database finds what one in memory finds, in whatever letters it is written. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchCommits } from '../../../src/journal/search.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import { askOf, linesBehind, recordOfRow } from '../../../src/stores/postgres/commit-reader.ts';
import { searchJournal } from '../../../src/stores/postgres/searching.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { appendChanges } from '../../kit/database-journal.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';
import { generator } from '../random.ts';

/** Those that fold to others, that JSON and LIKE write otherwise, and some words. */
const LETTERS = [
  ...[
    'k',
    'K',
    '\u212a',
    'i',
    'I',
    '\u0130',
    '\u0131',
    'e',
    'E',
    '\u0301',
    'é',
    'É',
    ';',
    '\u037e',
  ],
  ...['`', '\u1fef', '%', '_', '\\', '"', "'", '\n', '\0', 'ß', 'ẞ', 'Σ', 'ς', 'a\u030a', '\u212b'],
  ...['п', 'П', 'й', 'и\u0306', 'ж', '\u0915', '\u0958', '\u093c', 'ω', '\u2126', '豈', '\uf900'],
  ...['한', '\u1112\u1161\u11ab', 'ﬁ', '𐐀', '𐐨'],
  ...['printer', 'PRINTER', '😀', '\ud800', ' ', '<', '\u0338'],
];

describe.skipIf(postgresMissing !== null)(`a search in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('finds what one in memory finds', async () => {
    const random = generator(7);
    const letters = (most: number) =>
      Array.from({ length: 1 + random(most) }, () => LETTERS[random(LETTERS.length)]).join('');
    const connections = new Connections(newStorePlace(cluster), { statementSeconds: 10 });
    try {
      for (let n = 1; n <= 60; n += 1) {
        const ticket: TicketId = `SUPPORT-${1 + (n % 20)}`;
        const text = letters(12);
        await appendChanges(connections, [
          { type: 'note.added', ticket, serial: n, text, by: 'kim' },
        ]);
      }
      const rows = await collect(linesBehind(askOf(connections), 0, 60));
      const blocks = rows.map((row) => ({
        ...{ text: row.texts, share: 1 },
        commits: () => [{ text: row.texts, record: () => recordOfRow(row) }],
      }));
      let hits = 0;
      for (let n = 0; n < 150; n += 1) {
        const words = n % 3 === 0 ? [letters(2), letters(1)] : [letters(3)];
        const wanted = searchCommits(blocks.toReversed(), words, 10, () => {});
        const shares: number[] = [];
        const found = await searchJournal(connections, words, 10, (share) => shares.push(share));
        expect([words, found]).toEqual([words, wanted]);
        expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
        hits += wanted.length;
      }
      expect(hits).toBeGreaterThan(0);
    } finally {
      await connections.end();
    }
  });
});
