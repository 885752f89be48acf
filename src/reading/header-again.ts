/** A header with octets that are no UTF-8, read once more by the charset that the mail's parts declare. */
import type { ReadLimits } from '../config/limits.ts';
import { BoundedMail } from './bounded-mail.ts';
import { type MimePart, type Parsing, parse } from './mail-parser.ts';

const NO_FILE = { write: () => {}, close: () => {} };

export async function headersAgain(
  { headers, tree }: Parsing,
  header: Buffer,
  limits: ReadLimits,
): Promise<Parsing['headers']> {
  const charset = declaredCharset(tree);
  if (charset === '') return headers;
  const bounded = new BoundedMail(limits, charset);
  const again: Parsing = { headers: new Map(), tree: null };
  const octets = [...bounded.push(Buffer.concat([header, Buffer.from('\n')])), ...bounded.end()];
  await parse(octets, () => NO_FILE, limits.parts, again);
  return again.headers;
}

/** Of the first part that says one. */
function declaredCharset(part: MimePart | null): string {
  if (part === null || part.kind !== 'parts') return part?.charset ?? '';
  return part.children.map(declaredCharset).find((charset) => charset !== '') ?? '';
}
