/**
 * Of how many points one is tried: with `FAULTS=all` every one, with `FAULTS=3` every third,
 * else as few as a test can do with.
 */
export function sampleOf(few: number): number {
  const wanted = process.env['FAULTS'];
  if (wanted === undefined) return few;
  return wanted === 'all' ? 1 : Number(wanted);
}

/** Fewer show nothing, so that a short list is sampled more closely. */
const FEWEST = 12;

/** Every `sample`-th of them, from the first on, but FEWEST at least if there are as many. */
export function sampled<T>(points: readonly T[], sample: number): readonly T[] {
  const step = Math.max(1, Math.min(sample, Math.floor(points.length / FEWEST)));
  return points.filter((_, n) => n % step === 0);
}
