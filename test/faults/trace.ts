/**
 * The operations of a run on its store, out of strace's log.
 *
 * Reads the log of `strace -y -xx -s <all> -ttt`: strings and paths in hex,
 * descriptors with their paths, times to merge the logs of two runs. Marks when
 * a child is started and when the run ends with 0, since from then on its
 * commit is acknowledged.
 */
import type { Operation } from './disk-model.ts';

export interface Traced {
  readonly time: number;
  readonly operation:
    | Operation
    | { readonly type: 'spawn' }
    | { readonly type: 'exit'; readonly code: number };
}

export function parseTrace(log: string, root: string): readonly Traced[] {
  const traced: Traced[] = [];
  const offsets = new Map<string, number | 'end'>();
  for (const line of log.split('\n')) {
    const [, time, call, rest] = /^(\d+\.\d+) ([a-z0-9_]+)\((.*)$/.exec(line) ?? [];
    if (time === undefined || call === undefined || rest === undefined || / = -1 /.test(rest))
      continue;
    const text = unhex(rest);
    for (const operation of operationsOf(call, rest, text, root, offsets)) {
      traced.push({ time: Number(time), operation });
    }
  }
  return traced;
}

function* operationsOf(
  call: string,
  hex: string,
  text: string,
  root: string,
  offsets: Map<string, number | 'end'>,
): Generator<Traced['operation']> {
  const below = (path: string | undefined): string | null =>
    path === root ? '' : path?.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
  const strings = [...text.matchAll(/"([^"]*)"/g)].map(([, value]) => below(value));
  const descriptor = below(/^\d+<([^>]*)>/.exec(text)?.[1]);
  const [first, second] = strings;
  if (call === 'exit_group') yield { type: 'exit', code: Number.parseInt(text, 10) };
  else if (/^(clone|clone3|vfork|fork)$/.test(call)) {
    if (!text.includes('CLONE_THREAD')) yield { type: 'spawn' };
  } else if (call === 'openat' && typeof first === 'string' && / O_|O_WRONLY|O_RDWR/.test(text)) {
    if (text.includes('O_CREAT')) yield { type: 'create', path: first };
    if (text.includes('O_TRUNC')) yield { type: 'truncate', path: first, size: 0 };
    offsets.set(first, text.includes('O_APPEND') ? 'end' : 0);
  } else if (call === 'write' && descriptor !== null) {
    const data = dataOf(hex);
    const at = offsets.get(descriptor) ?? 0;
    if (at !== 'end') offsets.set(descriptor, at + data.length);
    yield { type: 'write', path: descriptor, data, at };
  } else if (call === 'pwrite64' && descriptor !== null) {
    const at = Number(/, (\d+)\) += \d+/.exec(text)?.[1]);
    yield { type: 'write', path: descriptor, data: dataOf(hex), at };
  } else if (call === 'fsync' && descriptor !== null) yield { type: 'fsync', path: descriptor };
  else if (call === 'ftruncate' && descriptor !== null) {
    yield { type: 'truncate', path: descriptor, size: Number(/, (\d+)\)/.exec(text)?.[1]) };
  } else if (
    (call === 'rename' || call === 'link') &&
    typeof first === 'string' &&
    typeof second === 'string'
  ) {
    yield { type: call, path: first, to: second };
  } else if (
    (call === 'mkdir' || call === 'unlink' || call === 'rmdir') &&
    typeof first === 'string'
  ) {
    yield { type: call, path: first };
  }
}

function dataOf(hex: string): Buffer {
  const text = /"((?:\\x[0-9a-f]{2})*)"/.exec(hex)?.[1] ?? '';
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

function unhex(text: string): string {
  return text.replace(/((?:\\x[0-9a-f]{2})+)/g, (run) =>
    Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('latin1').replaceAll('"', "'"),
  );
}
