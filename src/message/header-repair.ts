/**
 * A header field made readable where people's programs write it wrongly.
 *
 * Octets that are not UTF-8 (RFC 6532) are taken as windows-1252; UTF-7, which
 * hides text from every filter, is shown as the ASCII it is; comments in
 * Content-Type go, since parsers take them for part of the type; a type without
 * subtype and a multipart without boundary are plain text (RFC 2045 5.2), for
 * else nothing of them would be seen. Pure; the raw mail is never touched.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { windows1252 } from './charset.ts';
import { structuredField, withoutComments } from './parameters.ts';

/** `field` holds octets, one a character, with its line ends. */
export function mendField(field: string): Buffer {
  const octets = Buffer.from(mendContentType(withoutUtf7(field)), 'latin1');
  if (isAscii(octets) || isUtf8(octets)) return octets;
  return Buffer.from(windows1252(octets));
}

function withoutUtf7(field: string): string {
  return field.replace(/=\?(?:x-|unicode-1-1-)?utf-?7(\*[a-z-]*)?\?/gi, '=?us-ascii?');
}

function mendContentType(field: string): string {
  const name = /^content-type[ \t]*:/i.exec(field)?.[0];
  if (name === undefined) return field;
  const value = withoutComments(field.slice(name.length));
  const { value: type, parameters } = structuredField(value.replace(/\r?\n/g, ''));
  if (type.startsWith('multipart/')) {
    const split = joined(parameters);
    if (split !== '') return `${name} ${type}; boundary="${split}"\n`;
    return (parameters.get('boundary') ?? '') === '' ? `${name} text/plain\n` : `${name}${value}`;
  }
  const isType = type === '' || /^[^\s/]+\/[^\s/]+$/.test(type);
  return isType ? `${name}${value}` : `${name} text/plain\n`;
}

/** A boundary in pieces or with a charset (RFC 2231 3, 4), as one that every parser reads. */
function joined(parameters: ReadonlyMap<string, string>): string {
  const whole = parameters.get('boundary*');
  const pieces = whole === undefined ? [] : [whole];
  for (let n = 0; whole === undefined && n < 100; n += 1) {
    const piece = parameters.get(`boundary*${n}*`) ?? parameters.get(`boundary*${n}`);
    if (piece === undefined) break;
    pieces.push(piece);
  }
  return pieces
    .join('')
    .replace(/^[\w-]*'[\w-]*'/, '')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/["\\\r\n]/g, '');
}
