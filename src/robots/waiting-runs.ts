/**
 * The mails that wait for robots, for a runner that asks after every run.
 *
 * It asks the store once, and then reads the commits that have come since: so thousands of mails
 * that wait cost no more than one. If the journal is another one now (a restore), or does not read,
 * the store is asked again.
 */
import { editRows } from '../journal/lists/list.ts';
import { runs } from '../journal/lists/runs.ts';
import type { CommitLog, CommitReader } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';
import { endOf } from '../outcome.ts';
import type { RobotRun } from '../ticket/robot-run.ts';

type Log = Pick<CommitLog, 'commits' | 'last' | 'epochs'>;

interface Known {
  readonly epoch: string | undefined;
  readonly commits: CommitReader;
  readonly rows: Map<string, RobotRun>;
  /** Of the rows as they are, oldest first. */
  sorted: readonly RobotRun[];
}

export class WaitingRuns {
  readonly #log: Log;
  readonly #store: Pick<Store, 'robotRuns'>;
  #known: Known | null = null;
  /** One reads at a time. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(log: Log, store: Pick<Store, 'robotRuns'>) {
    this.#log = log;
    this.#store = store;
  }

  /** Oldest first. */
  list(): Promise<readonly RobotRun[]> {
    const list = this.#reading.then(() => this.#list());
    this.#reading = list.catch(() => {});
    return list;
  }

  /** The store is asked once more: it knew better. */
  forget(): void {
    this.#known = null;
  }

  async #list(): Promise<readonly RobotRun[]> {
    const epoch = (await this.#log.epochs()).at(-1)?.name;
    if (this.#known?.epoch !== epoch) this.#known = null;
    this.#known ??= await this.#ask(epoch);
    try {
      await readOn(this.#known);
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
      this.#known = await this.#ask(epoch);
    }
    return this.#known.sorted;
  }

  async #ask(epoch: string | undefined): Promise<Known> {
    // What is committed meanwhile is in the list, and read once more: that changes nothing.
    const commits = this.#log.commits(await this.#log.last());
    const sorted = await this.#store.robotRuns();
    return {
      ...{ epoch, commits, sorted },
      rows: new Map(sorted.map((row) => [String(row.run), row])),
    };
  }
}

async function readOn(known: Known): Promise<void> {
  const { commits, rows } = known;
  let isChanged = false;
  for await (const commit of commits.read()) {
    const edits = runs(commit);
    editRows(rows, edits);
    isChanged ||= edits.length > 0;
  }
  if (isChanged) known.sorted = [...rows.values()].sort((a, b) => a.run - b.run);
}
