/** The desk that an older program made (fixtures/stores), with its journal in segments of ten lines. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Feed } from '../../src/feed/feed.ts';
import { hashOf, NO_LINE } from '../../src/journal/chain.ts';
import { openCommitLog } from '../../src/stores/files/commit-log.ts';
import { collect } from './collect.ts';

const FORMAT_1 = join(import.meta.dirname, '../../fixtures/stores/format-1.tar.gz');
const LINES = 10;

/** `config.json` and `store/` in this folder. */
export function unpackOldStore(dir: string): void {
  execFileSync('tar', ['-C', dir, '--no-same-owner', '-xzf', FORMAT_1]);
  const journal = join(dir, 'store', 'journal');
  const lines = linesOf(journal);
  rmSync(join(journal, '000000000001.ndjson'));
  for (let n = 0; n < lines.length; n += LINES) {
    const text = lines.slice(n, n + LINES).map((line) => `${line}\n`);
    writeFileSync(join(journal, `${String(n + 1).padStart(12, '0')}.ndjson`), text.join(''), {
      mode: 0o600,
    });
  }
  for (const name of ['head.json', 'checkpoint.json']) {
    rmSync(join(dir, 'store', name), { force: true });
  }
}

export function linesOf(journal: string): readonly string[] {
  return readdirSync(journal)
    .filter((name) => name.endsWith('.ndjson'))
    .toSorted()
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').split('\n').slice(0, -1));
}

/** What is wrong with the chain of a journal that is linked from end to end. */
export function problemsOfChain(journal: string): readonly string[] {
  const lines = linesOf(journal);
  return lines.flatMap((line, n) => {
    const { v, prev } = JSON.parse(line);
    const before = lines[n - 1];
    const wanted = before === undefined ? NO_LINE : hashOf(before);
    return v > 1 && prev === wanted ? [] : [`line ${n + 1}: v ${v}, ${prev} for ${wanted}`];
  });
}

/** Every event of a store, as a reader gets it. */
export async function eventsOfStore(root: string): Promise<readonly unknown[]> {
  const feed = await Feed.open(openCommitLog(root), 'support-ticket.example', { seq: 0, n: 0 });
  return (await collect(feed.next())).map(({ event }) => event);
}
