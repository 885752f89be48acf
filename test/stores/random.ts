/** The same numbers from the same seed everywhere; SEED=n repeats a run. */
export const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

/** mulberry32, by Tommy Ettinger (public domain). */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
