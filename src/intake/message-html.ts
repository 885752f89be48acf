/**
 * The HTML of a message that is in its ticket, as others may be shown it: its raw mail is read once
 * more. It says what the text in the ticket says, or there is none: of what was erased, or is read
 * otherwise by now, nothing comes back; and it names no address that the text does not, since that
 * is what is looked through when a person is erased. Of an answer it is what its author wrote, without
 * what was said before and signatures.
 */
import { withoutAddressesBut } from '../addresses/named-in-text.ts';
import type { Config } from '../config/config.ts';
import { cutTo, lettersOf } from '../html/cut.ts';
import { contentIdOf, safeTree, wordsOfPicture } from '../html/sanitise.ts';
import { serialised } from '../html/serialise.ts';
import type { ShownHtml } from '../html/shown.ts';
import { withTargets } from '../html/targets.ts';
import type { HtmlTree } from '../html/tree.ts';
import { linesOf } from '../html/words.ts';
import type { Blobs } from '../journal/blobs.ts';
import { textWithPictures } from '../reading/picture-places.ts';
import { readStored } from '../reading/read.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { IncomingMessage, Message, OutgoingMessage } from '../ticket/ticket.ts';

export interface Reading {
  readonly store: Pick<Blobs, 'rawMail'>;
  readonly config: Pick<Config, 'limits'>;
  readonly reader: ReaderProgram;
}

/** null if it has none, or its raw mail is not there. */
export async function messageHtml(message: Message, reading: Reading): Promise<ShownHtml | null> {
  const isCopy = message.direction === 'out' && message.copyOf !== undefined;
  if (isCopy || message.text.trim() === '') return null;
  try {
    const chunks = await chunksOf(message.raw, reading);
    if (chunks === null) return null;
    const shown =
      message.direction === 'in'
        ? await ofIncoming(message, chunks, reading)
        : await ofAnswer(message, chunks, reading);
    if (shown === null || 'left' in shown) return shown;
    const said = `${message.subject}\n${message.text}`;
    return { ...shown, html: withoutAddressesBut(said, shown.html, '[address]') };
  } catch {
    // It was erased, is not there yet, or cannot be read: its text is there.
    return null;
  }
}

const MAY_HAVE_HTML = /^content-type:\s{0,80}(?:multipart\/|text\/html)/im;

/** null if its header says that it is a plain text. */
async function chunksOf(raw: string, { store }: Reading): Promise<readonly Buffer[] | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.rawMail(raw)) {
    if (chunks.length === 0 && !mayHaveHtml(chunk)) return null;
    chunks.push(chunk);
  }
  return chunks;
}

function mayHaveHtml(beginning: Buffer): boolean {
  const text = beginning.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index;
  // A header that is longer than the first octets says it further below.
  return end === undefined || MAY_HAVE_HTML.test(text.slice(0, end));
}

async function ofIncoming(
  { text }: IncomingMessage,
  chunks: readonly Buffer[],
  { config, reader }: Reading,
): Promise<ShownHtml | null> {
  const found = await readStored(() => chunks, config.limits.reading, reader, {
    wantsHtml: true,
  });
  return found.text === text ? (found.shownHtml ?? null) : null;
}

async function ofAnswer(
  { text, attachments }: OutgoingMessage,
  chunks: readonly Buffer[],
  { config }: Reading,
): Promise<ShownHtml | null> {
  const rich = await textWithPictures(chunks, config.limits.reading);
  if (rich === null) return null;
  const trees = rich.html.map((html) => safeTree(html, { targets: 'none', picture: placed }));
  const whole = trees.flatMap((tree) => tree ?? []);
  if (trees.includes(null)) return { left: 'size' };
  const names = attachments.map(({ filename }) => filename || 'picture');
  const cut = cutTo(whole, { text, names, pictures: new Set(picturesIn(whole)) });
  if (cut === null || lettersOf(linesOf(cut).join('\n')) === '') return null;
  return { html: serialised(withTargets(cut, 'all')), elsewhere: 0 };
}

function placed({ source, alt }: { readonly source: string; readonly alt: string }) {
  const id = contentIdOf(source);
  return id === null ? { words: wordsOfPicture(alt) } : { id };
}

function picturesIn(nodes: HtmlTree): readonly string[] {
  return nodes.flatMap((node) => {
    if ('children' in node) return picturesIn(node.children);
    return node.kind === 'picture' ? [node.id] : [];
  });
}
