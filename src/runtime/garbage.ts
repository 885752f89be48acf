/**
 * Keeps a server that takes large mails small. Bun collects garbage by what lies on its heap, and
 * hardly counts buffers: with 22 mails of 2 MB at once it grew to 270 MiB (150 now). While they
 * come, it is told to whenever the process has grown. Node counts its buffers itself.
 *
 * It stands still meanwhile, for as long as 50 small mails take: so they count by their octets, and
 * a process that has grown for another reason is left to Bun.
 */
import { isExecutable } from './self.ts';

const LOOK_MS = 50;
const GROWN_BYTES = 16 * 1024 * 1024;
/** Of so many octets of mails what is left in buffers may be worth a collection. */
const COLLECTED_BYTES = 2 * 1024 * 1024;

/** What of Bun's own is used. @types/node knows nothing of it. */
interface BunParts {
  gc(isSynchronous: boolean): void;
}

/** A mail that comes in. */
export interface ComingMail {
  readonly came: (octets: number) => void;
  /** It has been dealt with. */
  readonly end: () => void;
}

export class Garbage {
  #mails = 0;
  #looking: NodeJS.Timeout | undefined;
  /** Octets in memory after the last collection, or less. */
  #resident = Number.POSITIVE_INFINITY;
  /** Octets of mails that are being dealt with, and of those that have been since then. */
  #underWay = 0;
  #since = 0;

  begin(): ComingMail {
    this.#mails += 1;
    if (isExecutable && this.#mails === 1) this.#looking = setInterval(() => this.#look(), LOOK_MS);
    let own = 0;
    return {
      came: (octets) => {
        own += octets;
        this.#underWay += octets;
      },
      end: () => {
        this.#underWay -= own;
        this.#since += own;
        this.#mails -= 1;
        if (this.#mails === 0) clearInterval(this.#looking);
      },
    };
  }

  #look(): void {
    if (this.#underWay + this.#since < COLLECTED_BYTES) return;
    const resident = process.memoryUsage.rss();
    this.#resident = Math.min(this.#resident, resident);
    if (resident - this.#resident < GROWN_BYTES) return;
    // Bun is a global of its own.
    const { Bun } = globalThis as unknown as { readonly Bun: BunParts };
    Bun.gc(true);
    this.#resident = process.memoryUsage.rss();
    this.#since = 0;
  }
}
