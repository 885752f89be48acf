/**
 * A header with octets that are no UTF-8, read once more by the charset that the mail's parts
 * declare.
 */
import type { ReadLimits } from '../config/limits.ts';
import { BoundedMail } from './bounded-mail.ts';
import type { KnownPart } from './known-part.ts';
import { type Parsing, parse } from './mail-parser.ts';
import { PartOctets } from './part-octets.ts';

export async function headersAgain(
  { headers }: Parsing,
  { header, parts }: Pick<BoundedMail, 'header' | 'parts'>,
  limits: ReadLimits,
): Promise<Parsing['headers']> {
  const charset = parts.root === null ? '' : declaredCharset(parts.root);
  if (charset === '') return headers;
  const bounded = new BoundedMail(limits, charset);
  const again: Parsing = { headers: new Map() };
  const octets = [...bounded.push(Buffer.concat([header, Buffer.from('\n')])), ...bounded.end()];
  await parse(octets, new PartOctets(bounded.parts, null).take, limits.parts, again);
  return again.headers;
}

/** Of the first part that says one. */
function declaredCharset(part: KnownPart): string {
  if (part.kind !== 'parts') return part.charset;
  return part.children.map(declaredCharset).find((charset) => charset !== '') ?? '';
}
