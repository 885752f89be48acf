/** Random choices that a seed repeats; `SEED=n npm test` gives the seed. */
import { randomOf } from '../fuzz/mutations.ts';

export const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

export interface Choose {
  <T>(values: readonly T[]): T;
  /** From 0 to one below. */
  number(limit: number): number;
}

export function choiceOf(seed: number): Choose {
  const random = randomOf(seed);
  const number = (limit: number) => Math.floor(random() * limit);
  const choose = <T>(values: readonly T[]): T => {
    const value = values[number(values.length)];
    if (value === undefined) throw new Error('there is nothing to choose from');
    return value;
  };
  return Object.assign(choose, { number });
}
