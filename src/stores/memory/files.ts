/** Raw mail and attachments of the memory store, by the paths that a store on disk would have. */
import { join } from 'node:path';
import { FileLost } from '../../journal/blobs.ts';
import { receivedFiles } from '../../journal/mails.ts';
import { partNumber, pathsFor, ticketDirectory } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import type { Change, ErasedCommit } from '../../ticket/change.ts';
import { ERASED } from '../../ticket/erased.ts';
import type { StoredFile } from '../../ticket/ticket.ts';
import type { MemoryIncoming } from './incoming.ts';

export class MemoryFiles {
  readonly #files = new Map<string, Buffer>();

  /** What comes with a commit, and what goes because of it. */
  add(record: JournalRecord, incoming: MemoryIncoming | null): void {
    const { rawIn } = pathsFor(record.seq);
    if (incoming !== null) this.#files.set(rawIn, incoming.raw);
    for (const { path } of receivedFiles(record)) {
      const octets = incoming?.attachmentChunks(partNumber(path)) ?? [];
      if (path !== rawIn) this.#files.set(path, Buffer.concat([...octets]));
    }
    for (const change of record.changes) {
      const gone = change.type === 'mail.expired' ? change.mails : [];
      for (const mail of gone) this.#files.delete(pathsFor(mail).rawIn);
    }
  }

  /** `changes`: of that commit, as they are read now. `used`: what another ticket needs. */
  erase(
    { seq, isMailGone, copies }: ErasedCommit,
    changes: readonly Change[],
    used: ReadonlySet<string>,
  ): void {
    const { rawIn, rawOut } = pathsFor(seq);
    if (isMailGone) this.#files.delete(rawIn);
    for (const { place } of copies) this.#files.delete(rawOut(place));
    for (const change of changes) {
      if (change.type !== 'message.added') continue;
      const { serial, attachments } = change.message;
      if (attachments.every(({ path }) => path !== ERASED)) continue;
      const beginning = join(ticketDirectory(change.ticket), 'attachments', `${serial}-`);
      for (const path of this.#files.keys()) {
        if (path.startsWith(beginning) && !used.has(path)) this.#files.delete(path);
      }
    }
  }

  /** Nothing of one that is there no more. */
  receivedBy(seq: number): Buffer {
    return this.#files.get(pathsFor(seq).rawIn) ?? Buffer.alloc(0);
  }

  /** The copy of a mail that went out. */
  keep(raw: string, octets: Buffer): void {
    this.#files.set(raw, octets);
  }

  async rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    const found = this.#files.get(raw);
    if (found === undefined) throw new Failure('store-failed', `${raw} is lost`);
    return later(found);
  }

  async attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    const [octets] = this.octetsOf(file);
    return later(octets);
  }

  /** Throws a FileLost. */
  octetsOf(file: StoredFile): readonly [Buffer] {
    const found = this.#files.get(file.path);
    if (found === undefined) throw new FileLost(file, true);
    return [found];
  }

  async holds({ path, size }: StoredFile): Promise<boolean> {
    return this.#files.get(path)?.length === size;
  }
}

async function* later(octets: Buffer): AsyncGenerator<Buffer> {
  yield octets;
}
