/**
 * A part whose header section is complete: what it is now, and what the parser gets of its header.
 */
import type { FoundIn } from '../ticket/ticket.ts';
import type { Part } from './mime-part.ts';
import { PackedContent } from './packed-content.ts';
import { type PartHeader, readPartHeader } from './part-header.ts';
import type { Walked } from './walked.ts';

/** `isTop`: it is the mail itself. `foundIn`: inside what it was found. */
export function beginPart(
  part: Part,
  walked: Walked,
  isTop: boolean,
  foundIn: FoundIn | null,
): readonly Buffer[] {
  const { counts, charset, hasWords, guesses } = walked;
  counts.headerSize += part.header.size;
  const read = readPartHeader(part.header, {
    isTop,
    charset,
    foundIn,
    isBesideWords: hasWords && part.parent?.hasForms === false,
    tell: guesses.tell,
  });
  for (const defect of read.defects) walked.defects.add(defect);
  if (charset === '') walked.charset = read.said.charset;
  part.kind = read.kind;
  part.hasForms = read.hasForms;
  part.boundaries = read.boundaries;
  part.unseen = read.kind === 'multipart' && read.packed === null ? read.said : null;
  if (read.packed !== null) {
    part.packed = new PackedContent(read.packed, read.said, walked.room);
    counts.packed += 1;
  }
  if (part.kind === 'attachment' || part.packed?.isFile) counts.attachments += 1;
  return [read.fields, headerFor(part, read, walked)];
}

/** A part that is packed has parts, for the parser. */
function headerFor(part: Part, read: PartHeader, walked: Walked): Buffer {
  const { parts } = walked;
  const { kind, isAlternative, said } = read;
  if (kind === 'text' || kind === 'attachment') {
    // A file that is the mail itself is for the parser.
    if (kind === 'attachment' && part.parent === null) walked.takePast = null;
    return parts.addLeaf(part.within, said);
  }
  part.known = parts.addParts(part.within, isAlternative && kind === 'multipart');
  return Buffer.from(`content-type: multipart/mixed; boundary="${part.mark}"\n`);
}
