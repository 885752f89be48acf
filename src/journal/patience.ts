/**
 * Waits for a hand-over, so long and no longer: then it goes on alone, and a later run reads its
 * end.
 */
import type { HandOver } from './outbox.ts';

export async function untilPatienceEnds(
  going: Promise<HandOver>,
  patienceMs: number,
): Promise<HandOver> {
  let limit: NodeJS.Timeout | undefined;
  const patience = new Promise<HandOver>((resolve) => {
    limit = setTimeout(() => resolve({ end: 'under way' }), patienceMs);
  });
  // Whoever has gone does not hear of what fails later; the claim tells.
  going.catch(() => {});
  try {
    return await Promise.race([going, patience]);
  } finally {
    clearTimeout(limit);
  }
}
