/** A whole part without its transfer encoding (RFC 2045 6), as forgiving as the parser. Linear. */

/** Whoever joins two texts in base64 leaves the padding of the first within. */
const MAX_PIECES = 1000;

export function withoutEncoding(octets: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'base64': {
      const pieces = octets.toString('latin1').split(/=+/, MAX_PIECES);
      return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
    }
    case 'quoted-printable': {
      const text = octets.toString('latin1').replace(/=[ \t]{0,99}\r?\n/g, '');
      const decoded = text.replace(/=([0-9a-f]{2})/gi, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      return Buffer.from(decoded, 'latin1');
    }
    default:
      return octets;
  }
}
