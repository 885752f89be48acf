/**
 * node:fs, of which some calls fail when told to: for what goes on in this process behind a fault of
 * the disk. A call that fails has done nothing, or half of a write.
 *
 *     const disk = await vi.hoisted(async () => new (await import('../kit/failing-fs.ts')).FailingDisk());
 *     vi.mock('node:fs', async (original) => disk.over(await original()));
 */
import type * as NodeFs from 'node:fs';

type Fs = typeof NodeFs;
type Call = (...given: readonly unknown[]) => unknown;

/** What the store asks of a disk. */
const CALLS = [
  ...['openSync', 'readSync', 'readFileSync', 'readdirSync', 'lstatSync', 'fstatSync'],
  ...['mkdirSync', 'rmdirSync', 'renameSync', 'linkSync', 'unlinkSync', 'ftruncateSync'],
  ...['fsyncSync', 'lutimesSync'],
] as const;

export class FailingDisk {
  /** Calls that still do what they should; -1 for all. */
  #left = -1;
  #length = 0;
  #code = '';
  #isHalf = false;
  #only: readonly string[] | null = null;
  /** Names of those that have failed. */
  readonly failed: string[] = [];

  /** Behind so many calls, so many fail. `only`: of these calls; null for any. */
  failSoon(
    behind: number,
    length: number,
    how: {
      readonly code: string;
      readonly isHalf: boolean;
      readonly only: readonly string[] | null;
    },
  ): void {
    [this.#left, this.#length] = [behind, length];
    [this.#code, this.#isHalf, this.#only] = [how.code, how.isHalf, how.only];
  }

  mend(): void {
    this.#left = -1;
  }

  over(real: Fs): Fs & { readonly default: Fs } {
    // Which takes what each of them does.
    const named = real as unknown as Readonly<Record<string, Call>>;
    const failing = CALLS.map((name) => [
      name,
      (...given: readonly unknown[]) => {
        if (this.#fails(name)) throw this.#error(name);
        return named[name]?.(...given);
      },
    ]);
    const fs: Fs = {
      ...real,
      ...Object.fromEntries(failing),
      writeSync: (fd: number, data: Buffer, ...where: readonly number[]) => {
        const [from = 0, length = data.length - from, at = null] = where;
        if (!this.#fails('writeSync')) return real.writeSync(fd, data, from, length, at);
        if (this.#isHalf) real.writeSync(fd, data, from, length >> 1, at);
        throw this.#error('writeSync');
      },
      fsync: Object.assign(
        (fd: number, done: NodeFs.NoParamCallback) => {
          if (this.#fails('fsync')) setImmediate(done, this.#error('fsync'));
          else real.fsync(fd, done);
        },
        { __promisify__: real.fsync.__promisify__ },
      ),
    };
    return { ...fs, default: fs };
  }

  #fails(name: string): boolean {
    if (this.#left < 0 || this.#only?.includes(name) === false) return false;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    this.#length -= 1;
    if (this.#length <= 0) this.#left = -1;
    this.failed.push(name);
    return true;
  }

  #error(name: string): NodeJS.ErrnoException {
    return Object.assign(new Error(`${this.#code}: ${name}`), { code: this.#code });
  }
}
