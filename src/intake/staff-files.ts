/**
 * What the files in a mail of the staff say, read before the store is locked: whether one would
 * give away an address that lets the staff answer, the words of those that are text, and the
 * text of its HTML, with its pictures and signatures marked; and that HTML, safe to show.
 */
import { holdsStaffAddress } from '../addresses/given-in-text.ts';
import type { StaffFiles } from '../desk/delivery.ts';
import { fateOf } from '../desk/sent-files.ts';
import type { Incoming } from '../journal/spool.ts';
import { type ParsedMessage, parseMessage } from '../reading/message.ts';
import { idOfSource } from '../reading/pictures-in-html.ts';

/** A larger file is not compared with what must not go out. */
const MAX_COMPARED_BYTES = 256 * 1024;
const NO_PICTURES: ReadonlySet<string> = new Set();
const IS_TEXT = /^(text\/|message\/rfc822$)/i;

export async function staffFiles(message: ParsedMessage, incoming: Incoming): Promise<StaffFiles> {
  const { attachments, within } = message;
  const texts: { readonly filename: string; readonly text: string }[] = [];
  let leak: string | null = null;
  for (const [at, file] of attachments.entries()) {
    const { contentType, filename, size } = file;
    if (/^(image|audio|video)\//i.test(contentType)) continue;
    // The mail as HTML has its quotes, and goes to nobody as a file.
    if (fateOf(file, NO_PICTURES) === 'added') continue;
    const octets = Buffer.concat([...incoming.attachmentChunks(at + 1)]);
    // A mail to the staff that goes along would give the customer what lets them answer.
    if (holdsStaffAddress(octets.toString('latin1'))) leak ??= filename;
    if (!IS_TEXT.test(contentType) || size > MAX_COMPARED_BYTES) continue;
    texts.push({ filename, text: await wordsIn(octets, contentType, message) });
  }
  const { textWithPictures } = await import('../reading/picture-places.ts');
  const rich = await textWithPictures(incoming.chunks(), within);
  const found = { leak, texts, withPictures: rich?.text ?? null };
  return { ...found, signatures: rich?.signatures ?? [], html: await safeHtml(rich?.html ?? []) };
}

/** The standard's algorithm is loaded for a mail with HTML alone, and runs before the store is locked. */
async function safeHtml(parts: readonly string[]): Promise<StaffFiles['html']> {
  if (parts.length === 0) return null;
  const { contentIdOf, safeTree, wordsOfPicture } = await import('../html/sanitise.ts');
  const treeOf = (html: string) =>
    safeTree(html, {
      targets: 'none',
      picture: ({ source, alt }) => {
        const id = contentIdOf(source) ?? idOfSource(source);
        return id === null ? { words: wordsOfPicture(alt) } : { id };
      },
    });
  try {
    const trees = parts.map(treeOf);
    const whole = trees.flatMap((tree) => tree ?? []);
    return trees.includes(null) ? 'too much' : whole;
  } catch {
    // Whatever it stumbles over, the answer goes out with its text.
    return 'too much';
  }
}

async function wordsIn(
  octets: Buffer,
  contentType: string,
  { within }: ParsedMessage,
): Promise<string> {
  if (!/rfc822$/i.test(contentType)) return octets.toString('utf8').replace(/<[^<>]*>/g, ' ');
  const nowhere = () => ({ write: () => {}, close: () => {} });
  const { subject, text } = await parseMessage(
    { chunks: () => [octets], openAttachment: nowhere },
    within,
  );
  return `${subject}\n${text}`;
}
