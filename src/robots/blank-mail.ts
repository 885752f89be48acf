/** What a robot has blanked in the mail that it was given, as its commit does it. */
import type { Blanking } from '../journal/blanking.ts';
import { allOf } from '../journal/blobs.ts';
import type { Store } from '../journal/store.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import { blankedCopy } from './blanked-copy.ts';
import { holdsOneOf } from './hidden-word.ts';
import type { BlankOrder } from './said.ts';

/** By these a commit has what the mail says. */
const WORDS: ReadonlySet<string> = new Set(['subject', 'beginning', 'text']);

/** `text`: of the mail, as it was read. */
export async function blankingOf(
  { words }: BlankOrder,
  { run, raw }: Pick<RobotRun, 'run' | 'raw'>,
  text: string,
  store: Pick<Store, 'rawMail'>,
): Promise<Blanking> {
  const octets = await allOf(await store.rawMail(raw));
  return {
    ...{ mail: run, octets: blankedCopy(octets, text, words) },
    isHidden: (key, one) => (words === null ? WORDS.has(key) : holdsOneOf(one, words)),
  };
}
