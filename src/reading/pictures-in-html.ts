/**
 * Pictures that stand in HTML itself, as `data:` URLs (RFC 2397): they become files of the mail.
 * Loaded for HTML that has some. Only what begins as its type does is taken for a picture, so that
 * nothing else comes out of a page under the name of one. Linear, for as many as are asked for.
 */
import { createHash } from 'node:crypto';

export interface PictureInHtml {
  /** Stands for its place in the text, as that of a picture with a Content-ID does. */
  readonly contentId: string;
  readonly filename: string;
  readonly type: string;
  readonly octets: Buffer;
}

const BEGINNING = /data:image\/(png|jpe?g|gif|webp|bmp)(?:;[\w=.-]{1,60}){0,3};base64,/gi;
/** How files of each kind begin, octets as characters. */
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['png', '\x89PNG\r\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['gif', 'GIF8'],
  ['webp', 'RIFF'],
  ['bmp', 'BM'],
]);
const SIGNATURE_BYTES = 8;

/** At most `count`, in their order; of one that stands there twice, the first. */
export function picturesIn(html: string, count: number): readonly PictureInHtml[] {
  const found = new Map<string, PictureInHtml>();
  for (const { index, 0: beginning, 1: name = '' } of html.matchAll(BEGINNING)) {
    if (found.size >= count) break;
    const from = index + beginning.length;
    const end = html.slice(from).search(/["')>]/);
    const data = html.slice(from, end < 0 ? html.length : from + end);
    const kind = name.toLowerCase().replace('jpg', 'jpeg');
    const octets = Buffer.from(percentDecoded(data), 'base64');
    const signature = SIGNATURES.get(kind) ?? kind;
    const isPicture = octets.toString('latin1', 0, SIGNATURE_BYTES).startsWith(signature);
    if (!isPicture || found.has(data)) continue;
    const filename = `picture-${found.size + 1}.${kind === 'jpeg' ? 'jpg' : kind}`;
    found.set(data, { contentId: idOf(data), filename, type: `image/${kind}`, octets });
  }
  return [...found.values()];
}

/** Of the source of a picture in HTML; null if it is none of them. */
export function idOfSource(source: string): string | null {
  const [{ index = 0, 0: beginning = '' } = {}] = source.slice(0, 300).matchAll(BEGINNING);
  return beginning === '' || index > 0 ? null : idOf(source.slice(beginning.length));
}

function idOf(data: string): string {
  return `${createHash('sha256').update(data.trim()).digest('hex').slice(0, 32)}@data.invalid`;
}

/** Some programs write `+`, `/` and `=` as they stand in a URL. */
function percentDecoded(data: string): string {
  return data.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
