/**
 * A store as a tar archive, and back. The one file that knows tar-stream.
 *
 * The archive holds what cannot be made again: store.json, keys.json, how far the
 * subscribers are, the journal up to one commit, and the raw mail up to that commit; so it is
 * consistent whatever is delivered meanwhile. A manifest at its
 * beginning counts the files, so that `unpack` knows one that was cut short. It takes exactly those names and
 * plain files, and fails on anything else. POSIX.1-2001 ustar/pax.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { Failure } from '../outcome.ts';
import {
  close,
  DIRECTORY_MODE,
  FILE_MODE,
  names,
  openNew,
  READ_ONLY_MODE,
  sync,
  write,
} from './disk.ts';
import type { Head } from './head.ts';
import { numberIn } from './record.ts';

const MANIFEST = 'manifest.json';
const MEMBER =
  /^(store\.json|keys\.json|journal\/\d{12}\.ndjson|subscribers\/[a-z0-9-]+\.json|raw\/\d{6}\/\d+-(in|out-\d+)\.eml)$/;

/** Writes the archive to an open descriptor. */
export async function pack(fd: number, root: string, head: Head): Promise<void> {
  const archive = tar.pack();
  const output = fs.createWriteStream('', { fd, autoClose: false });
  await Promise.all([pipeline(archive, output), addMembers(archive, root, head)]);
}

async function addMembers(archive: tar.Pack, root: string, head: Head): Promise<void> {
  try {
    const all = [...members(root, head)];
    const manifest = JSON.stringify({ v: 1, commits: head.seq, members: all.length });
    archive.entry({ name: MANIFEST, mode: FILE_MODE }, manifest);
    for (const { name, size, content } of all) {
      const entry = archive.entry({ name, size, mode: FILE_MODE });
      const end = size === 0 ? undefined : { end: size - 1 };
      if (content !== undefined || size === 0) entry.end(content ?? Buffer.alloc(0));
      else await pipeline(fs.createReadStream(join(root, name), end), entry);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

interface Member {
  readonly name: string;
  readonly size: number;
  /** Read already. */
  readonly content?: Buffer;
}

function* members(root: string, { seq, position }: Head): Generator<Member> {
  const held = (name: string, content: Buffer) => ({ name, size: content.length, content });
  const whole = (name: string) => ({ name, size: fs.statSync(join(root, name)).size });
  yield whole('store.json');
  yield whole('keys.json');
  for (const name of names(join(root, 'subscribers'))) {
    const member = join('subscribers', name);
    // It is replaced by whoever serves it, whatever its size is now.
    if (MEMBER.test(member)) yield held(member, fs.readFileSync(join(root, member)));
  }
  for (const name of names(join(root, 'journal')).toSorted()) {
    const member = join('journal', name);
    if (!MEMBER.test(member) || name > position.segment) continue;
    yield name === position.segment ? { name: member, size: position.offset } : whole(member);
  }
  for (const folder of names(join(root, 'raw')).toSorted()) {
    for (const name of names(join(root, 'raw', folder))) {
      const member = join('raw', folder, name);
      if (MEMBER.test(member) && numberIn(name.split('-')[0] ?? '') <= seq) yield whole(member);
    }
  }
}

/** Writes the members of an archive below `root`, durably. */
export async function unpack(file: string, root: string): Promise<void> {
  const archive = tar.extract();
  const read = pipeline(fs.createReadStream(file), archive);
  read.catch(() => {});
  let wanted: number | null = null;
  let found = 0;
  for await (const entry of archive) {
    const { name, type } = entry.header;
    if (name === MANIFEST) {
      const pieces: Buffer[] = [];
      for await (const chunk of entry) pieces.push(Buffer.from(chunk as Uint8Array));
      // Written by addMembers above.
      wanted = (JSON.parse(Buffer.concat(pieces).toString()) as { members: number }).members;
      continue;
    }
    found += 1;
    if (type !== 'file' || !MEMBER.test(name)) {
      throw new Failure('store-failed', `${file}: holds "${name}", which is no part of a store`);
    }
    const path = join(root, name);
    fs.mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    const fd = openNew(path, name.startsWith('raw/') ? READ_ONLY_MODE : FILE_MODE);
    try {
      // tar-stream's entries give octets.
      for await (const chunk of entry) write(fd, path, Buffer.from(chunk as Uint8Array));
      sync(fd, path);
    } finally {
      close(fd);
    }
  }
  await read;
  if (found !== wanted) {
    throw new Failure(
      'store-failed',
      `${file}: holds ${found} of ${wanted ?? 'unknown many'} files: it was cut short`,
    );
  }
}
