/**
 * Functions of the C library that neither node nor Bun has: the executable asks the library itself,
 * through bun:ffi, which costs a tenth of a process but needs the JIT. Under MemoryDenyWriteExecute
 * there is none. So whoever asks for one has another way.
 */
import { isExecutable } from './self.ts';

const FUNCTIONS = {
  flock: { args: ['i32', 'i32'], returns: 'i32' },
  poll: { args: ['ptr', 'u64', 'i32'], returns: 'i32' },
} as const;

type Argument = number | ArrayBufferView;

/** What of bun:ffi is used. */
interface Ffi {
  dlopen(
    library: string,
    functions: Readonly<
      Record<string, { readonly args: readonly string[]; readonly returns: string }>
    >,
  ): {
    readonly symbols: Readonly<Record<string, (...args: readonly Argument[]) => number>>;
    close(): void;
  };
}

/** null if it cannot be called, as always in node. */
export function callC(name: keyof typeof FUNCTIONS, ...args: readonly Argument[]): number | null {
  if (!isExecutable) return null;
  try {
    // What Bun has under that name.
    const ffi = process.getBuiltinModule('bun:ffi') as unknown as Ffi;
    const library = ffi.dlopen('libc.so.6', { [name]: FUNCTIONS[name] });
    const result = library.symbols[name]?.(...args);
    library.close();
    return result ?? null;
  } catch {
    return null;
  }
}
