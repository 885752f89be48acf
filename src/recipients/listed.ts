/**
 * A list of recipients as a file: a line each, `address destination`, with blanks, a comma or a
 * semicolon between them; CSV with a header that names its columns; empty lines and comments (#).
 *
 * Every wrong line is told, with its number, and so is an address that stands twice with two
 * destinations. Pure.
 */
import type { Recipient } from './recipient.ts';
import { readRecipient } from './recipient.ts';

export interface WrongLine {
  readonly line: number;
  readonly problem: string;
}

export type ListedRecipient = Recipient & { readonly line: number };

export interface Listed {
  readonly recipients: readonly ListedRecipient[];
  readonly wrong: readonly WrongLine[];
}

const ADDRESS_COLUMNS = ['address', 'recipient', 'alias', 'source'];
const DESTINATION_COLUMNS = ['destination', 'goto', 'target'];

interface Columns {
  readonly address: number;
  readonly destination: number;
  /** More may stand beside these. */
  readonly isNamed: boolean;
}

export function listedIn(text: string): Listed {
  const wrong: WrongLine[] = [];
  const found = new Map<string, ListedRecipient>();
  let columns: Columns | null = null;
  for (const [n, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (columns === null) {
      const named: Columns | null = columnsIn(fields);
      columns = named ?? { address: 0, destination: 1, isNamed: false };
      if (named !== null) continue;
    }
    const read = recipientIn(fields, columns);
    const before = 'refused' in read ? undefined : found.get(read.address);
    if ('refused' in read) wrong.push({ line: n + 1, problem: read.refused });
    else if (before !== undefined && before.destination !== read.destination) {
      const problem = `${read.address} stands here again, with another destination`;
      wrong.push({ line: n + 1, problem });
    } else if (before === undefined) found.set(read.address, { ...read, line: n + 1 });
  }
  return { recipients: [...found.values()], wrong };
}

function recipientIn(fields: readonly string[], { address, destination, isNamed }: Columns) {
  if (fields.length < 2 || (fields.length > 2 && !isNamed)) {
    return { refused: 'is not an address and its destination' };
  }
  return readRecipient(fields[address] ?? '', fields[destination] ?? '');
}

function columnsIn(fields: readonly string[]): Columns | null {
  const names = fields.map((field) => field.toLowerCase());
  const address = names.findIndex((name) => ADDRESS_COLUMNS.includes(name));
  const destination = names.findIndex((name) => DESTINATION_COLUMNS.includes(name));
  return address < 0 || destination < 0 ? null : { address, destination, isNamed: true };
}

/** RFC 4180, of one line: an address holds neither a quote nor a line break. */
function fieldsOf(line: string): readonly string[] {
  const mark = [',', ';'].find((one) => line.includes(one));
  const fields = mark === undefined ? line.trim().split(/\s+/) : line.split(mark);
  return fields.map((field) => {
    const bare = field.trim();
    return bare.length > 1 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
  });
}
