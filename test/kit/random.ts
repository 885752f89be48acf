/**
 * Random choices that a seed repeats; `SEED=n npm test` gives the seed. Each run has another one,
 * and tries a quarter of the rounds; `ROUNDS=all` tries them all.
 */
import { randomOf } from '../fuzz/mutations.ts';

export const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** How many of so many rounds this run tries. */
export function roundsOf(all: number): number {
  return process.env['ROUNDS'] === 'all' ? all : Math.ceil(all / 4);
}

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
