/**
 * The commits of a store in memory: their lines and texts, as they would lie in a journal, what is
 * read of these, and the lists that follow. What is erased goes out of the texts, and all of it is
 * read again.
 */
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import { blanked } from '../../journal/erasing/blanked.ts';
import { type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { type LoggedCommit, loggedCommit } from '../../journal/log.ts';
import { type JournalRecord, parseLine, recordIn, written } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import type { ErasedCommit } from '../../ticket/change.ts';

export class MemoryCommits {
  readonly #lines: string[] = [];
  readonly #texts: string[] = [];
  readonly #records: JournalRecord[] = [];
  readonly #logged: LoggedCommit[] = [];
  #fold = new Fold();

  get lists(): Fold {
    return this.#fold;
  }

  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  /** Grows. */
  get logged(): readonly LoggedCommit[] {
    return this.#logged;
  }

  /** The texts of each commit, as a search reads them. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** As it is read from its line. */
  add(made: JournalRecord): JournalRecord {
    const prev = this.#logged.at(-1)?.hash ?? NO_LINE;
    const { line, texts } = written(made, { prev, at: 0 });
    this.#lines.push(line);
    this.#texts.push(texts);
    return this.#readIn(this.#lines.length - 1);
  }

  /** For an erasure; `headerOf`: of the mail that came with a commit. */
  *forErasure(headerOf: (seq: number) => Buffer): Generator<ReadCommit> {
    for (const [n, record] of this.#records.entries()) {
      const line = parseLine(this.#lines[n] ?? '');
      yield readCommit(record, line, this.#texts[n] ?? '', () => headerOf(record.seq));
    }
  }

  erase(commits: readonly Pick<ErasedCommit, 'seq' | 'texts'>[]): void {
    for (const { seq, texts } of commits) {
      const before = this.#texts[seq - 1] ?? '';
      const after = texts.length === 0 ? before : blanked(before.trimEnd(), new Set(texts));
      this.#texts[seq - 1] = before === '' ? '' : `${after.trimEnd()}\n`;
    }
    this.#fold = new Fold();
    for (const n of this.#lines.keys()) this.#readIn(n);
  }

  #readIn(n: number): JournalRecord {
    const line = this.#lines[n] ?? '';
    const read = parseLine(line);
    const record = read && recordIn(read, this.#texts[n] ?? '');
    if (record === null) throw new Failure('internal', `commit ${n + 1} does not read`);
    this.#records[n] = record;
    this.#logged[n] = loggedCommit(record, hashOf(line));
    this.#fold.add(record);
    return record;
  }
}
