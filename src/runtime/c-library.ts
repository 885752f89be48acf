/**
 * Functions of the C library that neither node nor Bun has: the executable asks the library itself,
 * through what bun:ffi is made of, since that module would be compiled anew in each run (0.3 ms). It
 * costs a tenth of a process but needs the JIT. Under MemoryDenyWriteExecute there is none. So
 * whoever asks for one has another way.
 */
import { isExecutable } from './self.ts';

const FUNCTIONS = {
  flock: { args: ['i32', 'i32'], returns: 'i32' },
  poll: { args: ['ptr', 'u64', 'i32'], returns: 'i32' },
} as const;

type Argument = number | ArrayBufferView;

/** What of Bun's own is used. A pointer is given as what it points to. */
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
    // Bun is a global of its own.
    const { Bun } = globalThis as unknown as { readonly Bun: { readonly FFI: Ffi } };
    const library = Bun.FFI.dlopen('libc.so.6', { [name]: FUNCTIONS[name] });
    const result = library.symbols[name]?.(...args);
    library.close();
    return result ?? null;
  } catch {
    return null;
  }
}
