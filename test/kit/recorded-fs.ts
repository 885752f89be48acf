/**
 * node:fs, which tells what it does below a folder, in order: for the images that a disk may hold
 * when the power goes while this process works (faults/disk-model.ts). An fsync that is waited for
 * elsewhere ends some milliseconds later, as a disk would have it; none reaches the real disk.
 *
 *     const disk = await vi.hoisted(async () => new (await import('../kit/recorded-fs.ts')).RecordedDisk());
 *     vi.mock('node:fs', async (original) => disk.over(await original()));
 */
import type * as NodeFs from 'node:fs';
import type { Operation } from '../faults/disk-model.ts';

type Fs = typeof NodeFs;
type Call = (...given: readonly unknown[]) => unknown;

export interface Recorder {
  readonly done: (operation: Operation) => void;
  /** An fsync begins; what it gives is called when it has ended. */
  readonly begin: (path: string) => () => void;
  readonly fsyncMs: () => number;
}

interface Opened {
  readonly path: string;
  readonly isAppending: boolean;
  at: number;
}

const OF_NAMES = { unlinkSync: 'unlink', rmdirSync: 'rmdir', mkdirSync: 'mkdir' } as const;
const OF_TWO_NAMES = { renameSync: 'rename', linkSync: 'link' } as const;

export class RecordedDisk {
  #root: string | null = null;
  #recorder: Recorder | null = null;
  readonly #opened = new Map<number, Opened>();

  record(root: string, recorder: Recorder): void {
    [this.#root, this.#recorder] = [root, recorder];
  }

  stop(): void {
    [this.#root, this.#recorder] = [null, null];
    this.#opened.clear();
  }

  over(real: Fs): Fs & { readonly default: Fs } {
    // Which takes what each of them does.
    const named = real as unknown as Readonly<Record<string, Call>>;
    const one = Object.entries(OF_NAMES).map(([name, type]) => [
      name,
      (path: unknown, ...more: readonly unknown[]) => {
        const result = named[name]?.(path, ...more);
        const own = this.#below(path);
        if (own !== null) this.#recorder?.done({ type, path: own });
        return result;
      },
    ]);
    const two = Object.entries(OF_TWO_NAMES).map(([name, type]) => [
      name,
      (from: unknown, to: unknown) => {
        named[name]?.(from, to);
        const [path, other] = [this.#below(from), this.#below(to)];
        if (path === null || other === null) return;
        this.#recorder?.done({ type, path, to: other });
        if (type === 'rename') this.#renamed(path, other);
      },
    ]);
    const fs: Fs = {
      ...real,
      ...Object.fromEntries([...one, ...two]),
      openSync: (path: string, flags: number, mode?: number) => {
        const own = this.#below(path);
        const isNew =
          own !== null && (flags & real.constants.O_CREAT) !== 0 && !real.existsSync(path);
        const fd = real.openSync(path, flags, mode);
        this.#opened.delete(fd);
        if (own === null) return fd;
        const isAppending = (flags & real.constants.O_APPEND) !== 0;
        this.#opened.set(fd, { path: own, isAppending, at: 0 });
        if (isNew) this.#recorder?.done({ type: 'create', path: own });
        const isEmptied = !isNew && (flags & real.constants.O_TRUNC) !== 0;
        if (isEmptied) this.#recorder?.done({ type: 'truncate', path: own, size: 0 });
        return fd;
      },
      writeSync: (fd: number, data: Buffer, ...where: readonly number[]) => {
        const [from = 0, length = data.length - from, position = null] = where;
        const written = real.writeSync(fd, data, from, length, position);
        const file = this.#opened.get(fd);
        if (file === undefined) return written;
        const at = position ?? (file.isAppending ? 'end' : file.at);
        if (position === null) file.at += written;
        const octets = Buffer.from(data.subarray(from, from + written));
        this.#recorder?.done({ type: 'write', path: file.path, data: octets, at });
        return written;
      },
      ftruncateSync: (fd: number, size = 0) => {
        real.ftruncateSync(fd, size);
        const file = this.#opened.get(fd);
        if (file !== undefined) this.#recorder?.done({ type: 'truncate', path: file.path, size });
      },
      fsyncSync: (fd: number) => this.#began(fd)(),
      fsync: Object.assign(
        (fd: number, done: NodeFs.NoParamCallback) => {
          const ended = this.#began(fd);
          const end = () => {
            ended();
            done(null);
          };
          setTimeout(end, this.#recorder?.fsyncMs() ?? 0);
        },
        { __promisify__: real.fsync.__promisify__ },
      ),
    };
    return { ...fs, default: fs };
  }

  #began(fd: number): () => void {
    const file = this.#opened.get(fd);
    return (file && this.#recorder?.begin(file.path)) ?? (() => {});
  }

  #renamed(from: string, to: string): void {
    for (const [fd, file] of this.#opened)
      if (file.path === from) this.#opened.set(fd, { ...file, path: to });
  }

  #below(path: unknown): string | null {
    if (typeof path !== 'string' || this.#root === null) return null;
    if (path === this.#root) return '';
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : null;
  }
}
