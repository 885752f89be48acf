/**
 * The text of a mail's HTML, with a mark where each picture of the mail stands: `[cid:ID]` (RFC
 * 2392).
 *
 * Reads the raw mail once more, within the same limits, and throws its files away. null if it has
 * no HTML. Only for mail of the staff: what the mail says is in message.ts.
 */
import type { ReadLimits } from '../config/limits.ts';
import { BoundedMail } from './bounded-mail.ts';
import { parse } from './mail-parser.ts';
import { type MimePart, treeOf } from './mime-tree.ts';
import { PartOctets } from './part-octets.ts';

export interface RichText {
  readonly text: string;
  /** As it came, by part. */
  readonly html: readonly string[];
  /** What it marks as one. */
  readonly signatures: readonly string[];
}

export async function textWithPictures(
  chunks: Iterable<Buffer>,
  limits: ReadLimits,
): Promise<RichText | null> {
  const bounded = new BoundedMail(limits);
  const octets = new PartOctets(bounded.parts, null);
  await parse(octetsOf(chunks, bounded), octets.take, limits.parts, { headers: new Map() });
  const tree = treeOf(bounded.parts.root, octets.texts, bounded.guesses.tell);
  const html = tree === null ? [] : htmlIn(tree);
  if (html.length === 0) return null;
  const { textOfHtml } = await import('./html.ts');
  const all = html.map((text) => textOfHtml(text, 'by id'));
  return {
    text: all.map(({ text }) => text).join('\n'),
    html,
    signatures: all.flatMap(({ signatures }) => signatures),
  };
}

function htmlIn(part: MimePart): readonly string[] {
  if (part.kind === 'parts') return part.children.flatMap(htmlIn);
  return part.kind === 'html' ? [part.text] : [];
}

function* octetsOf(chunks: Iterable<Buffer>, bounded: BoundedMail): Generator<Buffer> {
  for (const chunk of chunks) yield* bounded.push(chunk);
  yield* bounded.end();
}
