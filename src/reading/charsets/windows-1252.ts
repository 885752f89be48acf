/**
 * What octets mean if nothing better is known. By hand: node 20 and 22 decode windows-1252 as
 * latin1 (nodejs/node 56542).
 */
import type { Buffer } from 'node:buffer';

export function windows1252(octets: Buffer): string {
  return octets
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252.charAt(char.charCodeAt(0) - 0x80));
}

/** 0x80 to 0x9F, by the index of the WHATWG Encoding Standard. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
