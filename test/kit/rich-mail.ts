/** A mail with HTML in a line, and what HTML one of ours has. */
import { simpleParser } from 'mailparser';
import type { Mail } from './mail.ts';

/** One grey pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

interface Rich extends Mail {
  readonly html: string;
  readonly charset?: string;
  /** Content-IDs of pictures in it. */
  readonly pictures?: readonly string[];
}

/** With a `text`, an alternative; with pictures, what is related to them. */
export function richMail({ html, text, charset = 'utf-8', pictures = [], ...mail }: Rich): Mail {
  const page = `Content-Type: text/html; charset=${charset}\n\n${html}\n`;
  const body =
    text === undefined
      ? page
      : multipart('alternative', [`Content-Type: text/plain; charset=utf-8\n\n${text}\n`, page]);
  const files = pictures.map(
    (id, n) =>
      `Content-Type: image/png; name=${n}.png\nContent-ID: <${id}>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\n${PNG.toString('base64')}\n`,
  );
  const whole = files.length === 0 ? body : multipart('related', [body, ...files]);
  const end = whole.indexOf('\n\n');
  return {
    ...mail,
    more: `${mail.more ?? ''}MIME-Version: 1.0\n${whole.slice(0, end + 1)}`,
    text: whole.slice(end + 2),
  };
}

function multipart(kind: string, parts: readonly string[]): string {
  const all = parts.map((part) => `--${kind}\n${part}`).join('');
  return `Content-Type: multipart/${kind}; boundary=${kind}\n\n${all}--${kind}--\n`;
}

/** The HTML of a mail, whole; empty if it has none. By a parser that is not ours. */
export async function htmlOf(content: string): Promise<string> {
  const { html } = await simpleParser(content, { skipImageLinks: true });
  return html === false || html === undefined ? '' : html;
}

/** The types of its parts, in their order; none if it is one text. */
export function partsOf(content: string): readonly string[] {
  const types = [...content.matchAll(/^Content-Type: ([a-z]+\/[a-z]+)/gim)].map(([, type]) => type);
  return types.flatMap((type) => type ?? []);
}
