/** A mail that is compressed S/MIME (RFC 3274), of whatever octets. */
import { deflateSync } from 'node:zlib';

export function compressedMail(inner: Buffer, packed = deflateSync(inner)): string {
  const type = Buffer.from('060b2a864886f70d0109100308', 'hex');
  const data = Buffer.from('06092a864886f70d010701', 'hex');
  const compressed = element(0x30, [
    element(0x02, [Buffer.of(0)]),
    element(0x30, [type]),
    element(0x30, [data, element(0xa0, [element(0x04, [packed])])]),
  ]);
  const named = Buffer.from('060b2a864886f70d0109100109', 'hex');
  const content = element(0x30, [named, element(0xa0, [compressed])]);
  const lines = content.toString('base64').replace(/.{76}/g, '$&\n');
  return (
    'Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\n' +
    `Content-Transfer-Encoding: base64\n\n${lines}\n`
  );
}

/** DER (X.690). */
function element(tag: number, content: readonly Buffer[]): Buffer {
  const octets = Buffer.concat(content);
  if (octets.length < 0x80) return Buffer.concat([Buffer.of(tag, octets.length), octets]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(octets.length);
  return Buffer.concat([Buffer.of(tag, 0x84), length, octets]);
}
