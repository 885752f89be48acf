/**
 * Keeps a server that takes large mails small. Bun collects garbage by what lies on its heap, and
 * hardly counts buffers: with 22 mails of 2 MB at once it grew to 270 MiB (150 now). While they
 * come, it is told to whenever the process has grown. Node counts its buffers itself.
 */
import { isExecutable } from './self.ts';

const LOOK_MS = 50;
const GROWN_BYTES = 16 * 1024 * 1024;

/** What of Bun's own is used. @types/node knows nothing of it. */
interface BunParts {
  gc(isSynchronous: boolean): void;
}

export class Garbage {
  #mails = 0;
  #looking: NodeJS.Timeout | undefined;
  /** Octets in memory after the last collection, or less. */
  #resident = Number.POSITIVE_INFINITY;

  /** A mail comes in; `end` when it has been dealt with. */
  begin(): void {
    this.#mails += 1;
    if (isExecutable && this.#mails === 1) this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  end(): void {
    this.#mails -= 1;
    if (this.#mails === 0) clearInterval(this.#looking);
  }

  #look(): void {
    const resident = process.memoryUsage.rss();
    this.#resident = Math.min(this.#resident, resident);
    if (resident - this.#resident < GROWN_BYTES) return;
    // Bun is a global of its own.
    const { Bun } = globalThis as unknown as { readonly Bun: BunParts };
    Bun.gc(true);
    this.#resident = process.memoryUsage.rss();
  }
}
