/**
 * Of how many points one is tried: with `FAULTS=all` every one, with `FAULTS=3` every third,
 * else as few as a test can do with.
 */
export function sampleOf(few: number): number {
  const wanted = process.env['FAULTS'];
  if (wanted === undefined) return few;
  return wanted === 'all' ? 1 : Number(wanted);
}
