/**
 * A work that is given up when this process is told to end, or nobody reads any more what it
 * prints. Whoever called then clears away what it has started, and what is under way ends with
 * the process.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Rejects if it is given up. */
export function interrupted(work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const signal of SIGNALS) process.on(signal, () => reject(new Error(signal)));
    process.stdout.on('error', reject);
    work().then(resolve, reject);
  });
}
