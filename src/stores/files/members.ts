/**
 * What of a store on disk goes into a backup, up to one commit: journal, texts and raw mail are
 * append-only, so what lies before it stays as it is, whatever is delivered meanwhile.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { numberIn } from '../../journal/paths.ts';
import { Failure } from '../../outcome.ts';
import { names } from '../disk/disk.ts';
import { heldMember, isMember, type Member, NEEDED } from './archive.ts';
import type { Head } from './head.ts';
import { hasHead, octetsAt, sizeAt } from './raw-mails.ts';

export function* membersOf(root: string, { seq, position }: Head): Generator<Member> {
  const member = (name: string, size: number): Member => ({
    ...{ name, size },
    octets: () => octetsOf(join(root, name), size),
  });
  const whole = (name: string) => {
    const size = sizeAt(join(root, name));
    if (size === null) throw new Failure('store-failed', `${name} has just gone`);
    return member(name, size);
  };
  // What is replaced by others meanwhile is read at once, whatever its size is then.
  const read = (name: string) => heldMember(name, fs.readFileSync(join(root, name)));
  for (const name of NEEDED) yield read(name);
  for (const name of names(join(root, 'subscribers'))) {
    const path = join('subscribers', name);
    if (isMember(path)) yield read(path);
  }
  for (const [folder, end] of [
    ['journal', position.offset],
    ['texts', position.texts],
  ] as const) {
    for (const name of names(join(root, folder)).toSorted()) {
      const path = join(folder, name);
      if (!isMember(path) || name > position.segment) continue;
      yield name === position.segment ? member(path, end) : whole(path);
    }
  }
  for (const folder of names(join(root, 'raw')).toSorted()) {
    for (const name of names(join(root, 'raw', folder))) {
      const path = join('raw', folder, name);
      if (isMember(path) && numberIn(name.split('-')[0] ?? '') <= seq) yield whole(path);
    }
  }
}

/** So many octets of a file that may grow meanwhile. */
async function* octetsOf(path: string, size: number): AsyncGenerator<Buffer> {
  if (hasHead(path)) yield* octetsAt(path);
  // Without an encoding it gives octets.
  else yield* fs.createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>;
}
