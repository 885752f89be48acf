/**
 * Octets in every form that words may hide in: quoted-printable, base64, gzip (also within
 * these), escapes of JSON, HTML and addresses, UTF-16. Gives them all as one text, to be looked through.
 */
import { gunzipSync, inflateRawSync } from 'node:zlib';

const MOST_LEVELS = 3;

export function decoded(octets: Buffer, level = 0): string {
  const text = octets.toString('latin1');
  if (level >= MOST_LEVELS) return text;
  const inner = [...unpacked(octets), ...base64In(text)].map((one) => decoded(one, level + 1));
  return [
    ...[text, octets.toString('utf8'), octets.toString('utf16le')],
    ...[withoutEscapes(text), quotedPrintable(text), withoutEntities(text), ...inner],
  ].join('\n');
}

function* unpacked(octets: Buffer): Generator<Buffer> {
  for (let at = octets.indexOf(GZIP); at >= 0; at = octets.indexOf(GZIP, at + 1)) {
    try {
      yield gunzipSync(octets.subarray(at));
    } catch {
      // Something else, or cut short: as far as it goes.
      try {
        yield inflateRawSync(octets.subarray(at + 10), { finishFlush: 2 });
      } catch {
        // Nothing packed.
      }
    }
  }
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

function* base64In(text: string): Generator<Buffer> {
  for (const [found] of text.matchAll(/[A-Za-z0-9+/_=-]{12,}(?:\r?\n[A-Za-z0-9+/_=-]+)*/g)) {
    yield Buffer.from(found.replace(/\s/g, ''), 'base64');
  }
  // Within strings of JSON a line ends with an escape.
  const escaped = text.replaceAll('\\n', '\n');
  if (escaped !== text) yield* base64In(escaped);
}

function withoutEscapes(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\"', '"')
    .replaceAll('\\n', '\n');
}

/** Also of what stands in quoted-printable. */
function withoutEntities(text: string): string {
  return quotedPrintable(text)
    .replace(/&#x([0-9a-f]{1,6});/gi, (_, hex) => codePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});/g, (_, number) => codePoint(Number(number)))
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/<[^<>]{0,200}>/g, '');
}

function quotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function codePoint(number: number): string {
  return number <= 0x10ffff ? String.fromCodePoint(number) : '';
}
