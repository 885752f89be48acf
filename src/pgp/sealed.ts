/**
 * A text as what is encrypted of it (RFC 3156 4): a MIME entity, so that whoever decrypts it knows
 * its charset, encrypted for one key of a keyring.
 */
import { encrypt, type Sealed } from './gnupg.ts';

export function seal(
  text: string,
  key: { readonly keyring: string; readonly fingerprint: string },
): Promise<Sealed> {
  return encrypt(Buffer.from(entityOf(text)), key);
}

function entityOf(text: string): string {
  const lines = Buffer.from(text)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n');
  return [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    lines,
    '',
  ].join('\r\n');
}
