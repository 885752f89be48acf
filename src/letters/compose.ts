/**
 * From a letter to the octets of a mail, by nodemailer's MailComposer.
 *
 * The same octets every time: nothing is asked but the letter (no clock, config or chance). What a
 * machine says carries the marks of RFC 3834; answers of people carry the loop mark alone. Files
 * lie in the store and are not read here: `octetsOf` (ticket/mail.ts) puts them in. HTML goes
 * beside the text (html-part.ts, loaded for such a letter alone). Lines end with LF, for
 * sendmail(1). Called when a mail is handed over or shown, and never under the store's lock.
 */
import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Letter, LetterFile } from '../ticket/letter.ts';
import type { ComposedMail, Enclosed } from '../ticket/mail.ts';

export async function compose(letter: Letter): Promise<ComposedMail> {
  const { sealed, html } = letter;
  const rich = html === undefined ? null : (await import('./html-part.ts')).htmlPart(letter, html);
  const attached: readonly ComposedFile[] = rich?.files ?? letter.attachments;
  const files = attached.map((file, n) => ({ file, mark: markOf(letter, n) }));
  const parts = sealed === undefined ? null : await import('./sealed-parts.ts');
  const options: MailComposer.Options = {
    from: letter.from,
    to: letter.to,
    cc: [...letter.cc],
    ...(letter.replyTo !== null && { replyTo: letter.replyTo }),
    subject: letter.subject,
    messageId: letter.messageId,
    date: new Date(letter.date),
    ...(letter.inReplyTo !== null && { inReplyTo: letter.inReplyTo }),
    references: [...letter.references],
    headers: {
      ...(letter.automatic !== null && {
        'Auto-Submitted': letter.automatic,
        'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      }),
      'X-Loop': letter.loopMark,
      ...(letter.listId !== undefined && { 'List-Id': letter.listId }),
    },
    ...(sealed === undefined || parts === null
      ? {
          text: letter.text,
          ...(rich !== null && { html: rich.html }),
          attachments: [
            ...files.map(({ file: { filename, contentType, cid }, mark: content }) => ({
              ...{ filename, contentType, content, contentTransferEncoding: 'base64' as const },
              ...(cid !== undefined && { cid }),
            })),
            ...(letter.enclosed ?? []).map(({ filename, contentType, base64 }) => ({
              ...{ filename, contentType, content: Buffer.from(base64, 'base64') },
              contentTransferEncoding: 'base64' as const,
            })),
          ],
        }
      : { attachments: parts.partsOfSealed(sealed) }),
    baseBoundary: letter.boundary,
    textEncoding: 'quoted-printable',
    newline: '\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return withoutMarks(await build(options, parts?.SEALED ?? null), files);
}

/** `cid`: its Content-ID, if it is a picture in the HTML. */
type ComposedFile = LetterFile & { readonly cid?: string };

interface Marked {
  readonly file: LetterFile;
  readonly mark: Buffer;
}

/** Octets whose base64 is one line that nothing else holds: nobody can guess the boundary. */
const MARK_BYTES = 54;

function markOf({ boundary }: Letter, n: number): Buffer {
  return createHash('sha512').update(`${boundary} ${n}`).digest().subarray(0, MARK_BYTES);
}

function withoutMarks(whole: string, files: readonly Marked[]): ComposedMail {
  const enclosed: Enclosed[] = [];
  let content = whole;
  for (const { file, mark } of files) {
    const line = mark.toString('base64');
    const at = content.indexOf(line);
    const { filename, path, size, sha256 } = file;
    enclosed.push({ at, file: { filename, path, size, sha256 } });
    content = content.slice(0, at) + content.slice(at + line.length);
  }
  return enclosed.length === 0 ? { content } : { content, enclosed };
}

function build(
  options: ConstructorParameters<typeof MailComposer>[0],
  type: string | null,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const composed = new MailComposer(options).compile();
    if (type !== null) composed.setHeader('Content-Type', type);
    composed.build((error, content) => {
      if (error) reject(error);
      else resolve(content.toString('utf8'));
    });
  });
}
