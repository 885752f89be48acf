/**
 * The file of a snippet in its parts: lines `Attach: FILE` at its top, and below an empty line what
 * it says. A file that goes along lies beside it, and is named without a folder. Pure.
 */
import { textIn } from '../config/beside.ts';
import { Unreadable } from '../config/unreadable.ts';

export interface Parsed {
  readonly source: string;
  readonly attach: readonly string[];
}

const ATTACH = 'attach:';
const MAX_FILES = 10;
const MAX_NAME_CHARACTERS = 100;

export function parsedSnippet(octets: Buffer): Parsed {
  const lines = textIn(octets).split('\n');
  const attach: string[] = [];
  for (const line of lines) {
    if (!line.toLowerCase().startsWith(ATTACH)) break;
    attach.push(fileName(line.slice(ATTACH.length).trim()));
  }
  if (attach.length > MAX_FILES) throw new Unreadable(`attaches more than ${MAX_FILES} files`);
  if (attach.length > 0 && lines[attach.length]?.trim() !== '')
    throw new Unreadable('needs an empty line below "Attach:"');
  const source = lines.slice(attach.length).join('\n').trim();
  if (source === '') throw new Unreadable('has no text');
  const [sign] = /(?![\n\t])\p{Cc}/u.exec(source) ?? [];
  if (sign !== undefined) throw new Unreadable(`has a sign that no text has (${codeOf(sign)})`);
  return { source: `${source}\n`, attach: [...new Set(attach)] };
}

function codeOf(sign: string): string {
  return `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function fileName(name: string): string {
  const isPlain = !/[/\\\p{Cc}]/u.test(name) && !name.startsWith('.') && name !== '';
  if (isPlain && name.length <= MAX_NAME_CHARACTERS && !name.endsWith('.md')) return name;
  throw new Unreadable(`attaches "${name}", which is no name of a file beside it`);
}
