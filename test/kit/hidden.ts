/** Mails whose file, and words if they have some, lie where no filter in front of a desk looks. */
import type { FoundIn } from '../../src/ticket/ticket.ts';

/** A command as well, so that it would do something if it were read as one. */
export const HIDDEN_WORDS = 'Priority: urgent';
export const HIDDEN_FILE = 'reading;4711-hidden-in-the-mail\n';

export interface Hidden {
  readonly name: string;
  readonly foundIn: FoundIn;
  readonly hasWords: boolean;
  readonly header: string;
  readonly body: string;
}

function uuencoded(octets: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 45) {
    const line = octets.subarray(at, at + 45);
    let text = String.fromCharCode(0x20 + line.length);
    for (let n = 0; n < line.length; n += 3) {
      const [a = 0, b = 0, c = 0] = line.subarray(n, n + 3);
      for (const six of [a >> 2, (a << 4) | (b >> 4), (b << 2) | (c >> 6), c])
        text += String.fromCharCode(0x20 + (six & 0x3f) || 0x60).replace(' ', '`');
    }
    lines.push(text);
  }
  return ['begin 644 meter.csv', ...lines, '`', 'end', ''].join('\n');
}

const MULTIPART = `--in
Content-Type: text/plain

${HIDDEN_WORDS}

--in
Content-Type: text/csv; name="meter.csv"
Content-Disposition: attachment; filename="meter.csv"

${HIDDEN_FILE}
--in--
`;

const inBase64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
const UUENCODED = uuencoded(Buffer.from(HIDDEN_FILE));

/** MULTIPART as signed data, made by OpenSSL. */
const SIGNED = [
  'MIICkgYJKoZIhvcNAQcCoIICgzCCAn8CAQExDTALBglghkgBZQMEAgEwggEIBgkqhkiG9w0BBwGg',
  'gfoEgfdDb250ZW50LVR5cGU6IG11bHRpcGFydC9taXhlZDsgYm91bmRhcnk9aW4NCg0KLS1pbg0K',
  'Q29udGVudC1UeXBlOiB0ZXh0L3BsYWluDQoNClByaW9yaXR5OiB1cmdlbnQNCg0KLS1pbg0KQ29u',
  'dGVudC1UeXBlOiB0ZXh0L2NzdjsgbmFtZT0ibWV0ZXIuY3N2Ig0KQ29udGVudC1EaXNwb3NpdGlv',
  'bjogYXR0YWNobWVudDsgZmlsZW5hbWU9Im1ldGVyLmNzdiINCg0KcmVhZGluZzs0NzExLWhpZGRl',
  'bi1pbi10aGUtbWFpbAoNCi0taW4tLQ0KMYIBXTCCAVkCAQEwSjAyMQwwCgYDVQQDDANOaWMxIjAg',
  'BgkqhkiG9w0BCQEWE25pY0BmZXJyaWVyLmV4YW1wbGUCFD044aRr54CDmOb2qKhxiaO8aX8iMAsG',
  'CWCGSAFlAwQCAaBpMBgGCSqGSIb3DQEJAzELBgkqhkiG9w0BBwEwHAYJKoZIhvcNAQkFMQ8XDTI2',
  'MTEyODE2MzMxOVowLwYJKoZIhvcNAQkEMSIEIMBmBjvnkwrmD3fbBCM7goYB8nUUhBClDSsEBWXU',
  'GecsMA0GCSqGSIb3DQEBAQUABIGAKjbGTdpoBRRSlxUFfKptoxp56v/aeZeS+Br/eJNRsI/mMLia',
  'pmVpUwXRpafSoWdipG9GbRiSpk4KCj7nQ0mpHJGcKfp7Pvb8g2mYk7A5dLxnmTFvtolaADL8d0kD',
  'vdCBLLmZ+p9UMYlEEgMY99dh8HcooQ6pEJJqouA+XfHtASQ=',
].join('\n');

/** MULTIPART as compressed data (RFC 3274). */
const COMPRESSED = [
  'MIHXBgsqhkiG9w0BCRABCaCBxzCBxAIBADANBgsqhkiG9w0BCRADCDCBrwYJKoZIhvcNAQcBoIGh',
  'BIGeeJx1jsEKwjAQRO/9itD7WgqC0NBT/QAP/sDarO1CsgnpVtq/NyIIIl7mMDOPmSGKkihc90Sd',
  'CatXTpi1CbyRs+YWV3GY956lqgCKDl+A0qZN8viKL5ljZt07s+apVP4D4/KwRjBQXwdSyodi1J/i',
  'mZcUF1aO0hlUxXEOxbfmzp5+qCoTOpbJHk9tCzM7R1JmQWeCgOzfLwCqJ/gSUL8=',
].join('\n');

/** The same words and file in TNEF. */
const WINMAIL = [
  'eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEDkAYAOAAAAAEAAAAfAAAQ',
  'AQAAACYAAABQAHIAaQBvAHIAaQB0AHkAOgAgAHUAcgBnAGUAbgB0AA0ACgAAAAAAvwYCApAGAA4A',
  'AAABAP////////////////ULAhCAAQAKAAAAbWV0ZXIuY3N2AJcDAg+ABgAgAAAAcmVhZGluZzs0',
  'NzExLWhpZGRlbi1pbi10aGUtbWFpbArHCg==',
].join('\n');

export const HIDDEN: readonly Hidden[] = [
  {
    ...{ name: 'a file in uuencoded text', foundIn: 'uuencode', hasWords: false },
    header: '',
    body: `Hello,\n\n${UUENCODED}\nRegards\n`,
  },
  {
    ...{ name: 'a file under uuencode', foundIn: 'uuencode', hasWords: false },
    header: 'Content-Type: multipart/mixed; boundary=b\n',
    body: `--b\n\nHello\n--b\nContent-Type: text/csv; name=meter.csv\nContent-Transfer-Encoding: x-uuencode\n\n${UUENCODED}--b--\n`,
  },
  {
    ...{ name: 'a multipart in base64', foundIn: 'encoded-multipart', hasWords: true },
    header: 'Content-Type: multipart/mixed; boundary=in\nContent-Transfer-Encoding: base64\n',
    body: `${inBase64(MULTIPART)}\n`,
  },
  {
    ...{ name: 'a signed S/MIME message', foundIn: 'smime', hasWords: true },
    header:
      'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n',
    body: `${SIGNED}\n`,
  },
  {
    ...{ name: 'a compressed S/MIME message', foundIn: 'compressed', hasWords: true },
    header:
      'Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\nContent-Transfer-Encoding: base64\n',
    body: `${COMPRESSED}\n`,
  },
  {
    ...{ name: 'a multipart without its boundary', foundIn: 'unbounded-multipart', hasWords: true },
    header: 'Content-Type: multipart/mixed; boundary=out\n',
    body: `--in\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${inBase64(HIDDEN_WORDS)}\n--in\nContent-Type: text/csv; name=meter.csv\nContent-Transfer-Encoding: base64\n\n${inBase64(HIDDEN_FILE)}\n--in--\n`,
  },
  {
    ...{ name: 'winmail.dat', foundIn: 'tnef', hasWords: true },
    header:
      'Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n',
    body: `${WINMAIL}\n`,
  },
];
