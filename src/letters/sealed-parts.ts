/** A mail whose words are encrypted (RFC 3156 4): two parts, with nothing of them encoded. */

export const SEALED = 'multipart/encrypted; protocol="application/pgp-encrypted"';

export function partsOfSealed(content: string) {
  const plain = {
    contentTransferEncoding: '7bit' as const,
    contentDisposition: 'inline' as const,
  };
  return [
    {
      ...plain,
      contentType: 'application/pgp-encrypted',
      filename: false as const,
      content: 'Version: 1\n',
    },
    { ...plain, contentType: 'application/octet-stream', filename: 'encrypted.asc', content },
  ];
}
