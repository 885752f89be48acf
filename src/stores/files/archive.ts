/**
 * A store as a tar archive, and back. The one file that knows tar-stream.
 *
 * The archive holds what cannot be made again: store.json, keys.json, how far the
 * subscribers are, the journal up to one commit, and the raw mail up to that commit; so it is
 * consistent whatever is delivered meanwhile; and what its writer puts beside the store (config
 * and templates). A manifest at its beginning counts the files, so that `unpack` knows one that
 * was cut short, and names the store's owner. Whoever made an archive, it takes exactly those
 * names, each once, and plain files, and fails on anything else. POSIX.1-2001 ustar/pax.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { Failure } from '../../outcome.ts';
import {
  close,
  DIRECTORY_MODE,
  FILE_MODE,
  onDisk,
  openNew,
  READ_ONLY_MODE,
  sync,
  write,
} from '../disk/disk.ts';

const MANIFEST = 'manifest.json';
const MEMBER =
  /^(store\.json|keys\.json|(journal|texts)\/\d{12}\.ndjson|subscribers\/[a-z0-9-]+\.json|raw\/\d{6}\/\d+-(in|out-\d+)\.eml)$/;
const TEMPLATE = String.raw`templates\/([A-Z][A-Z0-9]{0,19}\/)?[a-z0-9-]+(\.[a-z]{2,3})?\.txt`;
/** A text, or a file that goes along with one. */
const SNIPPET = String.raw`snippets\/([A-Z][A-Z0-9]{0,19}\/)?[^\/\\\p{Cc}.][^\/\\\p{Cc}]{0,99}`;
const BESIDE = new RegExp(`^(config\\.json|${TEMPLATE}|${SNIPPET})$`, 'u');
/** What every store has. */
export const NEEDED = ['store.json', 'keys.json'];
/** Of a file that is read as a whole; journal, texts and raw mail may have more. */
export const MAX_SMALL_BYTES = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const LARGE = /^(journal|texts|raw)\//;

/** A file that is no part of the store and goes along with it. */
export interface FileBeside {
  /** `config.json`, or a path below `templates/` or `snippets/`. */
  readonly name: string;
  readonly content: Buffer;
}

export function isBeside(name: string): boolean {
  return BESIDE.test(name);
}

export interface Packing {
  /** How many the store has. */
  readonly commits: number;
  /** Name of the user who owns the store. */
  readonly owner: string;
  readonly beside: readonly FileBeside[];
  /** Of the store; read in this order, each once. */
  readonly members: Iterable<Member>;
}

export interface Member {
  readonly name: string;
  readonly size: number;
  /** So many. */
  readonly octets: () => AsyncIterable<Buffer>;
}

/** Writes the archive, and leaves the output open. */
export async function pack(output: Writable, packing: Packing): Promise<void> {
  const archive = tar.pack();
  // What fails is told to whoever writes.
  output.on('error', () => {});
  const copy = async () => {
    // tar-stream's pieces are octets.
    for await (const piece of archive as AsyncIterable<Buffer>) await writeTo(output, piece);
  };
  await Promise.all([copy(), addMembers(archive, packing)]);
}

function writeTo(output: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve, refuse) => {
    output.write(piece, (error) => (error ? refuse(error) : resolve()));
  });
}

async function addMembers(
  archive: tar.Pack,
  { commits, owner, beside, members }: Packing,
): Promise<void> {
  try {
    const all = [...beside.map(({ name, content }) => heldMember(name, content)), ...members];
    const counts = { commits, members: all.length };
    const manifest = JSON.stringify({ v: 1, ...counts, owner });
    archive.entry({ name: MANIFEST, mode: FILE_MODE }, manifest);
    for (const { name, size, octets } of all) {
      const entry = archive.entry({ name, size, mode: FILE_MODE });
      if (size === 0) entry.end(Buffer.alloc(0));
      else await pipeline(Readable.from(octets()), entry);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** What is read already. */
export function heldMember(name: string, content: Buffer): Member {
  return {
    ...{ name, size: content.length },
    octets: async function* () {
      yield content;
    },
  };
}

export function isMember(name: string): boolean {
  return MEMBER.test(name);
}

/** An archive that is open for reading; `path` is for messages. */
export interface ArchiveFile {
  readonly fd: number;
  readonly path: string;
}

export interface Manifest {
  readonly members: number;
  /** Name of the user who owned the store; null in an older archive. */
  readonly owner: string | null;
}

export async function readManifest(file: ArchiveFile): Promise<Manifest> {
  for await (const { name, content } of entriesOf(file)) {
    if (name !== MANIFEST) break;
    return manifestIn(await content(), file);
  }
  throw isNone(file, 'it does not begin with a manifest');
}

/** Writes the members of an archive below `root`, durably; gives what stands beside the store. */
export async function unpack(file: ArchiveFile, root: string): Promise<readonly FileBeside[]> {
  const beside: FileBeside[] = [];
  const found = new Set<string>();
  let wanted: number | null = null;
  for await (const { name, chunks, content } of entriesOf(file)) {
    if (found.has(name)) throw isNone(file, `it holds "${name}" twice`);
    found.add(name);
    if (name === MANIFEST) wanted = manifestIn(await content(), file).members;
    else if (isBeside(name)) beside.push({ name, content: await content() });
    else await writeMember(join(root, name), chunks, name.startsWith('raw/'));
  }
  const missing = NEEDED.find((name) => !found.has(name));
  const count = found.size - 1;
  if (count !== wanted) {
    const of = `${count} of ${wanted ?? 'unknown many'} files`;
    throw new Failure('store-failed', `${file.path}: holds ${of}: it was cut short`);
  }
  if (missing !== undefined) throw isNone(file, `it has no ${missing}`);
  return beside;
}

/** What stands beside the store alone: it comes first. */
export async function readBeside(file: ArchiveFile): Promise<readonly FileBeside[]> {
  const beside: FileBeside[] = [];
  for await (const { name, content } of entriesOf(file)) {
    if (name === MANIFEST) continue;
    if (!isBeside(name)) break;
    beside.push({ name, content: await content() });
  }
  return beside;
}

interface Entry {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
  readonly content: () => Promise<Buffer>;
}

async function* entriesOf(file: ArchiveFile): AsyncGenerator<Entry> {
  const archive = tar.extract();
  const read = pipeline(Readable.from(piecesOf(file)), archive);
  read.catch(() => {});
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      const isKnown = name === MANIFEST || MEMBER.test(name) || isBeside(name);
      if (type !== 'file' || !isKnown) {
        throw isNone(file, `it holds "${name}", which is no part of a store`);
      }
      if (size > MAX_SMALL_BYTES && !LARGE.test(name)) {
        throw isNone(file, `its ${name} has ${size} octets`);
      }
      // tar-stream's entries give octets.
      const chunks = octetsOf(entry as AsyncIterable<Buffer>, file);
      yield { name, chunks, content: () => allOf(chunks) };
    }
    await read;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw isNone(file, error instanceof Error ? error.message : String(error));
  }
}

async function* octetsOf(entry: AsyncIterable<Buffer>, file: ArchiveFile): AsyncGenerator<Buffer> {
  try {
    yield* entry;
  } catch {
    throw isNone(file, 'it was cut short');
  }
}

/** From its beginning, and it stays open, which no stream of node's lets it. */
function* piecesOf({ fd, path }: ArchiveFile): Generator<Buffer> {
  for (let at = 0; ; ) {
    const piece = Buffer.alloc(PIECE_BYTES);
    const length = onDisk(path, () => fs.readSync(fd, piece, 0, PIECE_BYTES, at));
    if (length === 0) return;
    at += length;
    yield piece.subarray(0, length);
  }
}

async function allOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function writeMember(
  path: string,
  chunks: AsyncIterable<Buffer>,
  isRaw: boolean,
): Promise<void> {
  fs.mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  const fd = openNew(path, isRaw ? READ_ONLY_MODE : FILE_MODE);
  try {
    for await (const chunk of chunks) write(fd, path, chunk);
    sync(fd, path);
  } finally {
    close(fd);
  }
}

function manifestIn(content: Buffer, file: ArchiveFile): Manifest {
  try {
    const { members, owner = null }: { members?: unknown; owner?: unknown } = JSON.parse(
      content.toString(),
    );
    if (typeof members === 'number' && (owner === null || typeof owner === 'string')) {
      return { members, owner };
    }
  } catch {
    // Nothing that `addMembers` wrote.
  }
  throw isNone(file, 'its manifest does not read');
}

function isNone({ path }: ArchiveFile, why: string): Failure {
  return new Failure('store-failed', `${path}: is no archive of mailrobot backup: ${why}`);
}
