/**
 * Decoders by the tables of the WHATWG Encoding Standard, the same on every runtime: the ICU of
 * node, and the decoders of others, differ from them in thousands of characters. What the standard
 * lacks, iconv-lite has.
 */
import { TextDecoder } from '@exodus/bytes/encoding.js';
import iconv from 'iconv-lite';
import { decodeHz, decodeIso2022 } from './iso-2022.ts';
import { decodeJohab } from './johab.ts';
import type { Charset } from './label.ts';

/** What is invalid becomes U+FFFD. */
export function decodeBy(charset: Charset | string, octets: Buffer): string {
  if (typeof charset === 'string') return new TextDecoder(charset).decode(octets);
  switch (charset.by) {
    case 'standard':
      return new TextDecoder(charset.name).decode(octets);
    case 'iso-2022':
      return decodeIso2022(octets, decodeBy);
    case 'hz':
      return decodeHz(octets, decodeBy);
    case 'johab':
      return decodeJohab(octets, decodeBy);
    case 'rare':
      return iconv.decode(octets, charset.name).replace(/\p{Surrogate}/gu, '\uFFFD');
  }
}

/** Whether all of it is valid in that encoding of the standard. */
export function isWholeIn(name: string, octets: Buffer): boolean {
  try {
    new TextDecoder(name, { fatal: true }).decode(octets);
    return true;
  } catch {
    return false;
  }
}
