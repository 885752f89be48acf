/**
 * A commit that is about to be made, and the files that come with it: what is small goes in the
 * message of the commit, and what is large is brought before, without a name, so that it waits for
 * nobody and is brought once however often the commit is tried.
 */
import { receivedFiles } from '../../journal/mails.ts';
import { partNumber, pathsFor } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { Database } from '../../postgres/client.ts';
import type { IncomingFile } from '../disk/incoming.ts';
import type { Blanked } from './blanking.ts';
import { type Blob, bringIn, SMALL_BYTES } from './files.ts';

/** A commit of a section, and the mail that comes with it. */
export interface Pending {
  readonly record: JournalRecord;
  readonly incoming: IncomingFile | null;
  /** By the ids of the mails that they belong to. */
  readonly secretTexts: ReadonlyMap<string, string>;
  /** What it takes out of an earlier mail, or null. */
  readonly blanked: Blanked | null;
}

interface FileOf {
  readonly path: string;
  /** The same however often the work is run. */
  readonly place: string;
  readonly octets: () => Iterable<Buffer>;
  /** Small enough for the message of the commit. */
  readonly isSmall: boolean;
}

/** The mail of a commit, and the files in it; and one that it has blanked. */
export function filesWith({ record, incoming, blanked }: Pending): readonly FileOf[] {
  return [...receivedWith(record, incoming), ...(blanked === null ? [] : [blankedFile(blanked)])];
}

function blankedFile({ mail, octets }: Blanked): FileOf {
  const path = pathsFor(mail).rawIn;
  const isSmall = octets.length <= SMALL_BYTES;
  return { path, isSmall, place: `blanked ${mail}`, octets: () => [octets] };
}

function receivedWith(record: JournalRecord, incoming: IncomingFile | null): readonly FileOf[] {
  if (incoming === null) return [];
  const { rawIn } = pathsFor(record.seq);
  const raw = { path: rawIn, n: 0, size: incoming.sum.size, octets: () => incoming.chunks() };
  const attached = receivedFiles(record).flatMap(({ path, size }) => {
    const n = partNumber(path);
    return path === rawIn ? [] : { path, n, size, octets: () => incoming.attachmentChunks(n) };
  });
  let together = 0;
  return [raw, ...attached].map(({ path, n, size, octets }) => {
    const isSmall = size <= SMALL_BYTES && together + size <= MESSAGE_BYTES;
    if (isSmall) together += size;
    return { path, octets, place: `${incoming.name} ${n}`, isSmall };
  });
}

/** Many small files are large together. */
const MESSAGE_BYTES = 1024 * 1024;

/** Whether something is to be brought that is not there yet. */
export function isToBeBrought(
  pending: readonly Pending[],
  known: ReadonlyMap<string, Blob>,
): boolean {
  return pending.flatMap(filesWith).some(({ isSmall, place }) => !isSmall && !known.has(place));
}

/**
 * `known`: what was brought before. By the places of the files. What runs that died have left goes.
 */
export async function bringLarge(
  database: Database,
  pending: readonly Pending[],
  known: ReadonlyMap<string, Blob>,
): Promise<ReadonlyMap<string, Blob>> {
  const brought = new Map(known);
  const large = pending.flatMap(filesWith).filter(({ isSmall }) => !isSmall);
  for (const { place, octets } of large.filter(({ place }) => !brought.has(place))) {
    brought.set(place, await bringIn(database, octets()));
  }
  if (large.length > 0) {
    await database.query({ text: 'SELECT mailrobot.forget_left()' });
  }
  return brought;
}
