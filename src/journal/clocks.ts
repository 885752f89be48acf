/** Which of what runs by the clock has run, and when last: on any host that has the store. */
import type { Clock, Ran } from '../ticket/clock.ts';

export interface Clocks {
  ran(): Promise<readonly Ran[]>;
  /** It runs now. No backup has it. */
  noteRun(clock: Clock): Promise<void>;
}
