/**
 * Loads the hot part of the program with what V8 has compiled of it before, so that a mail
 * does not wait for a compiler.
 *
 * The code cache lies beside the build; its name has the hash that is in the name of the hot
 * file, and the version of node. `mailrobot compile` makes it, as whoever owns the build (npm
 * does it at install). Nothing depends on it: if it is missing, garbled (its SHA-256 stands
 * before it, because V8 would crash over it) or refused by V8, the file is compiled as usual.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface CodeCache {
  readonly path: string;
  /** Of what has run by now. */
  readonly make: () => Buffer;
}

/** From now on `require` of this file gives what was loaded here. */
export function loadWithCache(file: string): CodeCache {
  const path = join(dirname(file), 'cache', `${basename(file)}.${process.version}-${process.arch}`);
  const source = readFileSync(file, 'latin1');
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${source}\n})`;
  const cachedData = readWhole(path);
  const script = new Script(wrapped, {
    filename: file,
    ...(cachedData !== null && { cachedData }),
  });
  const required = createRequire(file);
  const module = new Module(file);
  module.filename = file;
  required.cache[file] = module;
  script.runInThisContext()(module.exports, required, module, file, dirname(file));
  module.loaded = true;
  return {
    path,
    make: () => {
      const data = script.createCachedData();
      return Buffer.concat([sumOf(data), data]);
    },
  };
}

const load = createRequire(import.meta.url);
const SUM_LENGTH = 32;
/** Many times what it has ever been. */
const MAX_CACHE_BYTES = 16 * 1024 * 1024;

/** null for what is not there, or not what was written. */
function readWhole(path: string): Buffer | null {
  let fd: number | null = null;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const file = fstatSync(fd);
    if (!file.isFile() || file.size > MAX_CACHE_BYTES) return null;
    const octets = Buffer.allocUnsafe(file.size);
    if (readSync(fd, octets) < octets.length) return null;
    const data = octets.subarray(SUM_LENGTH);
    return sumOf(data).equals(octets.subarray(0, SUM_LENGTH)) ? data : null;
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** `--version` comes past here, and needs no node:crypto. */
function sumOf(data: Buffer): Buffer {
  const { createHash }: typeof import('node:crypto') = load('node:crypto');
  return createHash('sha256').update(data).digest();
}
