/** Pages of open tickets: cut the same however they came about, and a change alters few of them. */
import { describe, expect, test } from 'vitest';
import { html } from '../../src/site/markup.ts';
import { type OpenPage, partsAfter, partsOf } from '../../src/site/open-pages.ts';
import { type Row, rowOf, sorted } from '../../src/site/rows.ts';
import { choiceOf, SEED } from '../kit/random.ts';

const row = (n: number, order: string): Row => rowOf(`SUPPORT-${n}`, order, html`<td>${n}</td>`);
const orderOf = (n: number) => `0 ${String(n).padStart(6, '0')}`;

/** As a folder keeps them: what the state says, and what is on each page. */
class Kept {
  pages: readonly OpenPage[] = [];
  rows: readonly (readonly Row[])[] = [];
  /** Pages that were read or made by the last change. */
  touched = 0;

  change(gone: readonly Row[], fresh: readonly Row[]): void {
    const read = new Set<number>();
    const parts = partsAfter(this.pages, { gone, fresh }, (n) => {
      read.add(n);
      return this.rows[n] ?? [];
    });
    if (parts === null) throw new Error('a page is not what it was');
    this.touched = Math.max(read.size, parts.filter(({ from }) => typeof from !== 'number').length);
    this.rows = parts.map(({ from }) =>
      typeof from === 'number' ? (this.rows[from] ?? []) : from,
    );
    this.pages = parts.map(({ page }) => page);
  }
}

function anew(rows: readonly Row[]) {
  const parts = partsOf(sorted(rows));
  return { pages: parts.map(({ page }) => page), rows: parts.map(({ from }) => from) };
}

test('no page but the last has fewer than 50, and none more than 200', () => {
  const { pages } = anew(Array.from({ length: 5000 }, (_, n) => row(n, orderOf(n))));
  expect(pages.length).toBeGreaterThan(25);
  expect(Math.min(...pages.slice(0, -1).map(({ tickets }) => tickets))).toBeGreaterThanOrEqual(50);
  expect(Math.max(...pages.map(({ tickets }) => tickets))).toBeLessThanOrEqual(200);
});

test(`whatever comes and goes, they are as if they were made anew (seed ${SEED})`, () => {
  const choose = choiceOf(SEED);
  const kept = new Kept();
  const all = new Map<number, Row>();
  for (let round = 0; round < 300; round += 1) {
    const count = round % 10 === 0 ? 40 : 1 + choose.number(3);
    const [gone, fresh]: [Row[], Row[]] = [[], []];
    for (const n of new Set(Array.from({ length: count }, () => choose.number(900)))) {
      const known = all.get(n);
      if (known !== undefined) gone.push(known);
      all.delete(n);
      if (choose.number(4) === 0 && round > 40) continue;
      const now = row(n, orderOf(choose.number(2000)));
      all.set(n, now);
      fresh.push(now);
    }
    kept.change(gone, fresh);
    expect({ pages: kept.pages, rows: kept.rows }).toEqual(anew([...all.values()]));
  }
  expect(kept.pages.length).toBeGreaterThan(2);
});

describe('one change of 10,000 open tickets', () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => row(n, orderOf(n)));
  const made = () => {
    const kept = new Kept();
    kept.change([], rows);
    return kept;
  };

  test('reads and writes a few pages', () => {
    const touched: number[] = [];
    for (let n = 5; n < 10_000; n += 997) {
      const kept = made();
      const known = rows[n] ?? row(n, '');
      kept.change([known], [row(n, `2 ${n}`)]);
      touched.push(kept.touched);
    }
    expect(touched.toSorted((a, b) => a - b)[5]).toBeLessThanOrEqual(4);
  });

  test('is refused where a page has not the rows that are known of it', () => {
    const kept = made();
    const gone = [row(77, orderOf(9000))];
    expect(partsAfter(kept.pages, { gone, fresh: [] }, (n) => kept.rows[n] ?? [])).toBeNull();
    expect(
      partsAfter(kept.pages, { gone: [row(77, orderOf(77))], fresh: [] }, () => []),
    ).toBeNull();
  });
});
