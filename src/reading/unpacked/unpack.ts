/**
 * What a packed part holds, as a mail of its own, or as the multipart that it is: bounded-mail.ts
 * walks through that within the limits of the whole. Loaded for a mail that has such a part. Pure.
 */
import { fileNameParameter } from '../file-name.ts';
import type { Unpack } from '../packed-content.ts';
import { openedCms } from './cms.ts';
import { inflated } from './inflate.ts';
import { multipartOfTnef } from './tnef.ts';
import { withoutEncoding } from './transfer.ts';
import { blockAt } from './uuencode.ts';

export const unpack: Unpack = (octets, { packing, encoding, header }, { hasWords, room }) => {
  const found = (inner: Buffer | null) =>
    inner === null ? null : { octets: inner, foundIn: packing };
  switch (packing) {
    case 'encoded-multipart':
      return found(withoutEncoding(octets, encoding));
    case 'unbounded-multipart':
      return found(octets);
    case 'uuencode':
      return found(uuencoded(octets, header));
    case 'smime':
    case 'compressed': {
      const opened = openedCms(withoutEncoding(octets, encoding));
      if (opened === null) return null;
      if (opened.is === 'encrypted') return { octets: ENCRYPTED, foundIn: null };
      if (opened.is === 'signed') return found(opened.octets);
      const inner = inflated(opened.octets, room);
      return Buffer.isBuffer(inner) ? { octets: inner, foundIn: 'compressed' } : inner;
    }
    case 'tnef':
      return found(multipartOfTnef(withoutEncoding(octets, encoding), hasWords));
  }
};

const ENCRYPTED = Buffer.from(
  '\n[Encrypted with S/MIME: the words are in the file, which was not opened]\n',
);

const BEGINNING = /^begin(-base64)? [0-7]/m;

/** Line by line, each asked for once or behind those that were. */
function linesFrom(text: string, from: number): (n: number) => string | undefined {
  let [known, start] = [0, from];
  return (n) => {
    for (; known < n && start <= text.length; known += 1) start = endOf(text, start) + 1;
    return start > text.length ? undefined : text.slice(start, endOf(text, start));
  };
}

function endOf(text: string, start: number): number {
  const lf = text.indexOf('\n', start);
  return lf < 0 ? text.length : lf;
}

/** `header`: what it says of the file. */
function uuencoded(octets: Buffer, header: Buffer): Buffer | null {
  const text = octets.toString('latin1');
  const begin = BEGINNING.exec(text)?.index ?? -1;
  const block = begin < 0 ? null : blockAt(linesFrom(text, begin), 0);
  if (block === null) return null;
  const said = header.toString('latin1');
  const isNamed = /name[*\d]*=/i.test(said);
  const name = `Content-Disposition: attachment; ${fileNameParameter(block.name)}\n`;
  // Of a field that stands twice, the first one counts.
  const fields = `Content-Transfer-Encoding: base64\n${isNamed ? '' : name}${said}\n`;
  return Buffer.from(`${fields}${block.octets.toString('base64')}\n`, 'latin1');
}
