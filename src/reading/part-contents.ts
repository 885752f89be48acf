/**
 * What the parser gets of the content of each part (mime-part.ts), and behind it: text within its
 * limit, files as they are; of a multipart nothing but its parts, or, if it has none, what stands
 * in it as text; of a packed part the file, and what it holds.
 */
import type { FoundIn } from '../ticket/ticket.ts';
import { boundarySeen } from './boundary-seen.ts';
import { FileContent, type PartEnd } from './file-content.ts';
import { PLAIN_TEXT, type SaidPart } from './known-part.ts';
import { delimiterLine, type Part } from './mime-part.ts';
import { PackedContent, type Unpacked } from './packed-content.ts';
import { isPackedMultipart } from './unpacked/packing.ts';
import type { Walked } from './walked.ts';

const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
const MAX_PREAMBLE_BYTES = 65_536;

/** What the parser gets of that which was packed in the part. */
type WalkInto = (unpacked: Unpacked, part: Part, packed: PackedContent) => readonly Buffer[];

export class PartContents {
  readonly #walked: Walked;
  readonly #foundIn: FoundIn | null;
  readonly #walkInto: WalkInto;
  #isAfterCut = false;

  constructor(walked: Walked, foundIn: FoundIn | null, walkInto: WalkInto) {
    this.#walked = walked;
    this.#foundIn = foundIn;
    this.#walkInto = walkInto;
  }

  /** Its header is complete. */
  begin(part: Part): void {
    const { takePast, parts } = this.#walked;
    if (part.kind !== 'attachment' || takePast === null || parts.last === null) return;
    part.file = new FileContent(takePast(parts.last));
  }

  /**
   * By the first octets of a multipart: whether it is encoded as its header says, and whether its
   * boundary is there. Gives what the parser gets before them.
   */
  decide(part: Part, octets: Buffer, isEnd: boolean): readonly Buffer[] | 'more' {
    if (part.unseen !== null) return this.#findBoundary(part, part.unseen, octets, isEnd);
    const { packed } = part;
    const decided = packed?.decide(octets, isEnd);
    if (decided === 'is packed') {
      part.kind = 'packed';
      part.boundaries = [];
    } else if (decided === 'is not') {
      part.packed = null;
      const { encoding } = packed?.part ?? { encoding: '' };
      this.#walked.guesses.tell('encoding', `a multipart says ${encoding}, and is not`);
    }
    return decided === 'more' ? 'more' : [];
  }

  #findBoundary(
    part: Part,
    unseen: SaidPart,
    octets: Buffer,
    isEnd: boolean,
  ): readonly Buffer[] | 'more' {
    const seen = boundarySeen(octets, part, isEnd);
    if (seen === 'more') return 'more';
    part.unseen = null;
    if (seen === 'its own') return [];
    const walked = this.#walked;
    if (seen !== 'none') {
      walked.defects.add('boundary');
      walked.counts.packed += 1;
      const boundaries = [...part.boundaries, seen.other];
      part.packed = new PackedContent(
        { packing: 'unbounded-multipart', encoding: '', boundaries, header: NOTHING },
        unseen,
        walked.room,
      );
      part.kind = 'packed';
      part.boundaries = [];
      return [NOTHING];
    }
    if (part.boundaries.length > 0) return [];
    part.kind = 'text';
    return this.#beginFile(part, unseen, false);
  }

  /** What the parser gets of these octets. */
  take(part: Part, octets: Buffer): readonly Buffer[] {
    switch (part.kind) {
      case 'multipart':
        keepPreamble(part, octets);
        return [];
      case 'attachment':
        if (part.file === null) return [octets];
        part.file.write(octets);
        return [];
      case 'packed':
        return this.#takePacked(part, octets);
      case 'text':
        return [this.#text(octets)];
    }
  }

  /** The line end of the last text, if it was cut before that. */
  lineEnd(): readonly Buffer[] {
    const out = this.#isAfterCut ? [LINE_END] : [];
    this.#isAfterCut = false;
    return out;
  }

  /** What comes behind a part that is over. */
  end(part: Part, by: PartEnd): readonly Buffer[] {
    const { packed, file } = part;
    part.file = null;
    file?.end(by);
    // The delimiter of the next part takes the line end before it away.
    const end = by === 'end of mail' ? [LINE_END] : [];
    if (part.kind === 'text' && part.known !== null) return [...end, delimiterLine(part, true)];
    if (part.kind !== 'packed' || packed === null) return this.#preambleOf(part);
    if (packed.isTooLarge) return [...end, delimiterLine(part, true)];
    const { unpack, hasWords, defects, room } = this.#walked;
    const { packing } = packed.part;
    const octets = packed.take();
    const found = unpack?.(octets, packed.part, { hasWords, room: room.left }) ?? null;
    if (unpack !== null && found === null && packing === 'uuencode') defects.add('encoding');
    if (found === 'too large') defects.add('packed');
    const unpacked = found === 'too large' ? null : found;
    const isMarked = unpacked !== null && unpacked.foundIn !== null && this.#foundIn === null;
    const isKept = packed.isFile || unpacked === null;
    const out = isKept ? [...this.#beginFile(part, packed.said, isMarked), octets, ...end] : [];
    if (unpacked !== null) {
      // What was compressed takes more room than what came.
      const more = Math.max(0, unpacked.octets.length - octets.length);
      room.left -= more;
      for (const inner of this.#walkInto(unpacked, part, packed)) out.push(inner);
      room.left += more;
    }
    packed.free();
    return isPackedMultipart(packed.part) && !isKept ? out : [...out, delimiterLine(part, true)];
  }

  /** All of it, or, if that is too large, it goes on as a file. */
  #takePacked(part: Part, octets: Buffer): readonly Buffer[] {
    const { packed } = part;
    if (packed === null || this.#walked.unpack === null) return [];
    if (packed.isTooLarge) return [octets];
    if (packed.keep(octets)) return [];
    this.#walked.defects.add('packed');
    const all = packed.take();
    packed.free();
    return [...this.#beginFile(part, packed.said, false), all];
  }

  #beginFile(part: Part, said: SaidPart, isUnpacked: boolean): readonly Buffer[] {
    this.#walked.takePast = null;
    const header = this.#walked.parts.addLeaf(part.known, said, { isUnpacked });
    return [delimiterLine(part, false), header, LINE_END];
  }

  #text(octets: Buffer): Buffer {
    const read = this.#walked.withinText(octets);
    this.#isAfterCut ||= read.length < octets.length;
    return read;
  }

  #preambleOf(part: Part): readonly Buffer[] {
    const text = Buffer.concat(part.preamble);
    if (part.kind !== 'multipart' || part.hasChild || text.toString('latin1').trim() === '')
      return [];
    this.#walked.defects.add('boundary');
    const header = this.#walked.parts.addLeaf(part.known, PLAIN_TEXT);
    const shown = [header, LINE_END, this.#text(text), LINE_END];
    return [delimiterLine(part, false), ...shown, delimiterLine(part, true)];
  }
}

function keepPreamble({ hasChild, preamble }: Part, octets: Buffer): void {
  const kept = preamble.reduce((sum, { length }) => sum + length, 0);
  if (!hasChild && kept < MAX_PREAMBLE_BYTES)
    preamble.push(Buffer.from(octets.subarray(0, MAX_PREAMBLE_BYTES - kept)));
}
