/**
 * `mailrobot ticket list --watch`: the list fills the terminal, and is drawn again when a commit
 * comes, as `events --follow` is woken. It is read no more often than something was committed, and
 * rests as long as the reading took.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommitLog } from '../journal/log.ts';
import { Failure } from '../outcome.ts';
import { screen } from '../pages/style.ts';
import { type Watched, watchedLines } from '../pages/watched-list.ts';
import { zoneOfReader } from './desk-screen.ts';
import { finishOthersWork, isAway } from './following.ts';
import { FullScreen } from './full-screen.ts';
import type { Desk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

type Listed = Pick<Watched, 'tickets' | 'hasMore' | 'columns'>;

export function refuseNoTerminal({ environment }: Run): void {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (isTerminal && environment['TERM'] !== 'dumb') return;
  throw new Refused('--watch needs a terminal, which it can fill and read keys from', true);
}

export async function watchList(
  read: () => Promise<Listed>,
  desk: Pick<Desk, 'store' | 'log' | 'config' | 'by'>,
  run: Run,
): Promise<void> {
  let seen: Watched = { tickets: [], hasMore: false, problem: 'Reading …' };
  const zone = zoneOfReader(desk);
  const draw = () => {
    const at = { ...screen(true, full.size.columns, run.environment, zone), ...full.size };
    full.draw(watchedLines(seen, at, run.now()));
  };
  const full = new FullScreen(process.stdin, draw);
  const watch = desk.log.watch();
  full.stopped.addEventListener('abort', () => watch.close());
  let known = '';
  try {
    for (;;) {
      const began = performance.now();
      try {
        const now = await placeIn(desk.log);
        if (now !== known) {
          seen = now === null ? { ...seen, problem: AWAY } : { ...(await read()), problem: null };
          known = now ?? '';
        }
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        [known, seen] = ['', { ...seen, problem: `Not read again: ${error.message}.` }];
      }
      draw();
      await sleep(performance.now() - began, null, { signal: full.stopped }).catch(() => {});
      const woken = await watch.wait();
      if (full.stopped.aborted) return;
      if (woken === 'time' && seen.problem === null) await finishOthersWork(desk);
    }
  } finally {
    watch.close();
    full.close();
  }
}

const AWAY = 'The store is not there: it is being restored, perhaps.';

/** Differs whenever something may have been committed, or the store restored; null if it is away. */
async function placeIn(log: CommitLog): Promise<string | null> {
  if (await isAway(log)) return null;
  const epochs = await log.epochs();
  return `${epochs.at(-1)?.name} ${await log.last()}`;
}
