/**
 * What the header section of a part says that the part is (RFC 2045, RFC 2183).
 *
 * Follows the parser in what it holds in memory as text and what it gives out as
 * an attachment, so that the one can be cut and the other counted. Pure.
 */
import { fieldValue, type HeaderField, headerFields } from './header.ts';
import type { HeaderSection } from './header-section.ts';
import { keyword, structuredField } from './parameters.ts';

export type PartKind = 'multipart' | 'text' | 'attachment';

export interface PartHeader {
  readonly kind: PartKind;
  /** Of its children, where it is a multipart. */
  readonly boundary: string | null;
  /** The section as the parser shall see it, without the empty line. */
  readonly octets: Buffer;
  readonly defects: readonly ('headerSize' | 'boundary' | 'encoding')[];
}

const TEXT_TYPES = ['text/plain', 'text/html', 'message/delivery-status'];
/** RFC 2045 6.1. */
const ENCODINGS = ['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'];
/** Else a parser would guess by the name whether it is text that it must hold in memory. */
const UNTYPED = Buffer.from('Content-Type: application/octet-stream\n');

export function readPartHeader(section: HeaderSection, isTop: boolean): PartHeader {
  const { octets, isMended } = section.repaired();
  const fields = headerFields(octets);
  const type = structuredField(fieldValue(fields, 'content-type') ?? '');
  const disposition = structuredField(fieldValue(fields, 'content-disposition') ?? '');
  const isMultipart = type.value.startsWith('multipart/');
  const isUntyped = type.value === '' && disposition.parameters.has('filename');
  const isNamed = disposition.parameters.has('filename') || type.parameters.has('name');
  const isText = !isUntyped && TEXT_TYPES.includes(type.value || 'text/plain');
  const isFile = isNamed && !isTop && type.value !== 'message/delivery-status';
  const isShown = disposition.value === '' || (disposition.value === 'inline' && !isFile);
  const wasMultipart = isMended && typeOf(headerFields(section.raw())).startsWith('multipart/');
  const encoding = keyword(fieldValue(fields, 'content-transfer-encoding') ?? '');
  return {
    kind: isMultipart ? 'multipart' : isText && isShown ? 'text' : 'attachment',
    boundary: isMultipart ? (type.parameters.get('boundary') ?? null) : null,
    octets: isUntyped ? Buffer.concat([octets, UNTYPED]) : octets,
    defects: [
      ...(section.isCut ? (['headerSize'] as const) : []),
      ...(wasMultipart && !isMultipart ? (['boundary'] as const) : []),
      ...(ENCODINGS.includes(encoding) ? [] : (['encoding'] as const)),
    ],
  };
}

function typeOf(fields: readonly HeaderField[]): string {
  return keyword(fieldValue(fields, 'content-type') ?? '');
}
