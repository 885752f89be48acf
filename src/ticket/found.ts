/**
 * What a mail holds where no filter in front of us has looked: inside uuencoded text, a multipart
 * in base64 or without its boundary, S/MIME, winmail.dat. It goes out in no mail by itself: what is
 * said of it instead is here. Pure.
 */
import type { Attachment, FoundIn, FoundLines } from './ticket.ts';

const PLACES: Readonly<Record<FoundIn, string>> = {
  uuencode: 'uuencoded text',
  'encoded-multipart': 'an encoded multipart',
  'unbounded-multipart': 'a multipart without its boundary',
  smime: 'an S/MIME signature (not verified)',
  compressed: 'compressed S/MIME',
  tnef: 'winmail.dat',
};

export function placeInWords(foundIn: FoundIn): string {
  return PLACES[foundIn];
}

/** Where it is, in a mail about one that is in no ticket. */
export const NOT_HERE = 'in your mail alone';
export const ON_TICKET = 'on ticket';

interface Found {
  readonly attachments: readonly Attachment[];
  readonly foundLines?: readonly FoundLines[] | undefined;
}

export function isSendable({
  foundIn,
  isUnpacked,
}: Pick<Attachment, 'foundIn' | 'isUnpacked'>): boolean {
  return foundIn === undefined && isUnpacked === undefined;
}

/** What is said of such a file if somebody has asked for it. */
export function unseenIn({ foundIn }: Pick<Attachment, 'foundIn'>): string {
  const where = foundIn === undefined ? 'unpacked here' : `found inside ${placeInWords(foundIn)}`;
  return `It was ${where}: no filter has looked into it.`;
}

/** `2 lines were found inside winmail.dat`, for each piece of the text. */
export function foundWords({ foundLines = [] }: Pick<Found, 'foundLines'>): readonly string[] {
  return foundLines.map(linesInWords);
}

function linesInWords({ from, to, foundIn }: FoundLines): string {
  const count = to - from + 1;
  const what = count === 1 ? '1 line was' : `${count} lines were`;
  return `${what} found inside ${placeInWords(foundIn)}`;
}

/** `3 files were found inside uuencoded text`, for each place; `winmail.dat was unpacked`. */
export function foundFiles({ attachments }: Pick<Found, 'attachments'>): readonly string[] {
  const counts = new Map<FoundIn, number>();
  for (const { foundIn } of attachments) {
    if (foundIn !== undefined) counts.set(foundIn, (counts.get(foundIn) ?? 0) + 1);
  }
  const unpacked = attachments.filter((file) => file.isUnpacked);
  return [
    ...unpacked.map(({ filename }) => `${filename || 'a file without a name'} was unpacked`),
    ...[...counts].map(([foundIn, count]) => {
      const what = count === 1 ? '1 file was' : `${count} files were`;
      return `${what} found inside ${placeInWords(foundIn)}`;
    }),
  ];
}

/** The text with one line in the place of those that were found. */
export function sendableText(
  text: string,
  foundLines: readonly FoundLines[] | undefined,
  whereTo: string,
): string {
  if (foundLines === undefined || foundLines.length === 0) return text;
  const lines = text.split('\n');
  const kept: string[] = [];
  let next = 1;
  for (const range of foundLines) {
    for (const line of lines.slice(next - 1, range.from - 1)) kept.push(line);
    kept.push(`[${linesInWords(range)}: not sent, ${whereTo}]`);
    next = range.to + 1;
  }
  return [...kept, ...lines.slice(next - 1)].join('\n');
}
