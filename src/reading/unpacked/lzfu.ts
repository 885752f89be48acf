/** RTF as Outlook packs it ([MS-OXRTFCP]). Pure, linear; no more than MAX_RTF_BYTES come of it. */
const MAX_RTF_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 16;
const PACKED = 0x75465a4c;
const PLAIN = 0x414c454d;
const DICTIONARY_BYTES = 4096;
const BEGINNING =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';

/** null for what is none. */
export function decompressedRtf(octets: Buffer): Buffer | null {
  if (octets.length <= HEADER_BYTES) return null;
  const kind = octets.readUInt32LE(8);
  const content = octets.subarray(HEADER_BYTES);
  if (kind === PLAIN) return content.subarray(0, MAX_RTF_BYTES);
  if (kind !== PACKED) return null;
  const out = Buffer.alloc(Math.min(octets.readUInt32LE(4), MAX_RTF_BYTES));
  const dictionary = Buffer.alloc(DICTIONARY_BYTES, ' ');
  let write = dictionary.write(BEGINNING, 'latin1');
  let length = 0;
  const put = (octet: number): void => {
    out[length] = octet;
    length += 1;
    dictionary[write] = octet;
    write = (write + 1) % DICTIONARY_BYTES;
  };
  for (let at = 0; at < content.length && length < out.length; ) {
    const flags = content[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < content.length && length < out.length; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        put(content[at] ?? 0);
        at += 1;
        continue;
      }
      const reference = ((content[at] ?? 0) << 8) | (content[at + 1] ?? 0);
      at += 2;
      const offset = reference >> 4;
      if (offset === write) return out.subarray(0, length);
      for (let n = 0; n < (reference & 0x0f) + 2 && length < out.length; n += 1)
        put(dictionary[(offset + n) % DICTIONARY_BYTES] ?? 0);
    }
  }
  return out.subarray(0, length);
}
