/** What whoever follows the commits of a desk does between them. */
import type { CommitLog } from '../journal/log.ts';
import { endOf, Failure } from '../outcome.ts';
import type { Desk } from './open-desk.ts';

/** The store is being restored, and not there yet. */
export async function isAway(log: CommitLog): Promise<boolean> {
  try {
    await log.epochs();
    return false;
  } catch (error) {
    if (endOf(error) === 'store-missing') return true;
    throw error;
  }
}

/**
 * What dead runs have left, and what became of our mail, are commits too. If that cannot be done
 * now, whoever follows goes on without it.
 */
export async function finishOthersWork({ store }: Pick<Desk, 'store'>): Promise<void> {
  try {
    await store.catchUp(0);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
