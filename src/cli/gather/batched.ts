/**
 * Asks Postfix's tables few times for many keys: what is asked of one table at the same moment is
 * one run of postmap(1) or postalias(1), and no key is asked for twice.
 */
import type { Lookup } from '../postfix-programs.ts';
import type { LookUp } from './ways.ts';

interface Waiting {
  readonly keys: Set<string>;
  readonly answer: Promise<Lookup>;
}

interface Table {
  readonly answers: Map<string, Promise<Lookup>>;
  waiting: Waiting | null;
}

export function batched(ask: LookUp): LookUp {
  const tables = new Map<string, Table>();
  return async (by, keys, map) => {
    const name = `${by} ${map}`;
    const table = tables.get(name) ?? { answers: new Map(), waiting: null };
    tables.set(name, table);
    for (const key of keys) {
      if (table.answers.has(key)) continue;
      const waiting = table.waiting ?? collect(table, (all) => ask(by, all, map));
      table.waiting = waiting;
      waiting.keys.add(key);
      table.answers.set(key, waiting.answer);
    }
    const answers = await Promise.all(keys.flatMap((key) => table.answers.get(key) ?? []));
    const found = keys.flatMap((key, n) => {
      const value = answers[n]?.found.get(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    return {
      found: new Map(found),
      problem: answers.find(({ problem }) => problem)?.problem ?? null,
    };
  };
}

function collect(table: Table, ask: (keys: readonly string[]) => Promise<Lookup>): Waiting {
  const keys = new Set<string>();
  const answer = new Promise<void>((resolve) => {
    setImmediate(resolve);
  }).then(() => {
    table.waiting = null;
    return ask([...keys]);
  });
  return { keys, answer };
}
