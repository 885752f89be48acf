/**
 * Runs the mails that wait for robots, as long as there are any, or for ever.
 *
 * One process at a time does so for each kind of robots: the kernel gives a dead one's place back.
 * A run that it had begun is begun anew; what a run does is committed with its end (finish.ts).
 * Before it ends it looks once more, so that a mail that came meanwhile is not left. Nothing is run
 * while a restored store rests.
 */
import { OWNER, type RobotConfig } from '../config/robots.ts';
import type { CommitLog, IsOurs } from '../journal/log.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Finished } from './finish.ts';
import { runnable } from './schedule.ts';
import type { WaitingRuns } from './waiting-runs.ts';

/** Of the owner, by when they are run, and of other users. */
export const KINDS = ['owner', 'now', 'others'] as const;
export type Kind = (typeof KINDS)[number];

export interface Running {
  readonly kind: Kind;
  readonly robots: () => readonly RobotConfig[];
  readonly waiting: Pick<WaitingRuns, 'byRobot' | 'forget'>;
  readonly runOne: (run: RobotRun, robot: RobotConfig) => Promise<Finished['end']>;
  readonly log: Pick<CommitLog, 'restingSince' | 'watch'>;
  readonly now: () => Date;
  /** Does the work while nobody else does; false if somebody does. */
  readonly alone: (work: (isOurs: IsOurs) => Promise<void>) => Promise<boolean>;
  /** What could not be done for a mail, for a person. */
  readonly explain: (line: string) => void;
  readonly isForEver: boolean;
  /** It is time to end: nothing more is begun. */
  readonly isOver: () => boolean;
}

export function kindOf({ user, when }: Pick<RobotConfig, 'user' | 'when'>): Kind {
  if (user !== OWNER) return 'others';
  return when === 'now' ? 'now' : 'owner';
}

export async function runRobots(running: Running): Promise<void> {
  const { alone, isForEver, isOver, log } = running;
  const asides = new Asides(running);
  do {
    const isDone = await alone((isOurs) => runAll(running, asides, isOurs));
    if (!isDone && !isForEver) return;
    if (isForEver && !isOver()) {
      const watch = log.watch();
      await watch.wait();
      watch.close();
    }
  } while (!isOver() && (isForEver || (await nextOf(running, asides, new Set())).length > 0));
}

const ASIDE_MS = 60_000;

/** Mails that this process could do nothing with: the store failed, or something is gone. */
class Asides {
  readonly #since = new Map<number, number>();
  readonly #now: () => Date;
  readonly #isForEver: boolean;

  constructor({ now, isForEver }: Pick<Running, 'now' | 'isForEver'>) {
    this.#now = now;
    this.#isForEver = isForEver;
  }

  put(run: number): void {
    this.#since.set(run, this.#now().getTime());
  }

  /** Another process may fare better; one that goes on for ever tries again. */
  get runs(): ReadonlySet<number> {
    const oldest = this.#isForEver ? this.#now().getTime() - ASIDE_MS : 0;
    return new Set([...this.#since].flatMap(([run, since]) => (since > oldest ? [run] : [])));
  }
}

async function nextOf(
  { kind, robots, waiting, now, log }: Running,
  asides: Asides,
  underWay: ReadonlySet<number>,
): Promise<readonly (readonly [RobotRun, RobotConfig])[]> {
  if ((await log.restingSince()) !== null) return [];
  const all = await waiting.byRobot();
  return robots()
    .filter((robot) => kindOf(robot) === kind)
    .flatMap((robot) => {
      const { name, concurrency } = robot;
      const own = all.get(name) ?? [];
      const how = { underWay, setAside: asides.runs, concurrency, now: now() };
      return runnable({ waiting: own, ...how }).map((run) => [run, robot] as const);
    });
}

/**
 * A robot that takes long is in nobody's way: whatever ends or comes, the list is read again.
 * Nothing is begun once another host may be at it, too.
 */
async function runAll(running: Running, asides: Asides, isOurs: IsOurs): Promise<void> {
  const { isForEver, explain, log } = running;
  const isOver = () => running.isOver() || !isOurs();
  const underWay = new Map<number, Promise<unknown>>();
  const watch = log.watch();
  const begin = (run: RobotRun, robot: RobotConfig): void => {
    const work = running
      .runOne(run, robot)
      .then((end) => {
        if (end === 'gone') running.waiting.forget();
      })
      .catch((error: unknown) => {
        asides.put(run.run);
        explain(`mail ${run.run}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => underWay.delete(run.run));
    underWay.set(run.run, work);
  };
  let news: Promise<void> | null = null;
  try {
    for (;;) {
      if (!isOver()) {
        for (const [run, robot] of await nextOf(running, asides, new Set(underWay.keys()))) {
          begin(run, robot);
        }
      }
      if (underWay.size === 0 && (!isForEver || isOver())) return;
      news ??= watch.wait().then(() => {
        news = null;
      });
      await Promise.race([...underWay.values(), news]);
    }
  } finally {
    watch.close();
  }
}
