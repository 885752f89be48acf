/**
 * winmail.dat, in which Outlook sends what a mail cannot say ([MS-OXTNEF]): its files, its text
 * and its page, as a multipart. Pure, linear; what is cut or broken ends the reading.
 *
 * The one library that is maintained (node-tnef) brings a logger with an install script and a
 * command line. Attributes stand one behind the other; those of a message and of its files hold
 * MAPI properties (mapi.ts).
 */
import { fileNameParameter } from '../file-name.ts';
import { decompressedRtf } from './lzfu.ts';
import { MAPI, type Properties, propertiesIn } from './mapi.ts';
import { wordsOfRtf } from './rtf.ts';

const SIGNATURE = 0x223e9f78;
const HEADER_BYTES = 6;
/** Level, id and length; behind the data a sum. */
const BEFORE_DATA = 9;
const SUM_BYTES = 2;
/** More attributes than any message has, and more files than are read of a mail. */
const MAX_ATTRIBUTES = 100_000;
const MAX_FILES = 1000;

const ATTRIBUTES = {
  codePage: 0x00069007,
  body: 0x0002800c,
  message: 0x00069003,
  fileBegins: 0x00069002,
  fileTitle: 0x00018010,
  fileData: 0x0006800f,
  file: 0x00069005,
} as const;

interface TnefFile {
  title: string;
  data: Buffer;
  properties: Properties;
}

interface Tnef {
  codePage: number;
  body: Buffer | null;
  properties: Properties;
  readonly files: TnefFile[];
}

/** null for what is no TNEF, or holds nothing. `hasWords`: a copy of them is not wanted. */
export function multipartOfTnef(octets: Buffer, hasWords: boolean): Buffer | null {
  const tnef = readTnef(octets);
  if (tnef === null) return null;
  const parts = [
    ...(hasWords ? [] : wordsOf(tnef)),
    ...tnef.files.flatMap((file) => partOf(file, tnef.codePage)),
  ];
  return parts.length === 0 ? null : multipart('mixed', parts);
}

function readTnef(octets: Buffer): Tnef | null {
  if (octets.length < HEADER_BYTES || octets.readUInt32LE(0) !== SIGNATURE) return null;
  const tnef: Tnef = { codePage: 1252, body: null, properties: new Map(), files: [] };
  let at = HEADER_BYTES;
  for (let n = 0; n < MAX_ATTRIBUTES && at + BEFORE_DATA <= octets.length; n += 1) {
    const id = octets.readUInt32LE(at + 1);
    const length = octets.readUInt32LE(at + 5);
    const from = at + BEFORE_DATA;
    if (from + length > octets.length) break;
    take(id, octets.subarray(from, from + length), tnef);
    at = from + length + SUM_BYTES;
  }
  return tnef;
}

function take(id: number, data: Buffer, tnef: Tnef): void {
  const file = tnef.files.at(-1);
  switch (id) {
    case ATTRIBUTES.codePage:
      if (data.length >= 4) tnef.codePage = data.readUInt32LE(0);
      return;
    case ATTRIBUTES.body:
      tnef.body = data;
      return;
    case ATTRIBUTES.message:
      tnef.properties = propertiesIn(data);
      return;
    case ATTRIBUTES.fileBegins:
      if (tnef.files.length >= MAX_FILES) return;
      tnef.files.push({ title: '', data: Buffer.alloc(0), properties: new Map() });
      return;
  }
  if (file === undefined) return;
  if (id === ATTRIBUTES.fileTitle) file.title = withoutZero(data).toString('latin1');
  if (id === ATTRIBUTES.fileData) file.data = data;
  if (id === ATTRIBUTES.file) file.properties = propertiesIn(data);
}

/** The text and the page are forms of one; RTF alone is read, and is a file, too. */
function wordsOf({ properties, body, codePage }: Tnef): readonly Buffer[] {
  const charset = `charset=${labelOf(codePage)}`;
  const internet = properties.get(MAPI.internetCodePage)?.number ?? codePage;
  const text = properties.get(MAPI.body);
  const html = properties.get(MAPI.html);
  const forms = [
    ...(text !== undefined ? [part(`text/plain; ${charsetOf(text, charset)}`, text.octets)] : []),
    ...(text === undefined && body !== null
      ? [part(`text/plain; ${charset}`, withoutZero(body))]
      : []),
    ...(html !== undefined
      ? [part(`text/html; ${charsetOf(html, `charset=${labelOf(internet)}`)}`, html.octets)]
      : []),
  ];
  if (forms.length > 1) return [multipart('alternative', forms)];
  const rtf = decompressedRtf(properties.get(MAPI.rtf)?.octets ?? Buffer.alloc(0));
  if (forms.length === 1 || rtf === null) return forms;
  const words = wordsOfRtf(rtf)?.trim() || '[The words of the mail are in message.rtf.]';
  return [
    part('text/plain; charset=utf-8', Buffer.from(words)),
    part('application/rtf', rtf, 'Content-Disposition: attachment; filename=message.rtf\n'),
  ];
}

const UTF_8_CODE_PAGE = 65001;

function labelOf(codePage: number): string {
  return codePage === UTF_8_CODE_PAGE ? 'utf-8' : `cp${codePage}`;
}

function charsetOf({ isUnicode }: { readonly isUnicode: boolean }, otherwise: string): string {
  return isUnicode ? 'charset=utf-8' : otherwise;
}

/** A message within it is one more of the kind. */
function partOf({ title, data, properties }: TnefFile, codePage: number): readonly Buffer[] {
  const named = [MAPI.longName, MAPI.name, MAPI.displayName]
    .map((key) => properties.get(key))
    .find((name) => name !== undefined && name.octets.length > 0);
  const name = named?.octets.toString(named.isUnicode ? 'utf8' : 'latin1') ?? title;
  const content = properties.get(MAPI.data);
  const isMessage = content?.isObject === true;
  const octets = content?.octets ?? data;
  if (octets.length === 0 && name === '') return [];
  const tag = properties.get(MAPI.mimeType)?.octets.toString('latin1') ?? '';
  const type = /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(tag) ? tag : 'application/octet-stream';
  const id = properties.get(MAPI.contentId)?.octets.toString('latin1') ?? '';
  const isId = /^[!-;=?-~]{1,200}$/.test(id);
  const kind = isId && /^image\//.test(type) ? 'inline' : 'attachment';
  const parameter =
    named?.isUnicode === false || named === undefined
      ? `filename*=${labelOf(codePage)}''${[...Buffer.from(name, 'latin1')].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')}`
      : fileNameParameter(name);
  const fields = `Content-Disposition: ${kind}; ${parameter}\n${isId ? `Content-ID: <${id}>\n` : ''}`;
  return [part(isMessage ? 'application/ms-tnef' : type, octets, fields)];
}

function part(type: string, octets: Buffer, fields = ''): Buffer {
  const header = `Content-Type: ${type}\n${fields}Content-Transfer-Encoding: base64\n\n`;
  const lines = octets.toString('base64');
  return Buffer.from(`${header}${lines}\n`, 'latin1');
}

/** No delimiter stands in base64. */
function multipart(kind: 'mixed' | 'alternative', parts: readonly Buffer[]): Buffer {
  const boundary = `-tnef-${kind}`;
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/${kind}; boundary="${boundary}"\n\n`),
    ...parts.flatMap((one) => [Buffer.from(`--${boundary}\n`), one]),
    Buffer.from(`--${boundary}--\n`),
  ]);
}

function withoutZero(octets: Buffer): Buffer {
  const zero = octets.indexOf(0);
  return zero < 0 ? octets : octets.subarray(0, zero);
}
