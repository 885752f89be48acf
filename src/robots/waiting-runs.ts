/**
 * The mails that wait for robots, for a runner that asks after every run.
 *
 * It asks the store once, and then reads the commits that have come since, and changes the one row
 * that each is about: so thousands of mails that wait cost no more than one. If the journal is
 * another one now (a restore), or does not read, the store is asked again.
 */
import { editRows } from '../journal/lists/list.ts';
import { runs } from '../journal/lists/runs.ts';
import type { CommitLog, CommitReader } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';
import { endOf } from '../outcome.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import { placeOf } from './schedule.ts';

type Log = Pick<CommitLog, 'commits' | 'last' | 'epochs'>;

interface Known {
  readonly epoch: string | undefined;
  readonly commits: CommitReader;
  readonly rows: Map<string, RobotRun>;
  /** The same, by their robots. */
  readonly byRobot: Map<string, RobotRun[]>;
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
  async list(): Promise<readonly RobotRun[]> {
    const all = [...(await this.byRobot()).values()].flat();
    return all.sort((a, b) => a.run - b.run);
  }

  /** By the name of the robot, those of each oldest first; good until something is awaited. */
  byRobot(): Promise<ReadonlyMap<string, readonly RobotRun[]>> {
    const known = this.#reading.then(() => this.#read());
    this.#reading = known.catch(() => {});
    return known;
  }

  /** The store is asked once more: it knew better. */
  forget(): void {
    this.#known = null;
  }

  async #read(): Promise<ReadonlyMap<string, readonly RobotRun[]>> {
    const epoch = (await this.#log.epochs()).at(-1)?.name;
    if (this.#known?.epoch !== epoch) this.#known = null;
    this.#known ??= await this.#ask(epoch);
    try {
      await readOn(this.#known);
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
      this.#known = await this.#ask(epoch);
    }
    return this.#known.byRobot;
  }

  async #ask(epoch: string | undefined): Promise<Known> {
    // What is committed meanwhile is in the list, and read once more: that changes nothing.
    const commits = this.#log.commits(await this.#log.last());
    const all = await this.#store.robotRuns();
    return {
      ...{ epoch, commits, byRobot: byRobot(all) },
      rows: new Map(all.map((row) => [String(row.run), row])),
    };
  }
}

/** `all`: oldest first. */
export function byRobot(all: readonly RobotRun[]): Map<string, RobotRun[]> {
  const found = new Map<string, RobotRun[]>();
  for (const row of all) put(row, found);
  return found;
}

async function readOn({ commits, rows, byRobot: all }: Known): Promise<void> {
  for await (const commit of commits.read()) {
    for (const edit of runs(commit)) {
      const before = rows.get(edit.key);
      editRows(rows, [edit]);
      const after = rows.get(edit.key);
      if (before !== undefined) remove(before, all);
      if (after !== undefined) put(after, all);
    }
  }
}

function put(row: RobotRun, all: Map<string, RobotRun[]>): void {
  const own = all.get(row.robot) ?? [];
  own.splice(placeOf(row.run, own), 0, row);
  all.set(row.robot, own);
}

function remove({ robot, run }: RobotRun, all: ReadonlyMap<string, RobotRun[]>): void {
  const own = all.get(robot) ?? [];
  const place = placeOf(run, own);
  if (own[place]?.run === run) own.splice(place, 1);
}
