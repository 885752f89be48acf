/**
 * Mailboxes out of an address field as mailparser reads it (RFC 5322 3.4):
 * groups flattened, names on one line and not endless, entries without an address
 * left out, at most `limit`. Internationalised domains in Unicode (RFC 5890), so that
 * both ways to write one are one. Pure.
 */
import { domainToUnicode } from 'node:url';
import { isPlain, withoutControls } from '../ticket/plain.ts';
import type { Mailbox } from '../ticket/ticket.ts';

interface Entry {
  readonly name?: string;
  readonly address?: string;
  readonly group?: readonly Entry[];
}

/** Characters; an address that does not fit a line (RFC 5322 2.1.1) is nobody's. */
const ADDRESS_LIMIT = 998;
const NAME_LIMIT = 255;

function named(name: string): string {
  return oneLine(name).slice(0, NAME_LIMIT);
}

export function mailboxes(field: unknown, limit: number): readonly Mailbox[] {
  const found: Mailbox[] = [];
  collect(Array.isArray(field) ? field : field ? [field] : [], limit, found);
  return found;
}

/** Groups do not nest (RFC 5322 3.4): what a hostile mail puts into a group's group is left out. */
function collect(fields: readonly unknown[], limit: number, found: Mailbox[]): void {
  for (const field of fields) {
    for (const entry of entriesOf(field)) {
      for (const { name, address } of entry.group ?? [entry]) {
        if (found.length >= limit) return;
        if (address && address.length <= ADDRESS_LIMIT)
          found.push({ name: named(name ?? ''), address: inUnicode(oneLine(address)) });
      }
    }
  }
}

function entriesOf(field: unknown): readonly Entry[] {
  const isParsed = typeof field === 'object' && field !== null && 'value' in field;
  // mailparser makes an object whose `value` is a list of entries of every address field.
  return isParsed && Array.isArray(field.value) ? (field.value as Entry[]) : [];
}

/** `Name <local@domain>` or `local@domain`, the first one as it stands: nothing is decoded. */
export function plainMailbox(value: string): Mailbox | null {
  const text = oneLine(value.slice(0, 998));
  const [, name = '', inBrackets] = /^([^<]*)<([^<>]*)>/.exec(text) ?? [];
  const address = (inBrackets ?? text.split(',')[0] ?? '').trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return null;
  return { name: named(name.replaceAll('"', '')), address: inUnicode(address) };
}

/**
 * Whether a field names the address by itself, the only one in it that is read. With a route, or
 * a quoted local part that looks like an address, one host reads it otherwise than the next.
 */
export function namesPlainly(value: string, address: string): boolean {
  const said = value.slice(0, 998);
  const isBare = !said.includes('"') && !said.includes('(');
  const bare = isBare
    ? said
    : said.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, '""').replace(/\([^()]*\)/g, ' ');
  const named = /<([^<>]*)>/.exec(bare)?.[1] ?? bare.split(',', 1)[0] ?? '';
  return inUnicode(oneLine(named)).toLowerCase() === address.toLowerCase();
}

/** The domain of an address in Unicode; an address that has none that can be one stays as it is. */
export function inUnicode(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (at === 0 || (isPlain(domain) && !/xn--/i.test(domain))) return address;
  return address.slice(0, at) + (domainToUnicode(domain) || domain);
}

/** Characters; what is longer is no subject that anybody reads. */
const SUBJECT_LIMIT = 4096;

export function subjectLine(text: string): string {
  return oneLine(text).slice(0, SUBJECT_LIMIT);
}

/** Header text has one line, whatever an encoded word decodes to. */
export function oneLine(text: string): string {
  return withoutControls(text).trim();
}
